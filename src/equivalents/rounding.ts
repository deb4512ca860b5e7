/** As many digits as a figure's uncertainty leaves, and no more. */
import type { CatalogueRow } from './catalogue.ts';

/** What is assumed of a row that gives one figure and no range: its second digit is uncertain. */
const UNKNOWN_UNCERTAINTY = 0.1;
/** After "about", a third would not be read. */
const MOST_DIGITS = 2;
/** From here on nobody pictures a fraction of a light bulb. */
const WHOLE_FROM = 3;

export interface Rounded {
  readonly value: number;
  /** Digits after the decimal point that mean something. */
  readonly decimals: number;
}

/**
 * So many of a row's thing, rounded to the first digit that is uncertain (JCGM 100:2008, 7.2.6, read for one digit): with a half width of
 * the range of 7.5, 28.3 becomes 28, and with 15, 30. At least one digit stays, two at most, and no fraction of 3 and more.
 */
export function roundFor(value: number, row: CatalogueRow): Rounded {
  if (value <= 0) return { value: 0, decimals: 0 };
  const magnitude = exponentOf(value);
  const uncertain = exponentOf(value * uncertaintyOf(row));
  const finest = Math.max(uncertain, magnitude - MOST_DIGITS + 1, value >= WHOLE_FROM ? 0 : -Infinity);
  const exponent = Math.min(magnitude, finest);
  const scale = 10 ** Math.abs(exponent);
  const rounded = exponent < 0 ? Math.round(value * scale) / scale : Math.round(value / scale) * scale;
  return { value: rounded, decimals: Math.max(0, -exponent) };
}

/** Half the width of what the range of the figure makes of 1. */
function uncertaintyOf({ value: { lower, typical, upper } }: CatalogueRow): number {
  if (lower === undefined && upper === undefined) return UNKNOWN_UNCERTAINTY;
  return (typical / (lower ?? typical) - typical / (upper ?? typical)) / 2;
}

/** -Infinity for 0: an exact figure limits nothing. */
function exponentOf(value: number): number {
  return Math.floor(Math.log10(value));
}
