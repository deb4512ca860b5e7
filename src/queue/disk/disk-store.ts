/** The store on a disk: queues, state and dead letters in one SQLite file, written by a thread of its own. */
import { existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Log } from '../../telemetry/log.ts';
import { Room } from '../room.ts';
import type { Admission, DeadLetters, PayloadQueue, State, StateSpec, Store, StoreOptions, Transaction } from '../store.ts';
import { writingProblem } from './access.ts';
import { DiskDeadLetters } from './disk-dead-letters.ts';
import { DiskQueue } from './disk-queue.ts';
import { hasNoSpace } from './disk-space.ts';
import { DiskState } from './disk-state.ts';
import { GroupCommit } from './group-commit.ts';
import { startOfOutput } from './ids.ts';
import { DirectoryInUseError, DirectoryLock } from './lock.ts';
import type { Opened, StateRow } from './messages.ts';
import { QUEUE_FILE } from './queue-file.ts';
import { mebibytes, MIB } from './size-text.ts';
import { encodeChanges } from './state-changes.ts';
import { WorkerLink, type Event } from './worker-link.ts';

export interface DiskStoreOptions extends StoreOptions {
  /** Made if it is missing; for one store at a time. */
  readonly directory: string;
  /** The names of all outputs of the configuration: what waits for others is an orphan. */
  readonly outputs: readonly string[];
  readonly log: Log;
  /** False: a file that is damaged or of a newer version is left alone, and an error. True unless given. */
  readonly repairs?: boolean;
}

/** Payloads handed over and not on the disk yet, beyond which nothing is accepted: a disk that slow is to be felt by the pushers. */
const MAX_UNWRITTEN_BYTES = 32 * MIB;
/** How long a close waits for a disk that takes nothing; what it did not take was not acknowledged. */
const CLOSE_TIMEOUT_MS = 2000;

/** Thrown where the disk is so full that no queue can be opened or begun; the message is for an operator. */
export class DiskFullError extends Error {}

/**
 * Opens the store in a directory. A queue file that is damaged or of a newer version is set aside and another begun, and `health` says so.
 * Throws `DirectoryInUseError` or `DiskFullError`, and says why where the directory can't be used at all.
 */
export async function openDiskStore(options: DiskStoreOptions): Promise<DiskStore> {
  try {
    return await openStore(options);
  } catch (error) {
    if (error instanceof DirectoryInUseError) throw error;
    const problem = writingProblem(options.directory, ['lock', QUEUE_FILE]);
    if (problem !== undefined) throw new Error(problem, { cause: error });
    if (!hasNoSpace(options.directory)) throw error;
    throw new DiskFullError(`there is no space left for a queue in ${options.directory}`, { cause: error });
  }
}

async function openStore(options: DiskStoreOptions): Promise<DiskStore> {
  const { directory, outputs, repairs = true } = options;
  makeDirectory(directory);
  const lock = new DirectoryLock(directory);
  try {
    const { link, opened } = await WorkerLink.open({ directory, outputs, repairs });
    return new DiskStore(options, lock, link, opened);
  } catch (error) {
    lock.release();
    throw error;
  }
}

function makeDirectory(path: string): void {
  if (existsSync(path)) return;
  mkdirSync(dirname(path), { recursive: true });
  // Not recursive: for a read-only disk, Node would say that there is no such folder.
  mkdirSync(path, { mode: 0o700 });
}

export class DiskStore implements Store {
  readonly #options: DiskStoreOptions;
  readonly #lock: DirectoryLock;
  readonly #link: WorkerLink;
  readonly #opened: ReadonlyMap<string, Opened['outputs'][number]>;
  readonly #queues = new Map<string, DiskQueue>();
  readonly #states = new Map<string, Pick<DiskState<unknown>, 'takeChanges'>>();
  readonly #stored = new Map<string, StateRow[]>();
  readonly #deadLetters: DiskDeadLetters;
  readonly #commits: GroupCommit;
  readonly #room = new Room();
  readonly #warnings: string[] = [];
  #trouble: string | undefined;
  #lastNumber: number;
  #closed: Promise<void> | undefined;

  constructor(options: DiskStoreOptions, lock: DirectoryLock, link: WorkerLink, opened: Opened) {
    this.#options = options;
    this.#lock = lock;
    this.#link = link;
    this.#opened = new Map(opened.outputs.map((output) => [output.name, output]));
    this.#lastNumber = Math.max(0, ...opened.outputs.map(({ number }) => number));
    for (const row of opened.state) this.#stored.set(row.name, [...(this.#stored.get(row.name) ?? []), row]);
    this.#deadLetters = new DiskDeadLetters({
      read: (request) => link.request(request),
      change: (fill) => this.#commits.change(fill),
      enqueue: (output, payloads, draft) => this.#open(output).add(payloads, draft),
    });
    this.#commits = new GroupCommit({
      write: (group) => link.request<'write'>({ kind: 'write', group }, [group.bodies.buffer as ArrayBuffer]),
      takeChanges: () =>
        encodeChanges([...this.#states.values()].map((state) => state.takeChanges()).filter((changes) => changes !== undefined)),
      onWritten: (letters) => {
        this.#warnOfEvicted(letters);
        this.#deadLetters.setCounts(letters);
        this.#room.wake();
      },
    });
    link.listen((event) => this.#handle(event));
    this.#takeReport(opened);
    for (const [output, points] of opened.lost) options.onDrop(output, 'damaged', points);
  }

  get deadLetters(): DeadLetters {
    return this.#deadLetters;
  }

  admit(): Admission {
    if (this.#trouble !== undefined) return { status: 'busy', reason: this.#trouble };
    const { unwrittenBytes } = this.#commits;
    if (unwrittenBytes > MAX_UNWRITTEN_BYTES) {
      return { status: 'busy', reason: `the disk is slow: ${mebibytes(unwrittenBytes)} wait to be written to ${this.#options.directory}` };
    }
    for (const [output, queue] of this.#queues) {
      if (queue.isFull && queue.bounds.overflow === 'block') return { status: 'busy', reason: `the queue of ${output} is full` };
    }
    return { status: 'ok' };
  }

  room(timeoutMs: number): Promise<void> {
    return this.#room.wait(timeoutMs);
  }

  commit({ payloads }: Transaction): Promise<void> {
    return this.#commits.change((draft) => {
      for (const [output, list] of payloads) {
        if (list.length > 0) this.#open(output).add(list, draft);
      }
    });
  }

  queue(output: string): PayloadQueue {
    return this.#open(output);
  }

  state<T>(spec: StateSpec<T>): State<T> {
    const state = new DiskState(spec);
    const unknown = state.load(this.#stored.get(spec.name) ?? []);
    this.#stored.delete(spec.name);
    if (unknown > 0) this.#warn(`${unknown} entries of the state ${spec.name} can't be read and start afresh`);
    this.#states.set(spec.name, state);
    return state;
  }

  health(): readonly string[] {
    return this.#trouble === undefined ? this.#warnings : [...this.#warnings, this.#trouble];
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  #handle(event: Event): void {
    if (event.kind === 'trouble') this.#setTrouble(event.reason);
    else if (event.kind === 'salvaged') this.#takeSalvaged(event.opened);
    else void this.#doRequest(event);
  }

  async #close(): Promise<void> {
    const timeout = Promise.withResolvers<void>();
    const timer = setTimeout(timeout.resolve, CLOSE_TIMEOUT_MS);
    await Promise.race([this.#commits.idle(), timeout.promise]);
    clearTimeout(timer);
    await this.#link.close();
    this.#lock.release();
    this.#room.wake();
  }

  #setTrouble(reason: string | undefined): void {
    const { log } = this.#options;
    if (reason === undefined) log.info('points are accepted again');
    else if (this.#trouble === undefined) log.error('no points are accepted', { reason });
    this.#trouble = reason;
    if (reason === undefined) this.#room.wake();
  }

  #takeSalvaged(opened: Opened): void {
    this.#takeReport(opened);
    for (const [output, points] of opened.lost) this.#open(output).lose(points);
  }

  #takeReport({ warnings, notices, letters }: Opened): void {
    for (const notice of notices) this.#options.log.info(notice);
    for (const warning of warnings) this.#warn(warning);
    this.#deadLetters.setCounts(letters);
  }

  /** A dead letter that had to make room is lost for good, so that is worth a warning. */
  #warnOfEvicted(letters: Opened['letters']): void {
    const before = this.#deadLetters.counts();
    for (const [output, { evictedPoints }] of letters) {
      const points = evictedPoints - (before.get(output)?.evictedPoints ?? 0);
      if (points > 0) this.#options.log.warn('there are too many dead letters, and the oldest are forgotten', { output, points });
    }
  }

  #warn(warning: string): void {
    this.#warnings.push(warning);
    this.#options.log.warn(warning);
  }

  /** Does what another process (`wattbridge queue`) asks for: only the one that has the lock may change the queues. */
  async #doRequest({ request, action, filter }: Extract<Event, { kind: 'request' }>): Promise<void> {
    const count = action === 'replay' ? await this.#deadLetters.replay(filter) : await this.#deadLetters.drop(filter);
    await this.#link.request<'answer'>({ kind: 'answer', request, answer: String(count) });
  }

  #open(name: string): DiskQueue {
    const known = this.#queues.get(name);
    if (known !== undefined) return known;
    const queue = new DiskQueue({
      output: this.#opened.get(name) ?? this.#newOutput(name),
      bounds: this.#options.bounds(name),
      now: this.#options.now ?? Date.now,
      onDrop: (reason, points) => this.#options.onDrop(name, reason, points),
      onLeft: () => this.#room.wake(),
      change: (fill) => this.#commits.change(fill),
      read: (number, wanted) => this.#link.request<'read'>({ kind: 'read', number, wanted }),
    });
    this.#queues.set(name, queue);
    return queue;
  }

  #newOutput(name: string): Opened['outputs'][number] {
    const number = ++this.#lastNumber;
    return { number, name, payloads: 0, points: 0, bytes: 0, lastId: startOfOutput(number), oldestMs: undefined };
  }
}
