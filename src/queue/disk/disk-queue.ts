/** One output's queue: counts of all that waits and, in memory, its head, the oldest payloads. The rest is read back when its turn comes. */
import { Ages } from '../ages.ts';
import { Leases, type Entry } from '../leases.ts';
import type { QueuedPayload, Refused } from '../payload.ts';
import { selectOldest } from '../select.ts';
import type { Lease, PayloadQueue, QueueBounds, QueueDepth, StoreDrop, TakeLimits } from '../store.ts';
import type { Draft, GroupMember, NewPayload } from './group-commit.ts';
import type { OutputRow, ReadResult, StoredPayload, Wanted } from './messages.ts';
import { QueueHead } from './queue-head.ts';

export interface DiskQueueOptions {
  readonly output: OutputRow & { readonly oldestMs: number | undefined };
  readonly bounds: QueueBounds;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly onDrop: (reason: StoreDrop, points: number) => void;
  /** Told when payloads have left. */
  readonly onLeft: () => void;
  /** Puts something into the next group; resolves when that is on the disk. */
  readonly change: (fill: (draft: Draft) => void) => Promise<void>;
  /** Reads more from the disk. */
  readonly read: (number: number, wanted: readonly Wanted[]) => Promise<ReadResult>;
}

interface Count {
  payloads: number;
  points: number;
  bytes: number;
}

export class DiskQueue implements PayloadQueue, GroupMember {
  readonly bounds: QueueBounds;
  readonly #options: DiskQueueOptions;
  readonly #ages: Ages;
  /** The oldest payloads; leased ones stay in. */
  readonly #head: QueueHead;
  readonly #leases = new Leases();
  /** On the disk, whether in the head or not. */
  readonly #stored: Count;
  /** Handed over, not on the disk yet. */
  readonly #pending: Count = { payloads: 0, points: 0, bytes: 0 };
  /** Settled, not yet removed on the disk: still counted as stored, and leased. */
  readonly #leaving: Count = { payloads: 0, points: 0, bytes: 0 };
  #lastId: number;
  #oldestMs: number | undefined;
  #reading: Promise<void> | undefined;
  #listener: () => void = () => undefined;

  constructor(options: DiskQueueOptions) {
    const { payloads, points, bytes, lastId, oldestMs } = options.output;
    this.#options = options;
    this.#ages = new Ages(options.now);
    this.bounds = options.bounds;
    this.#stored = { payloads, points, bytes };
    this.#head = new QueueHead({ isEmpty: payloads === 0 });
    this.#lastId = lastId;
    this.#oldestMs = oldestMs;
  }

  get isFull(): boolean {
    const { maxPoints, maxBytes } = this.bounds;
    return this.#stored.points + this.#pending.points >= maxPoints || this.#stored.bytes + this.#pending.bytes >= maxBytes;
  }

  get depth(): QueueDepth {
    if (this.#stored.payloads === 0) return { ...this.#stored, oldestMs: undefined };
    // While the next ones are being read, the last one that left is the best that is known.
    return { ...this.#stored, oldestMs: this.#head.oldest?.addedMs ?? this.#oldestMs };
  }

  get outputRow(): OutputRow {
    const { number, name } = this.#options.output;
    return {
      number,
      name,
      payloads: this.#stored.payloads + this.#pending.payloads - this.#leaving.payloads,
      points: this.#stored.points + this.#pending.points - this.#leaving.points,
      bytes: this.#stored.bytes + this.#pending.bytes - this.#leaving.bytes,
      lastId: this.#lastId,
    };
  }

  onAdded(listener: () => void): void {
    this.#listener = listener;
  }

  /** Puts into a group what an overflow allows. */
  add(payloads: readonly QueuedPayload[], draft: Draft): void {
    const addedMs = this.#ages.now();
    const output = this.#options.output.name;
    for (const payload of payloads) {
      if (this.isFull && this.bounds.overflow === 'drop_newest') {
        this.#options.onDrop('overflow', payload.points);
        continue;
      }
      if (this.bounds.overflow === 'drop_oldest') this.#makeRoom(draft);
      const { body, ...rest } = payload;
      const row = { ...rest, id: ++this.#lastId, output, addedMs, size: body.length };
      count(this.#pending, payload, 1);
      draft.add(this, { row, body });
    }
  }

  written(payloads: readonly NewPayload[]): void {
    for (const { row, body } of payloads) {
      const { destination, partition, points, firstMs, lastMs, id, addedMs } = row;
      const payload = { destination, body, partition, points, firstMs, lastMs };
      count(this.#pending, payload, -1);
      count(this.#stored, payload, 1);
      this.#head.offer({ id, payload, addedMs, tried: false, leased: false });
    }
    this.#listener();
  }

  async take(limits: TakeLimits): Promise<Lease | undefined> {
    for (;;) {
      this.#expire();
      const entries = selectOldest(this.#head.inOrder(this.#leases.partitions), this.#leases.partitions, limits);
      const reading = this.#refill();
      if (entries.length > 0) return this.#lease(entries);
      if (reading === undefined) return undefined;
      await reading;
    }
  }

  /** Corrects the counts after a damaged file has lost payloads. */
  lose(points: number): void {
    this.#stored.points = Math.max(0, this.#stored.points - points);
    this.#options.onDrop('damaged', points);
    this.#head.doubt();
  }

  /** Reads more from the disk where there is little left in the head; undefined when nothing is to be read. */
  #refill(): Promise<void> | undefined {
    const { wanted } = this.#head;
    if (wanted.length > 0) this.#reading ??= this.#readMore(wanted);
    return this.#reading;
  }

  async #readMore(wanted: readonly Wanted[]): Promise<void> {
    const result = await this.#options.read(this.#options.output.number, wanted);
    this.#reading = undefined;
    this.#head.extend(wanted, result.payloads.map(entryOf), result);
    this.#forgetDamaged(result.damaged);
    if (this.#head.isComplete) this.#reconcile();
    if (this.bounds.overflow === 'drop_oldest' && this.isFull) void this.#options.change((draft) => this.#makeRoom(draft));
  }

  /** All that is on the disk is in the head now: what was counted and is not there was damaged. */
  #reconcile(): void {
    const inHead: Count = { payloads: 0, points: 0, bytes: 0 };
    for (const { payload } of this.#head.inOrder()) count(inHead, payload, 1);
    const lost = this.#stored.points - inHead.points;
    Object.assign(this.#stored, inHead);
    if (lost > 0) this.#options.onDrop('damaged', lost);
    this.#options.onLeft();
  }

  #forgetDamaged(damaged: ReadResult['damaged']): void {
    if (damaged.length === 0) return;
    const ids = damaged.map(({ id }) => id);
    void this.#options.change((draft) => draft.remove(this, ids));
    for (const { points } of damaged) {
      // What a damaged row says of itself may be wrong; what was counted is not.
      const lost = Math.min(Math.max(0, points), this.#stored.points);
      this.#stored.payloads--;
      this.#stored.points -= lost;
      this.#options.onDrop('damaged', lost);
    }
  }

  /** Lets go of the oldest until there is room. What is on its way stays: nobody knows whether it was taken. */
  #makeRoom(draft: Draft): void {
    for (const entry of this.#head.inOrder()) {
      if (!this.isFull) return;
      if (!entry.leased) this.#drop(entry, 'overflow', draft);
    }
    // The next to go are on the disk alone.
    if (this.isFull) void this.#refill();
  }

  #expire(): void {
    const expired: Entry[] = [];
    for (const entry of this.#head.inOrder()) {
      if (this.#ages.of(entry.addedMs) <= this.bounds.maxAgeMs) break;
      if (!entry.leased) expired.push(entry);
    }
    if (expired.length === 0) return;
    void this.#options.change((draft) => {
      for (const entry of expired) this.#drop(entry, 'expired', draft);
    });
  }

  #drop(entry: Entry, reason: StoreDrop, draft: Draft): void {
    this.#forget(entry);
    draft.remove(this, [entry.id]);
    this.#options.onDrop(reason, entry.payload.points);
  }

  #forget(entry: Entry): void {
    count(this.#stored, entry.payload, -1);
    this.#head.delete(entry);
    this.#oldestMs = entry.addedMs;
  }

  #lease(entries: readonly Entry[]): Lease {
    return this.#leases.open(entries, {
      markTried: () => this.#markTried(entries),
      settle: async (refused, giveBack) => {
        await this.#settle(entries, refused);
        giveBack();
        this.#options.onLeft();
      },
      onReleased: () => this.#listener(),
    });
  }

  async #markTried(entries: readonly Entry[]): Promise<void> {
    await this.#options.change((draft) => draft.tried.push(...entries.filter(({ tried }) => !tried).map(({ id }) => id)));
    for (const entry of entries) entry.tried = true;
  }

  async #settle(entries: readonly Entry[], refused: readonly Refused[]): Promise<void> {
    const atMs = this.#options.now();
    const output = this.#options.output.name;
    for (const { payload } of entries) count(this.#leaving, payload, 1);
    const ids = entries.map(({ id }) => id);
    await this.#options.change((draft) => {
      draft.remove(this, ids);
      // A copy: what is refused is a piece of a payload, and must not take all of it along.
      for (const letter of refused) draft.letters.push({ ...letter, body: Buffer.from(letter.body), output, atMs });
    });
    for (const entry of entries) {
      count(this.#leaving, entry.payload, -1);
      this.#forget(entry);
    }
  }
}

function entryOf({ id, addedMs, tried, destination, body, partition, points, firstMs, lastMs }: StoredPayload): Entry {
  const bytes = Buffer.from(body.buffer as ArrayBuffer, body.byteOffset, body.byteLength);
  return { id, addedMs, tried, leased: false, payload: { destination, body: bytes, partition, points, firstMs, lastMs } };
}

function count(total: Count, { points, body }: QueuedPayload, sign: 1 | -1): void {
  total.payloads += sign;
  total.points += sign * points;
  total.bytes += sign * body.length;
}
