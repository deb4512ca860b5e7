/** Equivalents in words: numbers and plurals as each language has them. */
import type { Catalogue, CatalogueRow, Language } from './catalogue.ts';
import { amountFor, devicesFor, hoursFor } from './convert.ts';
import type { Quantity } from './quantity.ts';

/** One equivalent of a quantity. */
export interface Description {
  readonly id: string;
  /** How many. */
  readonly value: number;
  /** `1,250 full charges of a Galaxy S4-class battery` */
  readonly text: string;
}

/** What a quantity equals, once for every row: "1,389 hours of one LED bulb", "6.3 full charges of … per hour". */
export function describe(quantity: Quantity, catalogue: Catalogue, language: Language): Description[] {
  return [...catalogue].map(([id, row]) => ({ id, ...describeAs(quantity, row, language) }));
}

/** So many of a row's thing: `24 LED bulbs`, `1 ampoule à LED`. */
export function countText(value: number, row: CatalogueRow, language: Language): string {
  return counted(value, row.names[language], language);
}

/** `12.5 kWh`, `63 W`; in the unit that keeps the number between 1 and 1,000. */
export function quantityText(quantity: Quantity, language: Language): string {
  const [amount, unit] = quantity.kind === 'power' ? scaled(quantity.watts, 'W') : scaled(quantity.joules / 3600, 'Wh');
  const number = new Intl.NumberFormat(language, { maximumSignificantDigits: 6 }).format(amount);
  return `${number}\u00a0${unit}`;
}

function describeAs(quantity: Quantity, row: CatalogueRow, language: Language): Omit<Description, 'id'> {
  if (quantity.kind === 'power') {
    if (row.kind === 'power') {
      const value = devicesFor(quantity.watts, row);
      return { value, text: countText(value, row, language) };
    }
    const perHour = amountFor(quantity.watts * SECONDS_PER_HOUR, row);
    return { value: perHour, text: `${countText(perHour, row, language)} ${PER_HOUR[language]}` };
  }
  if (row.kind === 'energy') {
    const value = amountFor(quantity.joules, row);
    return { value, text: countText(value, row, language) };
  }
  const hours = hoursFor(quantity.joules, row);
  return { value: hours, text: `${timeText(hours, language)} ${row.names[language].of}` };
}

const SECONDS_PER_HOUR = 3600;
const PER_HOUR: Record<Language, string> = { en: 'per hour', fr: 'par heure' };

interface Forms {
  readonly one: string;
  readonly other: string;
}

const HOURS: Record<Language, Forms> = { en: { one: 'hour', other: 'hours' }, fr: { one: 'heure', other: 'heures' } };
const MINUTES: Record<Language, Forms> = { en: { one: 'minute', other: 'minutes' }, fr: { one: 'minute', other: 'minutes' } };
const SECONDS: Record<Language, Forms> = { en: { one: 'second', other: 'seconds' }, fr: { one: 'seconde', other: 'secondes' } };

function timeText(hours: number, language: Language): string {
  if (hours >= 1) return counted(hours, HOURS[language], language);
  if (hours >= 1 / 60) return counted(hours * 60, MINUTES[language], language);
  return counted(hours * SECONDS_PER_HOUR, SECONDS[language], language);
}

/** Number and noun agree after rounding: 1.04 reads as "1 bulb", and French keeps the singular up to 2. */
function counted(value: number, forms: Forms, language: Language): string {
  const digits = digitsFor(value);
  const number = new Intl.NumberFormat(language, digits).format(value);
  const form = new Intl.PluralRules(language, digits).select(value) === 'one' ? forms.one : forms.other;
  return `${number} ${form}`;
}

/** Whole numbers from 100 on, one decimal above 1, two digits below: no figure here is better than that. */
function digitsFor(value: number): { maximumFractionDigits: number } | { maximumSignificantDigits: number } {
  if (value >= 100) return { maximumFractionDigits: 0 };
  return value >= 1 ? { maximumFractionDigits: 1 } : { maximumSignificantDigits: 2 };
}

function scaled(amount: number, unit: string): [number, string] {
  if (amount >= 1e9) return [amount / 1e9, `G${unit}`];
  if (amount >= 1e6) return [amount / 1e6, `M${unit}`];
  if (amount >= 1e3) return [amount / 1e3, `k${unit}`];
  return amount > 0 && amount < 1 ? [amount * 1e3, `m${unit}`] : [amount, unit];
}
