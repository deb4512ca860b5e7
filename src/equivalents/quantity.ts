/** A power or an energy as people write it. */
export type Quantity = { readonly kind: 'power'; readonly watts: number } | { readonly kind: 'energy'; readonly joules: number };

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

/** Units that a quantity can be written in. */
export const quantityUnits: readonly string[] = [...Object.keys(WATTS), ...Object.keys(JOULES)];

/** `12.5kWh`, `63 W`, `12,5 kWh`. Upper and lower case count only where they must: `mW` and `MW`. Undefined when it is none. */
export function parseQuantity(text: string): Quantity | undefined {
  const match = /^(\d+(?:[.,]\d+)?(?:e[+-]?\d+)?)\s*([a-z]+)$/i.exec(text.trim());
  if (match === null) return undefined;
  const amount = Number(match[1].replace(',', '.'));
  const unit = unitOf(match[2]);
  if (unit === undefined || !Number.isFinite(amount)) return undefined;
  const watts = WATTS[unit];
  return watts === undefined ? { kind: 'energy', joules: amount * JOULES[unit] } : { kind: 'power', watts: amount * watts };
}

function unitOf(written: string): string | undefined {
  if (quantityUnits.includes(written)) return written;
  const alike = quantityUnits.filter((unit) => unit.toLowerCase() === written.toLowerCase());
  return alike.length === 1 ? alike[0] : undefined;
}
