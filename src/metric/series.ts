import type { Shape } from './shape.ts';

/** Tag keys with their values, sorted by key, no key twice, nothing empty. */
export type Tags = readonly (readonly [key: string, value: string])[];

const NO_SHAPES: readonly Shape[] = [];

/**
 * One measurement with one set of tags: the identity of a time series. Interned, so that two points of a series share one
 * object; made by `Interner.series` only.
 */
export class Series {
  readonly measurement: string;
  readonly tags: Tags;
  /** Names this series among all others, in this process and after a restart: the key for state. */
  readonly id: string;
  /** The shapes seen on this series, latest first; the interner keeps it short. */
  shapes: readonly Shape[] = NO_SHAPES;

  constructor(measurement: string, tags: Tags, id: string) {
    this.measurement = measurement;
    this.tags = tags;
    this.id = id;
  }

  /** The value of a tag, or undefined. */
  tag(key: string): string | undefined {
    for (const [name, value] of this.tags) {
      if (name === key) return value;
    }
    return undefined;
  }
}

/** A series as people read it in a log: as in line protocol, but for the escapes. */
export function seriesText({ measurement, tags }: Pick<Series, 'measurement' | 'tags'>): string {
  return [measurement, ...tags.map(([key, value]) => `${key}=${value}`)].join(',');
}

/** The identity text of a measurement and its sorted tags. No separator can occur inside a part by accident: parts carry their lengths. */
export function seriesId(measurement: string, tags: Tags): string {
  // Joined, since a text made by adding keeps all of its parts.
  return [`${measurement.length}:${measurement}`, ...tags.map(([key, value]) => `${key.length}:${key}=${value.length}:${value}`)].join(',');
}
