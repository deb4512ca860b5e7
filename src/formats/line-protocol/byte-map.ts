/**
 * A map from byte strings to values that is asked with a slice of a larger buffer, so that finding the series of a line
 * neither copies nor decodes its key. Bounded by two generations: what was not asked for while one filled up is forgotten.
 */
interface Entry<T> {
  readonly hash: number;
  readonly bytes: Buffer;
  readonly value: T;
  readonly next: Entry<T> | undefined;
}

const FIRST_CAPACITY = 256;

/** Random, so that nobody outside can make up keys that all fall into one bucket; odd, so that no byte is lost. */
const MULTIPLIER = Math.floor(Math.random() * 2 ** 31) * 2 + 1;

export class ByteMap<T> {
  readonly #maxEntries: number;
  #young = new Table<T>();
  #old = new Table<T>();

  constructor(maxEntries: number) {
    this.#maxEntries = maxEntries;
  }

  /** The value stored under `source[from, to)`, whose `hashBytes` is `hash`, or undefined. */
  get(source: Buffer, from: number, to: number, hash: number): T | undefined {
    const young = this.#young.get(source, from, to, hash);
    if (young !== undefined) return young.value;
    const old = this.#old.get(source, from, to, hash);
    if (old === undefined) return undefined;
    this.#add(old);
    return old.value;
  }

  /** Stores a value under `bytes`, which must not change any more and should not be a part of something large. */
  set(bytes: Buffer, hash: number, value: T): void {
    this.#add({ hash, bytes, value, next: undefined });
  }

  #add(entry: Entry<T>): void {
    if (this.#young.size >= this.#maxEntries / 2) {
      this.#old = this.#young;
      this.#young = new Table<T>();
    }
    this.#young.add(entry);
  }
}

/** The hash that `ByteMap` expects; hot loops work it out themselves, byte by byte, with `hashByte`. */
export function hashBytes(source: Buffer, from: number, to: number): number {
  let hash = 0;
  for (let at = from; at < to; at++) hash = hashByte(hash, source[at]);
  return hash;
}

export function hashByte(hash: number, byte: number): number {
  return (Math.imul(hash, MULTIPLIER) + byte) | 0;
}

/** Chained hash table that doubles as it fills. */
class Table<T> {
  #buckets: (Entry<T> | undefined)[] = new Array<Entry<T> | undefined>(FIRST_CAPACITY).fill(undefined);
  size = 0;

  get(source: Buffer, from: number, to: number, hash: number): Entry<T> | undefined {
    let entry = this.#buckets[spread(hash) & (this.#buckets.length - 1)];
    while (entry !== undefined) {
      if (entry.hash === hash && equals(entry.bytes, source, from, to)) return entry;
      entry = entry.next;
    }
    return undefined;
  }

  add(entry: Entry<T>): void {
    if (this.size >= this.#buckets.length) this.#grow();
    const at = spread(entry.hash) & (this.#buckets.length - 1);
    this.#buckets[at] = { ...entry, next: this.#buckets[at] };
    this.size++;
  }

  #grow(): void {
    const smaller = this.#buckets;
    this.#buckets = new Array<Entry<T> | undefined>(smaller.length * 2).fill(undefined);
    for (let entry of smaller) {
      for (; entry !== undefined; entry = entry.next) {
        const at = spread(entry.hash) & (this.#buckets.length - 1);
        this.#buckets[at] = { ...entry, next: this.#buckets[at] };
      }
    }
  }
}

/** Brings the high bits down, where the mask looks: keys that differ in their first letters only would share buckets. */
function spread(hash: number): number {
  return hash ^ (hash >>> 15);
}

function equals(bytes: Buffer, source: Buffer, from: number, to: number): boolean {
  const { length } = bytes;
  if (length !== to - from) return false;
  for (let at = 0; at < length; at++) {
    if (bytes[at] !== source[from + at]) return false;
  }
  return true;
}
