/** The head of one output's queue: its oldest payloads, in memory, without a gap in any partition. What comes after them is on the disk alone. */
import { freeMemory } from '../../metric/memory.ts';
import type { Entry } from '../leases.ts';
import { PARTITIONS } from '../payload.ts';
import type { ReadResult, Wanted } from './messages.ts';

/**
 * Bodies kept of each partition: together several requests' worth. By partition, so that one that is held up for long takes no room from
 * the others.
 */
const PARTITION_BYTES = 4 * 1024 * 1024;

interface Part {
  readonly partition: number;
  /** A set keeps the order in which entries came, and lets go of one in the middle at no cost. */
  readonly entries: Set<Entry>;
  bytes: number;
  /** Everything of this partition up to this id is here, or was. */
  upTo: number;
  /** Whether everything of this partition on the disk is here. */
  isComplete: boolean;
}

/** The payloads that `DiskQueue` can lease without reading. */
export class QueueHead {
  readonly #parts: readonly Part[];

  /** `isEmpty`: nothing is on the disk yet. */
  constructor({ isEmpty }: { readonly isEmpty: boolean }) {
    this.#parts = Array.from({ length: PARTITIONS }, (_, partition) => ({
      partition,
      entries: new Set<Entry>(),
      bytes: 0,
      upTo: 0,
      isComplete: isEmpty,
    }));
  }

  /** Whether everything on the disk is here. */
  get isComplete(): boolean {
    return this.#parts.every((part) => part.isComplete);
  }

  /** What is worth reading now, and how much of it; empty when there is enough, or no more. */
  get wanted(): readonly Wanted[] {
    return this.#parts
      .filter(({ isComplete, bytes }) => !isComplete && bytes < PARTITION_BYTES / 2)
      .map(({ partition, upTo, bytes }) => ({ partition, after: upTo, maxBytes: PARTITION_BYTES - bytes }));
  }

  get oldest(): Entry | undefined {
    let oldest: Entry | undefined;
    for (const { entries } of this.#parts) {
      const [first] = entries;
      if (first !== undefined && first.id < (oldest?.id ?? Infinity)) oldest = first;
    }
    return oldest;
  }

  /** All entries but those of some partitions, the oldest first. Those it has given may be deleted meanwhile. */
  *inOrder(without: ReadonlySet<number> = new Set()): Generator<Entry, void, undefined> {
    const parts = this.#parts.filter(({ partition }) => !without.has(partition)).map(({ entries }) => entries.values());
    const heads = parts.map((entries) => entries.next().value);
    for (;;) {
      let first = -1;
      for (const [at, head] of heads.entries()) {
        if (head !== undefined && (first < 0 || head.id < (heads[first]?.id ?? Infinity))) first = at;
      }
      const head = heads[first];
      if (head === undefined) return;
      yield head;
      heads[first] = parts[first].next().value;
    }
  }

  /** Takes in what has just been written, if it comes next in its partition and there is room; else it is on the disk alone. */
  offer(entry: Entry): void {
    const part = this.#parts[entry.payload.partition];
    part.isComplete &&= part.bytes < PARTITION_BYTES;
    if (part.isComplete) append(part, entry);
    else freeMemory(entry.payload.body);
  }

  /** Takes in what was read. */
  extend(wanted: readonly Wanted[], entries: readonly Entry[], { upTo, reachedEnd }: ReadResult): void {
    for (const entry of entries) append(this.#parts[entry.payload.partition], entry);
    for (const { partition } of wanted) {
      const part = this.#parts[partition];
      part.upTo = Math.max(part.upTo, upTo);
      part.isComplete = reachedEnd;
    }
  }

  /** Forgets that nothing more is on the disk: the file has been replaced, and what it holds has to be looked up again. */
  doubt(): void {
    for (const part of this.#parts) part.isComplete = false;
  }

  /** Lets go of an entry and its body. */
  delete(entry: Entry): void {
    const { partition, body } = entry.payload;
    const part = this.#parts[partition];
    if (!part.entries.delete(entry)) return;
    part.bytes -= body.length;
    freeMemory(body);
  }
}

function append(part: Part, entry: Entry): void {
  part.entries.add(entry);
  part.bytes += entry.payload.body.length;
  part.upTo = entry.id;
}
