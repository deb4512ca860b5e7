/** The arithmetic of equivalents. */
import type { CatalogueRow } from './catalogue.ts';

export const JOULES_PER_WATT_HOUR = 3600;

/** How many of a `power` row's things so many watts would run at once. */
export function devicesFor(watts: number, row: CatalogueRow): number {
  return watts / row.value.typical;
}

/** How many of an `energy` row's things so much energy is worth; the values of intervals can be summed over time. */
export function amountFor(joules: number, row: CatalogueRow): number {
  return joules / JOULES_PER_WATT_HOUR / row.value.typical;
}

/** How many of a `carbon` or `cost` row's things so many grams or euros are worth; can be summed over time. */
export function unitsFor(amount: number, row: CatalogueRow): number {
  return amount / row.value.typical;
}
