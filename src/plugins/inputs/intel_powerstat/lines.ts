import type { Interner } from '../../../metric/interner.ts';
import { Kind, type FieldValue } from '../../../metric/kind.ts';
import { Point } from '../../../metric/point.ts';

/** Telegraf's measurements. */
export const PACKAGE = 'powerstat_package';
export const CORE = 'powerstat_core';

export type Tags = readonly (readonly [string, string])[];
type Fields = readonly (readonly [name: string, kind: Kind, value: FieldValue])[];

/** Collects the points of one gather, all at its time. */
export class Lines {
  readonly points: Point[] = [];
  readonly #interner: Interner;
  readonly #now: { readonly ms: number; readonly ns: number };

  constructor(interner: Interner, now: { readonly ms: number; readonly ns: number }) {
    this.#interner = interner;
    this.#now = now;
  }

  /** Telegraf's usual line: one field, a float rounded to 0.01. Nothing where there is no value. */
  addRounded(measurement: string, tags: Tags, field: string, value: number | undefined): void {
    if (value !== undefined) this.add(measurement, tags, [[field, Kind.Float, round(value)]]);
  }

  /** Telegraf's line of a whole number. Nothing where there is no value. */
  addUnsigned(measurement: string, tags: Tags, field: string, value: number | undefined): void {
    if (value !== undefined) this.add(measurement, tags, [[field, Kind.Uint, value]]);
  }

  /** A line with these fields, in the order of their names. */
  add(measurement: string, tags: Tags, fields: Fields): void {
    const series = this.#interner.series(measurement, tags);
    const shape = this.#interner.shape(
      series,
      fields.map(([name, kind]) => ({ name, kind })),
    );
    const values = fields.map(([, , value]) => value);
    this.points.push(Point.fromValues(shape, this.#now.ms, this.#now.ns, values));
  }
}

/** Telegraf's rounding; none of its values is negative. */
export function round(value: number): number {
  return Math.round(value * 100) / 100;
}
