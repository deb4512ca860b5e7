/** Equivalents in words: numbers and plurals as each language has them. */
import type { Catalogue, CatalogueRow, Forms, Language } from './catalogue.ts';
import { JOULES_PER_WATT_HOUR } from './convert.ts';
import type { Quantity } from './quantity.ts';
import { bestReading, readingsOf, TIME_UNITS, type Reading, type TimeUnit } from './readings.ts';
import { roundFor, type Rounded } from './rounding.ts';

/** A choice in words: `about 3 LED bulbs for this hour`, `environ 3 ampoules à LED pendant cette heure`. */
export function sentence(reading: Reading, row: CatalogueRow, language: Language): string {
  return `${ABOUT[language]} ${readingText(reading, row, language)}`;
}

/** One equivalent in words. */
export interface Description {
  readonly id: string;
  /** How many, as they are counted in `text`, but not rounded. */
  readonly value: number;
  readonly text: string;
}

/** What a quantity equals as each row that says something about it, in the way that reads best. */
export function describe(quantity: Quantity, catalogue: Catalogue, language: Language): Description[] {
  return [...catalogue].flatMap(([id, row]) => {
    const reading = bestReading(readingsOf(quantity, row), row);
    return reading === undefined ? [] : [{ id, value: reading.value, text: readingText(reading, row, language) }];
  });
}

/** All rows, two lines each: what one takes, and who says so. */
export function catalogueText(catalogue: Catalogue, language: Language): string {
  return [...catalogue]
    .map(([id, row]) => {
      const { title, publisher, year, url } = row.source;
      return `${id}: ${row.names[language].one}, ${quantityText(quantityOfOne(row), language)}\n    ${title} (${publisher}, ${year}), ${url}`;
    })
    .join('\n');
}

function quantityOfOne({ kind, value: { typical } }: CatalogueRow): Quantity {
  switch (kind) {
    case 'power':
      return { kind, watts: typical };
    case 'energy':
      return { kind, joules: typical * JOULES_PER_WATT_HOUR };
    case 'carbon':
      return { kind, grams: typical };
    case 'cost':
      return { kind, euros: typical };
  }
}

/** So many of a row's thing: `24 LED bulbs`, `1 ampoule à LED`, `300 m by e-bike`. */
export function countText(value: number, row: CatalogueRow, language: Language): string {
  const { parts } = row;
  if (parts === undefined || value >= 1) return counted(roundFor(value, row), row.names[language], language);
  return counted(roundFor(value * parts.per, row), parts.names[language], language);
}

/** Without "about": `8.8 km by e-bike per hour`, `58 days of one LED bulb`. */
export function readingText({ manner, value }: Reading, row: CatalogueRow, language: Language): string {
  const rounded = roundFor(value, row);
  const names = row.names[language];
  switch (manner.says) {
    case 'count':
      return counted(rounded, partsOr(names, manner.inParts, row, language), language);
    case 'during':
      return `${counted(rounded, names, language)} ${duringText(manner.seconds, language)}`;
    case 'per':
      return `${counted(rounded, partsOr(names, manner.inParts, row, language), language)} ${PER[language][manner.unit]}`;
    case 'lasting':
      return `${counted(rounded, TIMES[language][manner.unit], language)} ${names.of ?? ''}`;
  }
}

/** `12.5 kWh`, `63 W`; in the unit that keeps the number between 1 and 1,000. */
export function quantityText(quantity: Quantity, language: Language): string {
  const [amount, unit] = written(quantity);
  const number = new Intl.NumberFormat(language, { maximumSignificantDigits: 6 }).format(amount);
  return `${number}\u00a0${unit}`;
}

function written(quantity: Quantity): [number, string] {
  switch (quantity.kind) {
    case 'power':
      return scaled(quantity.watts, 'W');
    case 'energy':
      return scaled(quantity.joules / JOULES_PER_WATT_HOUR, 'Wh');
    case 'carbon':
      return quantity.grams >= 1e6 ? [quantity.grams / 1e6, 'tCO₂e'] : scaled(quantity.grams, 'gCO₂e');
    case 'cost':
      return [quantity.euros, '€'];
  }
}

const ABOUT: Record<Language, string> = { en: 'about', fr: 'environ' };

const PER: Record<Language, Record<TimeUnit, string>> = {
  en: { second: 'per second', minute: 'per minute', hour: 'per hour', day: 'per day', year: 'per year' },
  fr: { second: 'par seconde', minute: 'par minute', hour: 'par heure', day: 'par jour', year: 'par an' },
};

const TIMES: Record<Language, Record<TimeUnit, Forms>> = {
  en: {
    second: { one: 'second', other: 'seconds' },
    minute: { one: 'minute', other: 'minutes' },
    hour: { one: 'hour', other: 'hours' },
    day: { one: 'day', other: 'days' },
    year: { one: 'year', other: 'years' },
  },
  fr: {
    second: { one: 'seconde', other: 'secondes' },
    minute: { one: 'minute', other: 'minutes' },
    hour: { one: 'heure', other: 'heures' },
    day: { one: 'jour', other: 'jours' },
    year: { one: 'an', other: 'ans' },
  },
};

/**
 * Windows that have a name, by their shortest and longest length in seconds: days of 23 to 25 hours, months of 28 to 31 days, all less
 * one part in two hundred, which a sample that was missed may leave uncovered.
 */
const WINDOWS: readonly { readonly from: number; readonly to: number; readonly en: string; readonly fr: string }[] = [
  { from: 59.7, to: 60, en: 'for this minute', fr: 'pendant cette minute' },
  { from: 895.5, to: 900, en: 'for this quarter of an hour', fr: "pendant ce quart d'heure" },
  { from: 3582, to: 3600, en: 'for this hour', fr: 'pendant cette heure' },
  { from: 82_386, to: 90_000, en: 'for this day', fr: 'pendant cette journée' },
  { from: 598_194, to: 608_400, en: 'for this week', fr: 'pendant cette semaine' },
  { from: 2_403_522, to: 2_682_000, en: 'for this month', fr: 'pendant ce mois' },
];

function duringText(seconds: number, language: Language): string {
  const window = WINDOWS.find(({ from, to }) => seconds >= from && seconds <= to);
  if (window !== undefined) return window[language];
  // At least two of them, so that what is rounded away is small.
  const unit = (['day', 'hour', 'minute'] as const).find((one) => seconds >= 2 * TIME_UNITS[one]) ?? 'second';
  const whole = { value: Math.round(seconds / TIME_UNITS[unit]), decimals: 0 };
  return `${language === 'fr' ? 'pendant' : 'for'} ${counted(whole, TIMES[language][unit], language)}`;
}

function partsOr(names: Forms, inParts: boolean, { parts }: CatalogueRow, language: Language): Forms {
  return inParts && parts !== undefined ? parts.names[language] : names;
}

// Making them takes many times as long as using them, and there are points that each want a few.
const pluralRules: Record<Language, Intl.PluralRules> = { en: new Intl.PluralRules('en'), fr: new Intl.PluralRules('fr') };
const formats: Record<Language, Intl.NumberFormat[]> = { en: [], fr: [] };

/** Number and noun agree after rounding: 1.04 reads as "1 bulb", and French keeps the singular up to 2. */
function counted({ value, decimals }: Rounded, forms: Forms, language: Language): string {
  const digits = Math.min(decimals, 20);
  const format = (formats[language][digits] ??= new Intl.NumberFormat(language, { maximumFractionDigits: digits }));
  const form = pluralRules[language].select(value) === 'one' ? forms.one : forms.other;
  return `${format.format(value)} ${form}`;
}

function scaled(amount: number, unit: string): [number, string] {
  if (amount >= 1e9) return [amount / 1e9, `G${unit}`];
  if (amount >= 1e6) return [amount / 1e6, `M${unit}`];
  if (amount >= 1e3) return [amount / 1e3, `k${unit}`];
  return amount > 0 && amount < 1 ? [amount * 1e3, `m${unit}`] : [amount, unit];
}
