/** The ways in which a quantity can be read as a thing of the catalogue. */
import type { CatalogueRow } from './catalogue.ts';
import { amountFor, devicesFor, unitsFor } from './convert.ts';
import type { Quantity } from './quantity.ts';
import { roundFor } from './rounding.ts';

/** In seconds; the year is of 365.25 days. */
export const TIME_UNITS = { second: 1, minute: 60, hour: 3600, day: 86_400, year: 31_557_600 } as const;
export type TimeUnit = keyof typeof TIME_UNITS;

/** One way to say it. */
export type Manner =
  /** "6 phone charges". */
  | { readonly says: 'count'; readonly inParts: boolean }
  /** "3 LED bulbs for this hour", of a window of so many seconds. */
  | { readonly says: 'during'; readonly seconds: number }
  /** "6 km by e-bike per hour". */
  | { readonly says: 'per'; readonly unit: TimeUnit; readonly inParts: boolean }
  /** "58 days of one LED bulb". */
  | { readonly says: 'lasting'; readonly unit: TimeUnit };

export interface Reading {
  readonly manner: Manner;
  readonly value: number;
}

// The usual one first: people think of consumption by the hour.
const RATE_UNITS = ['hour', 'day', 'minute', 'second', 'year'] as const;
const DURATION_UNITS = ['hour', 'day', 'minute', 'year', 'second'] as const;

/** All ways, the plainest first; none where the quantity says nothing about such a thing. */
export function readingsOf(quantity: Quantity, row: CatalogueRow): Reading[] {
  switch (quantity.kind) {
    case 'power':
      return readingsOfPower(quantity.watts, row);
    case 'energy':
      return readingsOfEnergy(quantity.joules, quantity.seconds, row);
    case 'carbon':
      return row.kind === 'carbon' ? counts(unitsFor(quantity.grams, row), row) : [];
    case 'cost':
      return row.kind === 'cost' ? counts(unitsFor(quantity.euros, row), row) : [];
  }
}

function readingsOfPower(watts: number, row: CatalogueRow): Reading[] {
  if (row.kind === 'power') return counts(devicesFor(watts, row), row);
  if (row.kind !== 'energy') return [];
  return RATE_UNITS.flatMap((unit) =>
    counts(amountFor(watts * TIME_UNITS[unit], row), row).map(({ manner, value }): Reading => ({
      manner: { says: 'per', unit, inParts: manner.says === 'count' && manner.inParts },
      value,
    })),
  );
}

function readingsOfEnergy(joules: number, seconds: number | undefined, row: CatalogueRow): Reading[] {
  if (row.kind === 'energy') return counts(amountFor(joules, row), row);
  if (row.kind !== 'power') return [];
  const during: Reading[] =
    seconds === undefined ? [] : [{ manner: { says: 'during', seconds }, value: devicesFor(joules / seconds, row) }];
  const secondsOfOne = devicesFor(joules, row);
  return [
    ...during,
    ...DURATION_UNITS.map((unit): Reading => ({ manner: { says: 'lasting', unit }, value: secondsOfOne / TIME_UNITS[unit] })),
  ];
}

function counts(value: number, { parts }: CatalogueRow): Reading[] {
  const whole: Reading = { manner: { says: 'count', inParts: false }, value };
  return parts === undefined ? [whole] : [whole, { manner: { says: 'count', inParts: true }, value: value * parts.per }];
}

/** Whether people can picture so many: between 1 and 1,000, as it is and as it is written. */
export function isReadable({ value }: Reading, row: CatalogueRow): boolean {
  return value >= 1 && value <= 1000 && roundFor(value, row).value <= 1000;
}

/** Whether so many can be counted, with room on both sides, so that what is chosen stays readable for a while. */
export function isComfortable({ value }: Reading): boolean {
  return value >= 2 && value < 100;
}

/** The best way: the first that is comfortable, else the first that is readable, else the one nearest to that. */
export function bestReading(readings: readonly Reading[], row: CatalogueRow): Reading | undefined {
  const nearest = readings.toSorted((a, b) => distance(a) - distance(b));
  return readings.find(isComfortable) ?? readings.find((reading) => isReadable(reading, row)) ?? nearest[0];
}

/** From the middle between 1 and 1,000, by orders of magnitude. */
function distance({ value }: Reading): number {
  return Math.abs(Math.log10(value) - 1.5);
}
