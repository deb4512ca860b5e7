/**
 * What a target has said before, found by its bytes: series and metadata lines, so that a line that was checked once is only
 * compared the next time. The bytes stand in chunks, side by side in the order they came, which is mostly the order in which they
 * are compared.
 *
 * A target says much the same at every scrape and in the same order, so each line knows which one came after it.
 */
const CHUNK_BYTES = 64 * 1024;

/** Lines are forgotten after this many scrapes without them, once there are several times as many as a scrape has. */
const KEPT_SCRAPES = 4;
const SPARE_LINES = 1024;

/** Random, so that nobody outside can make up lines that share one hash; odd, so that no byte is lost. */
const MULTIPLIER = Math.floor(Math.random() * 2 ** 31) * 2 + 1;

const NO_BYTES = new DataView(new ArrayBuffer(0));

/** A line, or the part of one that names its series. */
export class KnownLine {
  /** The chunk, and the place in it. */
  view: DataView = NO_BYTES;
  at = 0;
  length = 0;
  hash = 0;
  /** The number of the last scrape that had it. */
  seen = 0;
  /** What came after it the last time. */
  next: KnownLine | undefined = undefined;
  /** Another line with the same hash. */
  twin: KnownLine | undefined = undefined;

  /** The bytes, as they stood in the text. */
  get bytes(): Buffer {
    return Buffer.from(this.view.buffer, this.at, this.length);
  }
}

export class KnownLines {
  #byHash = new Map<number, KnownLine>();
  #size = 0;
  #chunk = new Chunk(CHUNK_BYTES);

  get size(): number {
    return this.#size;
  }

  /** The line whose bytes stand at `[from, to)`; `hash` is what `hashOf` says of them. */
  get(source: DataView, from: number, to: number, hash: number): KnownLine | undefined {
    let line = this.#byHash.get(hash);
    while (line !== undefined && !(line.length === to - from && isLineAt(line, source, from))) line = line.twin;
    return line;
  }

  /** Remembers `source[from, to)` as this line. */
  add(line: KnownLine, source: Buffer, from: number, to: number, hash: number): void {
    line.hash = hash;
    this.#store(line, source, from, to);
    line.twin = this.#byHash.get(hash);
    this.#byHash.set(hash, line);
    this.#size++;
  }

  /** Forgets what the last scrapes did not have, if there is much of it; `lines` is how many this one had. Says whether it did. */
  sweep(scrape: number, lines: number): boolean {
    if (this.#size <= (KEPT_SCRAPES + 1) * lines + SPARE_LINES) return false;
    const known = [...this];
    this.clear();
    const isForgotten = (line: KnownLine): boolean => line.seen <= scrape - KEPT_SCRAPES;
    for (const line of known) {
      if (line.next !== undefined && (isForgotten(line) || isForgotten(line.next))) line.next = undefined;
      if (!isForgotten(line)) this.add(line, line.bytes, 0, line.length, line.hash);
    }
    return true;
  }

  clear(): void {
    this.#byHash = new Map();
    this.#size = 0;
    this.#chunk = new Chunk(CHUNK_BYTES);
  }

  *[Symbol.iterator](): Generator<KnownLine> {
    for (const first of this.#byHash.values()) {
      for (let line: KnownLine | undefined = first; line !== undefined; line = line.twin) yield line;
    }
  }

  #store(line: KnownLine, source: Buffer, from: number, to: number): void {
    const length = to - from;
    if (this.#chunk.used + length > this.#chunk.bytes.length) this.#chunk = new Chunk(Math.max(CHUNK_BYTES, length));
    const chunk = this.#chunk;
    source.copy(chunk.bytes, chunk.used, from, to);
    line.view = chunk.view;
    line.at = chunk.used;
    line.length = length;
    chunk.used += length;
  }
}

class Chunk {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  used = 0;

  constructor(size: number) {
    this.bytes = new Uint8Array(size);
    this.view = new DataView(this.bytes.buffer);
  }
}

/** Whether the line's bytes stand at `from`. Compares four bytes at a time: this is what most of a scrape's time goes to. */
export function isLineAt(line: KnownLine, source: DataView, from: number): boolean {
  const { view, at, length } = line;
  if (from + length > source.byteLength) return false;
  const whole = length & ~3;
  let index = 0;
  for (; index < whole; index += 4) {
    if (view.getInt32(at + index, true) !== source.getInt32(from + index, true)) return false;
  }
  for (; index < length; index++) {
    if (view.getUint8(at + index) !== source.getUint8(from + index)) return false;
  }
  return true;
}

export function hashOf(source: Buffer, from: number, to: number): number {
  let hash = 0;
  for (let at = from; at < to; at++) hash = (Math.imul(hash, MULTIPLIER) + source[at]) | 0;
  return hash;
}
