/**
 * What a source says about a value beside the value: since when it has been counting, and single observations behind it. Outputs whose
 * protocol has a place for it send it; all others leave it.
 *
 * It belongs to a point of one field, or to one whose fields are a native histogram together. Few sources have it, so a point without it carries nothing but a null.
 */
import type { Tags } from './series.ts';

/** One observation behind a value, such as a request with its trace. */
export interface Exemplar {
  readonly labels: Tags;
  readonly value: number;
  /** Whole milliseconds since the Unix epoch; NaN: it has no time of its own. */
  readonly timestampMs: number;
}

export interface Origin {
  /** When the counting of a cumulative value began, in milliseconds since the Unix epoch; 0: not known. */
  readonly startMs: number;
  readonly exemplars: readonly Exemplar[];
}
