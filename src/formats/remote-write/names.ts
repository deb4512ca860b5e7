/**
 * Names as Prometheus allows them, made as Telegraf's `prometheusremotewrite` makes them, so that dashboards written for it
 * keep working: `measurement_field`, other characters become `_`, a bad first character is left out, `_` at both ends are cut.
 *
 * Where Telegraf then sends two labels of one name (which Prometheus answers with a 500, refusing the whole request), the
 * later ones get a number here.
 */
import type { Tags } from '../../metric/series.ts';
import { trimCharacters } from '../../metric/text.ts';

/** `legacy`: ASCII letters, digits and `_`, all that Prometheus 2 takes. `utf8`: any text, as Prometheus 3 takes it. */
export const nameRules = ['legacy', 'utf8'] as const;
export type NameRules = (typeof nameRules)[number];

const METRIC_NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const LABEL_NAME = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

/** Metrics of this measurement are named by their field alone: what Telegraf's `inputs.prometheus` makes of a scrape. */
const SCRAPED_MEASUREMENT = 'prometheus';

export type Label = readonly [name: string, value: string];

export interface LegalLabels {
  /** Legal, distinct, without empty values, in the order of their names' bytes. */
  readonly labels: readonly Label[];
  /** Tags that had to get a number because another had their name: as they were and as they are. */
  readonly renamed: readonly (readonly [tag: string, label: string])[];
}

/** The metric's name of a measurement and a field; empty when no legal character is left. */
export function metricName(measurement: string, field: string, rules: NameRules = 'legacy'): string {
  return legalName(measurement === SCRAPED_MEASUREMENT ? field : `${measurement}_${field}`, rules);
}

function legalName(name: string, rules: NameRules): string {
  if (rules === 'utf8') return name.toWellFormed();
  return METRIC_NAME.test(name) ? name : cleaned(name, /^[^a-zA-Z_:]/u, /[^a-zA-Z0-9_:]/gu);
}

/** The metric's name of a measurement whose fields are one native histogram; empty when no legal character is left. */
export function histogramName(measurement: string, rules: NameRules = 'legacy'): string {
  return legalName(measurement, rules);
}

/**
 * The name of each field's metric on one measurement, in the order given. When two are the same, the field whose name was
 * legal already keeps it, else the first; the others get `_2`, `_3` and so on. Empty where no legal character is left.
 */
export function metricNames(measurement: string, fields: readonly string[], rules: NameRules = 'legacy'): string[] {
  const wanted = fields.map((field) => metricName(measurement, field, rules));
  return distinct(wanted, (at) => wanted[at].endsWith(fields[at]));
}

/** The labels of a series. `extra` comes after the tags, and a tag of the same name wins over it. Names that can't be made legal are left out. */
export function legalLabels(tags: Tags, extra: Tags = [], rules: NameRules = 'legacy'): LegalLabels {
  const own = new Set(tags.map(([key]) => labelName(key, rules)));
  const all = [...tags, ...extra.filter(([key]) => !own.has(labelName(key, rules)))].filter(([, value]) => value !== '');
  const wanted = all.map(([key]) => labelName(key, rules));
  const names = distinct(wanted, (at) => wanted[at] === all[at][0]);
  const labels = all.map(([, value], at): Label => [names[at], value.toWellFormed()]).filter(([name]) => name !== '');
  const renamed = all.map(([key], at) => [key, names[at]] as const).filter((_, at) => names[at] !== wanted[at]);
  return { labels: labels.sort(byName), renamed };
}

/** One label's name; empty when no legal character is left. Names that begin with `__` belong to Prometheus, so one `_` of them stays. */
function labelName(tag: string, rules: NameRules): string {
  const isLegal = rules === 'utf8' || LABEL_NAME.test(tag);
  const name = isLegal ? tag.toWellFormed() : cleaned(tag, /^[^a-zA-Z_]/u, /[^a-zA-Z0-9_]/gu);
  return name.replace(/^__+/, '_');
}

function cleaned(name: string, badFirst: RegExp, bad: RegExp): string {
  const replaced = trimCharacters(name.replace(badFirst, '').replaceAll(bad, '_'), '_');
  // Leaving the first character out can leave a digit in front (`11x` becomes `1x`).
  return replaced.replace(/^[0-9]+_*/, '');
}

/** The same names with a number behind those that are taken; `first` says which of them choose before the others. */
function distinct(wanted: readonly string[], first: (at: number) => boolean): string[] {
  if (new Set(wanted).size === wanted.length) return [...wanted];
  const names = [...wanted];
  const taken = new Set(wanted);
  const given = new Set<string>();
  const order = [...wanted.keys()].sort((a, b) => Number(first(b)) - Number(first(a)) || a - b);
  for (const at of order) {
    if (given.has(names[at]) && names[at] !== '') names[at] = freeName(wanted[at], taken);
    given.add(names[at]);
  }
  return names;
}

function freeName(name: string, taken: Set<string>): string {
  let number = 2;
  while (taken.has(`${name}_${number}`)) number++;
  taken.add(`${name}_${number}`);
  return `${name}_${number}`;
}

function byName([a]: Label, [b]: Label): number {
  return compareNames(a, b);
}

/** The order of the names' bytes. That of UTF-16 is the same but for what lies beyond its first 65,536 characters. */
export function compareNames(a: string, b: string): number {
  if (/[\u{10000}-\u{10ffff}]/u.test(a + b)) return Buffer.compare(Buffer.from(a), Buffer.from(b));
  return a < b ? -1 : 1;
}
