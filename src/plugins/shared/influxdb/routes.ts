/** Where a point goes: decided by its tags, so once per shape. */
import type { Interner } from '../../../metric/interner.ts';
import type { Point } from '../../../metric/point.ts';
import type { Shape } from '../../../metric/shape.ts';
import type { NumberPlan } from './number-promises.ts';

/** A database with a retention policy (InfluxDB 1.x), or a bucket (2.x). */
export interface Target {
  readonly database: string;
  /** Empty: the database's default. */
  readonly retentionPolicy: string;
  readonly bucket: string;
}

export interface RouteOptions {
  readonly version: 1 | 2;
  readonly fallback: Target;
  /** Tags that say where a point goes; empty: none does. */
  readonly databaseTag: string;
  readonly retentionPolicyTag: string;
  readonly bucketTag: string;
  /** Those of them that are not written. */
  readonly excludedTags: ReadonlySet<string>;
  /** 1.x only; empty or `one`: the server's default. */
  readonly consistency: string;
  /** 2.x only. */
  readonly organization: string;
}

export interface Destination {
  /** The path of a write request: a payload's `destination`. */
  readonly path: string;
  /** Points of the batch under way. */
  pending: Point[];
}

export interface Route {
  readonly destination: Destination;
  /** The shape to write: without the excluded tags. */
  readonly shape: Shape;
  /** What was promised of its numbers, worked out when it is first needed. */
  numbers: NumberPlan | undefined;
}

/** Tags with ever new values must not fill the memory: the table of destinations starts over here. */
const MAX_DESTINATIONS = 10_000;

/** The routes of one output's points. */
export class Routes {
  readonly #options: RouteOptions;
  readonly #interner: Interner;
  readonly #slot: number;
  #destinations = new Map<string, Destination>();

  constructor(options: RouteOptions, interner: Interner) {
    this.#options = options;
    this.#interner = interner;
    this.#slot = interner.slot();
  }

  /** The way of a shape's points. */
  of(shape: Shape): Route {
    return (shape.slots[this.#slot] as Route | undefined) ?? this.#bind(shape);
  }

  #bind(shape: Shape): Route {
    const { excludedTags } = this.#options;
    const { measurement, tags } = shape.series;
    const kept = tags.filter(([key]) => !excludedTags.has(key));
    const series = kept.length === tags.length ? shape.series : this.#interner.sortedSeries(measurement, kept);
    const path = writePath(this.#target(shape), this.#options);
    const route: Route = { destination: this.#destination(path), shape: this.#interner.reshape(shape, series), numbers: undefined };
    shape.slots[this.#slot] = route;
    return route;
  }

  #target({ series }: Shape): Target {
    const { fallback, databaseTag, retentionPolicyTag, bucketTag } = this.#options;
    return {
      database: series.tag(databaseTag) ?? fallback.database,
      retentionPolicy: series.tag(retentionPolicyTag) ?? fallback.retentionPolicy,
      bucket: series.tag(bucketTag) ?? fallback.bucket,
    };
  }

  #destination(path: string): Destination {
    const known = this.#destinations.get(path);
    if (known !== undefined) return known;
    if (this.#destinations.size >= MAX_DESTINATIONS) this.#destinations = new Map();
    const destination = { path, pending: [] };
    this.#destinations.set(path, destination);
    return destination;
  }
}

/** The path that writes to a target, times in nanoseconds. */
function writePath(target: Target, { version, consistency, organization }: RouteOptions): string {
  if (version === 2) {
    const search = new URLSearchParams({ org: organization, bucket: target.bucket, precision: 'ns' });
    return `/api/v2/write?${search.toString()}`;
  }
  // 1.x reads times without `precision` as nanoseconds, and 1.6 doesn't know the word `ns`.
  const search = new URLSearchParams({ db: target.database });
  if (target.retentionPolicy !== '') search.set('rp', target.retentionPolicy);
  if (consistency !== '' && consistency !== 'one') search.set('consistency', consistency);
  return `/write?${search.toString()}`;
}

/** What a path made here writes to. */
export function targetOf(path: string): Target {
  const search = new URLSearchParams(path.slice(path.indexOf('?')));
  return { database: search.get('db') ?? '', retentionPolicy: search.get('rp') ?? '', bucket: search.get('bucket') ?? '' };
}
