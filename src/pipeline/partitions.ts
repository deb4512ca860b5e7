/**
 * Divides points by their series, so that requests with different parts can be under way at once and every series stays in order.
 *
 * Only the values of tags decide. Names of measurements, tags and fields may change on the way to a server (Prometheus takes
 * no dots in them), which makes one series of two; values stay, so whatever becomes one series is in one partition.
 */
import type { Interner } from '../metric/interner.ts';
import type { Point } from '../metric/point.ts';
import type { Tags } from '../metric/series.ts';
import { PARTITIONS } from '../queue/payload.ts';

export class Partitions {
  readonly #slot: number;

  constructor(interner: Interner) {
    this.#slot = interner.slot();
  }

  /** The points of each partition, in their order. */
  divide(points: readonly Point[]): readonly (readonly Point[])[] {
    const slot = this.#slot;
    const parts: Point[][] = Array.from({ length: PARTITIONS }, () => []);
    for (const point of points) {
      const { series, slots } = point.shape;
      const partition = (slots[slot] as number | undefined) ?? (slots[slot] = partitionOf(series.tags));
      parts[partition].push(point);
    }
    return parts;
  }
}

/** The partition of a series with these tags: the same for ever, since it says where its payloads on the disk are. */
export function partitionOf(tags: Tags): number {
  let sum = 0;
  for (const [, value] of tags) sum = (sum + hash(value)) | 0;
  return mix(sum) % PARTITIONS;
}

/** FNV-1a, 32 bits, over UTF-16 units. */
function hash(text: string): number {
  let bits = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) bits = Math.imul(bits ^ text.charCodeAt(at), 0x01000193);
  return bits;
}

/** Murmur3's finaliser: sums of FNV hashes of short texts differ in few low bits. */
function mix(bits: number): number {
  let mixed = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
