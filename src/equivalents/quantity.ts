/** A power, an energy, an amount of greenhouse gas or of money, as people write it. */
export type Quantity =
  | { readonly kind: 'power'; readonly watts: number }
  /** `seconds`: of the window in which it was used, where it is one. */
  | { readonly kind: 'energy'; readonly joules: number; readonly seconds?: number }
  | { readonly kind: 'carbon'; readonly grams: number }
  | { readonly kind: 'cost'; readonly euros: number };

const WATTS: Readonly<Record<string, number>> = { mW: 1e-3, W: 1, kW: 1e3, MW: 1e6, GW: 1e9 };
const JOULES: Readonly<Record<string, number>> = {
  mJ: 1e-3,
  J: 1,
  kJ: 1e3,
  MJ: 1e6,
  GJ: 1e9,
  mWh: 3.6,
  Wh: 3600,
  kWh: 3.6e6,
  MWh: 3.6e9,
  GWh: 3.6e12,
};
const GRAMS: Readonly<Record<string, number>> = { mgCO2e: 1e-3, gCO2e: 1, kgCO2e: 1e3, tCO2e: 1e6 };
const EUROS: Readonly<Record<string, number>> = { '€': 1, EUR: 1 };

/** Units that a quantity can be written in. */
export const quantityUnits: readonly string[] = [WATTS, JOULES, GRAMS, EUROS].flatMap((factors) => Object.keys(factors));

/**
 * `12.5kWh`, `63 W`, `12,5 kWh`, `300 gCO2e`, `2 €`. Upper and lower case count only where they must: `mW` and `MW`. Undefined when it
 * is none.
 */
export function parseQuantity(text: string): Quantity | undefined {
  const match = /^(\d+(?:[.,]\d+)?(?:e[+-]?\d+)?)\s*([a-z€][a-z0-9₂]*)$/i.exec(text.trim());
  if (match === null) return undefined;
  const amount = Number(match[1].replace(',', '.'));
  const unit = unitOf(match[2].replace('₂', '2'));
  if (unit === undefined || !Number.isFinite(amount)) return undefined;
  if (unit in WATTS) return { kind: 'power', watts: amount * WATTS[unit] };
  if (unit in JOULES) return { kind: 'energy', joules: amount * JOULES[unit] };
  return unit in GRAMS ? { kind: 'carbon', grams: amount * GRAMS[unit] } : { kind: 'cost', euros: amount * EUROS[unit] };
}

function unitOf(written: string): string | undefined {
  if (quantityUnits.includes(written)) return written;
  const alike = quantityUnits.filter((unit) => unit.toLowerCase() === written.toLowerCase());
  return alike.length === 1 ? alike[0] : undefined;
}
