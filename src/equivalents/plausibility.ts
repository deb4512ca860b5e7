/**
 * What a thing can take, whatever a source says. A figure outside is a slip of the decimal point or a mix-up of units: the lab's own
 * list had a bicycle that needed a tenth of what physics asks. Bounds from energy-sources.md §7 and data sheets, wide on purpose.
 */
import type { CatalogueRow } from './catalogue.ts';

interface Bounds {
  readonly kind: 'power' | 'energy';
  /** In W or Wh. */
  readonly min: number;
  readonly max: number;
}

const BOUNDS = {
  led_bulb: { kind: 'power', min: 2, max: 20 },
  desktop_computer_idle: { kind: 'power', min: 10, max: 150 },
  game_console_standby: { kind: 'power', min: 0.3, max: 8 },
  game_console_menu: { kind: 'power', min: 20, max: 100 },
  small_television: { kind: 'power', min: 10, max: 60 },
  smartphone_charge: { kind: 'energy', min: 8, max: 25 },
  e_bike_km: { kind: 'energy', min: 4, max: 20 },
} as const satisfies Record<string, Bounds>;

export type Subject = keyof typeof BOUNDS;

export const subjects = Object.keys(BOUNDS) as [Subject, ...Subject[]];

/** What is implausible about a row, in words; undefined when nothing is. Rows without a subject have no bounds. */
export function implausible(id: string, { kind, unit, value, subject }: CatalogueRow): string | undefined {
  const { lower = value.typical, typical, upper = value.typical } = value;
  if (lower > typical || typical > upper) return `${id}: lower, typical and upper are not in order (${lower}, ${typical}, ${upper})`;
  if (subject === undefined) return undefined;
  const bounds = BOUNDS[subject];
  if (bounds.kind !== kind) return `${id}: ${subject} is of kind ${bounds.kind}, not ${kind}`;
  const outside = [lower, typical, upper].find((figure) => figure < bounds.min || figure > bounds.max);
  if (outside === undefined) return undefined;
  return `${id}: ${outside} ${unit} is not plausible for ${subject}, which takes ${bounds.min} to ${bounds.max} ${unit}`;
}
