import type { Interner } from '../../metric/interner.ts';
import type { Series } from '../../metric/series.ts';
import { copyToKeep } from '../../metric/text.ts';
import { ByteMap, hashByte, hashBytes } from './byte-map.ts';
import { BACKSLASH, isBlank, KEY_BYTES } from './bytes.ts';
import { escapedKeyEnd, parseKey } from './key.ts';

const MAX_SERIES = 200_000;

/** A key seen before. */
interface Known {
  readonly bytes: Buffer;
  readonly series: Series;
  /** The key that came after this one the last time. */
  next: Known | undefined;
}

/**
 * Finds the series of a line from the bytes of its key.
 *
 * Agents send their series in much the same order every time, so the key that followed the last one is tried first: that costs
 * one comparison, where a look-up costs a hash over the key and the same comparison. (The links point from keys to ones seen
 * later, so they keep nothing alive that the map has forgotten.)
 */
export class SeriesKeys {
  readonly #interner: Interner;
  readonly #known = new ByteMap<Known>(MAX_SERIES);
  #last: Known | undefined;
  /** Where the key that was found ends, or, where none was, the byte that does not fit. */
  end = 0;
  /** Why no key was found. */
  reason = '';

  constructor(interner: Interner) {
    this.#interner = interner;
  }

  /** The series of the key that starts at `start`; undefined if it is none. */
  find(source: Buffer, start: number): Series | undefined {
    const last = this.#last;
    const guess = last?.next;
    if (guess !== undefined && isKeyAt(guess.bytes, source, start)) {
      this.end = start + guess.bytes.length;
      this.#last = guess;
      return guess.series;
    }
    const known = this.#lookUp(source, start);
    if (known === undefined) return undefined;
    if (last !== undefined) last.next = known;
    this.#last = known;
    return known.series;
  }

  #lookUp(source: Buffer, start: number): Known | undefined {
    let at = start;
    let hash = 0;
    for (let byte = source[at]; KEY_BYTES[byte] === 1; byte = source[++at]) hash = hashByte(hash, byte);
    if (source[at] === BACKSLASH) {
      at = escapedKeyEnd(source, start);
      hash = hashBytes(source, start, at);
    }
    this.end = at;
    return this.#known.get(source, start, at, hash) ?? this.#add(source, start, at, hash);
  }

  #add(source: Buffer, from: number, to: number, hash: number): Known | undefined {
    const key = parseKey(source, from, to);
    if ('reason' in key) {
      this.end = key.at;
      this.reason = key.reason;
      return undefined;
    }
    const known: Known = {
      bytes: copyToKeep(source.subarray(from, to)),
      series: this.#interner.series(key.measurement, key.tags),
      next: undefined,
    };
    this.#known.set(known.bytes, hash, known);
    return known;
  }
}

/** Whether this very key stands at `start`: the same bytes, and after them the blank that ends it. */
function isKeyAt(key: Buffer, source: Buffer, start: number): boolean {
  const { length } = key;
  if (!isBlank(source[start + length])) return false;
  // Neighbours tend to share their beginnings and to differ at their ends.
  for (let at = length - 1; at >= 0; at--) {
    if (key[at] !== source[start + at]) return false;
  }
  return true;
}
