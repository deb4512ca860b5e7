/**
 * What a metric is, beside its values: its type, its unit, a sentence of help. Sources that know it note it here; outputs whose
 * protocol has a place for it look it up by the metric's name.
 *
 * It is help, not data: kept in memory, noted again at every scrape, and never a reason to hold a sample back.
 */
export type MetricType = 'counter' | 'gauge' | 'histogram' | 'gaugehistogram' | 'summary' | 'info' | 'stateset' | 'unknown';

export interface Metadata {
  readonly type: MetricType;
  /** Empty where there is none, as is the unit. */
  readonly help: string;
  readonly unit: string;
}

/** Some 300 bytes each: 15 MB when it is full. Beyond that, names are not noted. */
const MAX_NAMES = 50_000;

/** A help text that is longer is a mistake, and would be sent with every request. */
const MAX_TEXT = 1024;

/** What a family of several series puts behind its name. */
const SUFFIX = /_(?:total|bucket|count|sum|gcount|gsum|created|info)$/;

/** All that is known of one pipeline's metrics. */
export class MetadataRegistry {
  readonly #byName = new Map<string, Metadata>();

  /** Notes what a metric is, over what was known. */
  note(name: string, { type, help, unit }: Metadata): void {
    const known = this.#byName.get(name);
    if (known === undefined && (this.#byName.size >= MAX_NAMES || (type === 'unknown' && help === '' && unit === ''))) return;
    if (known !== undefined && known.type === type && known.help === help.slice(0, MAX_TEXT) && known.unit === unit) return;
    this.#byName.set(name, { type, help: help.slice(0, MAX_TEXT), unit: unit.slice(0, MAX_TEXT) });
  }

  /** What is known of a series by its metric name, which may be its family's with a suffix (`_total`, `_bucket`, …). */
  of(name: string): Metadata | undefined {
    return this.#byName.get(name) ?? this.#byName.get(name.replace(SUFFIX, ''));
  }
}
