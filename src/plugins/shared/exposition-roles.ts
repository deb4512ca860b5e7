/**
 * What becomes of a series of an exposition, by its family and labels: Telegraf's `metric_version` 1 and 2, for the text format
 * (plugins/parsers/prometheus) and for OpenMetrics (plugins/parsers/openmetrics). Worked out once per series.
 */
import type { Dialect, Family } from '../../formats/prometheus-text/exposition.ts';
import { NumberScanner } from '../../formats/prometheus-text/number-scanner.ts';
import type { Labels } from '../../formats/prometheus-text/series.ts';
import { goFloatText } from '../../metric/go-float.ts';

export type MetricVersion = 1 | 2;

/** How an exposition is read. */
export interface Reading {
  readonly dialect: Dialect;
  readonly version: MetricVersion;
}

/** How a sample's value becomes a field's: itself, whether it is above zero (a state), or 1 whatever it is (an info). */
export type FieldForm = 'number' | 'state' | 'one';

/** One field of one measurement with these tags. */
export interface FieldRole {
  readonly field: string;
  readonly form: FieldForm;
  /** NaN says that there was nothing to observe: such a sample makes no field. */
  readonly skipsNaN: boolean;
}

export interface SeriesRole {
  readonly measurement: string;
  /** The labels that all parts of one metric share. */
  readonly tags: Labels;
  /** The field that joins the others of its metric in one point; none for a sample that only says that the metric exists. */
  readonly joined?: FieldRole;
  /** The field of a point of its own, and what tells that from its metric. */
  readonly own?: FieldRole & { readonly tag: readonly [string, string] | undefined };
  /** The fields that the metric has in any case, at 0 where no sample says otherwise. Undefined where there is no point of joined fields. */
  readonly defaults: readonly string[] | undefined;
  /** The bucket that the metric has in any case, at its count where no sample says otherwise. */
  readonly infinite?: { readonly field: string; readonly count: string };
}

const MEASUREMENT_V2: Readonly<Record<Dialect, string>> = { text: 'prometheus', openmetrics: 'openmetric' };

/** The field of version 1 for a type of one value. */
const SIMPLE_FIELDS: Partial<Record<Family['type'], string>> = { counter: 'counter', gauge: 'gauge', unknown: 'value' };

/** The role of the series `name` with these labels; undefined for one that says nothing (a counter's `_created`). */
export function roleOf(name: string, labels: Labels, family: Family, reading: Reading): SeriesRole | undefined {
  const { dialect, version } = reading;
  const unit = family.unit === '' ? [] : [['unit', family.unit] as const];
  const measurement = version === 1 ? family.name : MEASUREMENT_V2[dialect];
  const metric = { measurement, tags: [...labels, ...unit] };
  const sample = { family: family.name, suffix: name.slice(family.name.length) };
  switch (family.type) {
    case 'histogram':
    case 'gaugehistogram':
      return histogramRole(metric, sample, reading);
    case 'summary':
      return summaryRole(metric, sample, reading);
    case 'stateset':
      return stateRole(metric, family.name, version);
    case 'info':
      return alone(metric, version === 1 ? 'info' : `${family.name}_info`, 'one');
    case 'counter':
      return dialect === 'openmetrics' && sample.suffix !== '_total' ? undefined : simpleRole(metric, family, version);
    case 'gauge':
    case 'unknown':
      return simpleRole(metric, family, version);
  }
}

type Metric = Pick<SeriesRole, 'measurement' | 'tags'>;

/** The name of a sample: that of its family, and what comes after it. */
interface SampleName {
  readonly family: string;
  /** `_bucket`, `_total`; empty for none. */
  readonly suffix: string;
}

function simpleRole(metric: Metric, family: Family, version: MetricVersion): SeriesRole {
  return alone(metric, (version === 1 ? SIMPLE_FIELDS[family.type] : undefined) ?? family.name, 'number');
}

function alone(metric: Metric, field: string, form: FieldForm): SeriesRole {
  return { ...metric, own: { field, form, skipsNaN: form === 'number', tag: undefined }, defaults: undefined };
}

function stateRole(metric: Metric, family: string, version: MetricVersion): SeriesRole | undefined {
  const { value, tags } = takeOut(metric.tags, family);
  if (value === undefined) return undefined;
  const state = value.replaceAll(' ', '_');
  if (version === 2) return alone({ ...metric, tags }, `${family}_${state}`, 'state');
  return { ...metric, tags, joined: { field: state, form: 'state', skipsNaN: false }, defaults: [] };
}

/** Samples of one number for all observations, by suffix, and the field of version 1. */
const TOTALS: Readonly<Record<string, string>> = { _count: 'count', _gcount: 'count', _sum: 'sum', _gsum: 'sum', _created: 'created' };

function histogramRole(metric: Metric, { family, suffix }: SampleName, { dialect, version }: Reading): SeriesRole {
  const { value, tags } = takeOut(metric.tags, 'le');
  const prefix = version === 1 ? '' : `${family}_`;
  const field = `${prefix}bucket`;
  const whole = {
    measurement: metric.measurement,
    tags,
    defaults: defaultsOf(prefix, dialect),
    ...(version === 2 ? { infinite: { field, count: `${prefix}count` } } : {}),
  };
  return { ...whole, ...partRole(suffix, value, version, { prefix, label: 'le', field, skipsNaN: false }) };
}

function summaryRole(metric: Metric, { family, suffix }: SampleName, { dialect, version }: Reading): SeriesRole {
  const { value, tags } = takeOut(metric.tags, 'quantile');
  const prefix = version === 1 ? '' : `${family}_`;
  const whole = { measurement: metric.measurement, tags, defaults: defaultsOf(prefix, dialect) };
  // A quantile without observations is NaN; version 2 hands that on.
  return { ...whole, ...partRole(suffix, value, version, { prefix, label: 'quantile', field: family, skipsNaN: version === 1 }) };
}

/** Telegraf's OpenMetrics parser adds no sum where there is none. */
function defaultsOf(prefix: string, dialect: Dialect): readonly string[] {
  return dialect === 'text' ? [`${prefix}count`, `${prefix}sum`] : [`${prefix}count`];
}

interface Part {
  readonly prefix: string;
  readonly label: string;
  /** The field of a bucket or quantile in version 2; in version 1 it is its bound. */
  readonly field: string;
  readonly skipsNaN: boolean;
}

/** What one sample of a histogram or summary says. One without a bound, which Telegraf leaves out without a word, says that the metric exists. */
function partRole(suffix: string, bound: string | undefined, version: MetricVersion, part: Part): Pick<SeriesRole, 'joined' | 'own'> {
  const total = TOTALS[suffix];
  if (total !== undefined) return { joined: { field: part.prefix + total, form: 'number', skipsNaN: false } };
  const text = bound === undefined ? undefined : boundText(bound);
  if (text === undefined) return {};
  if (version === 1) return { joined: { field: text, form: 'number', skipsNaN: part.skipsNaN } };
  return { own: { field: part.field, form: 'number', skipsNaN: part.skipsNaN, tag: [part.label, text] } };
}

/** A bucket's upper bound or a quantile as Telegraf writes it: `2.5e3` is `2500`. Undefined if it is no number. */
function boundText(text: string): string | undefined {
  const number = new NumberScanner();
  const bytes = Buffer.from(`${text}\n`);
  if (!number.scan(bytes, 0) || number.end < bytes.length - 1 || Number.isNaN(number.value)) return undefined;
  return goFloatText(number.value);
}

function takeOut(tags: Labels, name: string): { readonly value: string | undefined; readonly tags: Labels } {
  return { value: tags.find(([key]) => key === name)?.[1], tags: tags.filter(([key]) => key !== name) };
}
