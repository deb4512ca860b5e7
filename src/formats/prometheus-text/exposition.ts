/**
 * What a scrape says, in columns: sample `i` is row `i` of each, so that a sample costs no object. What depends on names only is
 * kept on its `ExposedSeries`, which is the same object at every parse.
 */
import type { Exemplar } from '../../metric/origin.ts';
import type { ExposedSeries } from './exposed-series.ts';

/** How a body is written: `text` is the text format 0.0.4, `openmetrics` is OpenMetrics 1.0. */
export type Dialect = 'text' | 'openmetrics';

/** `untyped` of the text format is `unknown` here, as is a family without a `# TYPE`. */
export type FamilyType = 'counter' | 'gauge' | 'histogram' | 'gaugehistogram' | 'summary' | 'info' | 'stateset' | 'unknown';

/** What the metadata lines say of a family. A sample without any is a family of its own, of unknown type. */
export interface Family {
  readonly name: string;
  readonly type: FamilyType;
  /** Unescaped; empty without a `# HELP`. */
  readonly help: string;
  /** Empty without a `# UNIT`; the text format has none. */
  readonly unit: string;
}

/** An OpenMetrics exemplar. */
export interface SampleExemplar extends Exemplar {
  /** The sample's row. */
  readonly sample: number;
}

/**
 * A body that is valid from its first to its last byte. The columns belong to the parser: they hold good until its next `parse`,
 * and are longer than `count`.
 *
 * `M` is what the user of the parser remembers of a series (`series[i].memo`): shapes, labels for the wire, whatever follows from
 * names. A new `ExposedSeries` has none.
 */
export interface Exposition<M = unknown> {
  readonly ok: true;
  readonly body: Buffer;
  /** How many samples there are. */
  readonly count: number;
  readonly families: readonly Family[];
  /** Sample `i`'s series as it stands in the body, name and labels: bytes `[from[i], to[i])`. */
  readonly from: Int32Array;
  readonly to: Int32Array;
  /**
   * Sample `i`'s series. Identity is by spelling: the same labels in another order are another object. A spelling that was
   * missing from many scrapes may be forgotten and come back as a new object.
   */
  readonly series: readonly ExposedSeries<M>[];
  readonly value: Float64Array;
  /** Whole milliseconds since the Unix epoch; NaN: the sample has none. */
  readonly timestampMs: Float64Array;
  /** Index in `families`. */
  readonly family: Int32Array;
  /** In the order of their samples; most bodies have none. */
  readonly exemplars: readonly SampleExemplar[];
  /** The samples whose names end in `_created`. */
  readonly created: readonly number[];
}

/** Why a body was refused, whole. */
export interface ExpositionError {
  readonly ok: false;
  /** Both counted from 1; the column in bytes. */
  readonly line: number;
  readonly column: number;
  readonly reason: string;
}

/** The error as users read it: `line 3, column 12: expected a value, found "abc"`. */
export function expositionErrorText({ line, column, reason }: ExpositionError): string {
  return `line ${line}, column ${column}: ${reason}`;
}
