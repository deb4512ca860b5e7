/** The thread that owns the queue file: SQLite works synchronously, and a slow disk must not keep the listener waiting. */
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { freeMemory } from '../../metric/memory.ts';
import { errorText } from '../../telemetry/error-text.ts';
import type { DeadLetterFilter } from '../store.ts';
import { DiskSpace } from './disk-space.ts';
import type { Answers, FromWorker, Group, Request, WorkerOptions } from './messages.ts';
import { beginAnew, damageError, openQueueFile, QUEUE_FILE, type QueueFile } from './queue-file.ts';
import { isDamage } from './sqlite-errors.ts';

type Numbered = Request & { readonly id: number };

/** Between tries to write a group that could not be written. */
const RETRY_MS = 250;
/** How often to look at the free space, and for what `wattbridge queue` wants. */
const TICK_MS = 500;
/** Bodies above this are handed over, smaller ones copied: to hand one over has its price, too. */
const COPIED_BYTES = 16 * 1024;

class StoreWorker {
  readonly #options: WorkerOptions;
  readonly #post: (message: FromWorker, transfer?: readonly ArrayBuffer[]) => void;
  readonly #space: DiskSpace;
  #file: QueueFile;
  /** Why the group at hand could not be written. */
  #failure: string | undefined;
  /** Why the file could not be kept in order. */
  #upkeep: string | undefined;
  /** What the store was told last. */
  #trouble: string | undefined;
  #retry: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(options: WorkerOptions, post: (message: FromWorker, transfer?: readonly ArrayBuffer[]) => void) {
    this.#options = options;
    this.#post = post;
    this.#space = new DiskSpace(options.directory);
    const { file, opened } = this.#open();
    this.#file = file;
    post({ kind: 'opened', opened });
    this.#postTrouble();
    setTimeout(() => this.#tick(), TICK_MS);
  }

  handle(request: Numbered): void {
    switch (request.kind) {
      case 'write':
        return this.#write(request.id, request.group);
      case 'read':
        return this.#read(request);
      case 'letters':
        return this.#answer(request.id, this.#file.letters.list(request) satisfies Answers['letters']);
      case 'answer':
        this.#afterwards(() => this.#file.answer(request.request, request.answer));
        return this.#answer(request.id, undefined);
      case 'close':
        return this.#close(request.id);
    }
  }

  #open(): ReturnType<typeof openQueueFile> {
    try {
      return openQueueFile(this.#options);
    } catch (error) {
      // Without any space SQLite can't even open a file; what is kept for that is given up.
      if (!this.#space.giveUpBallast()) throw error;
      return openQueueFile(this.#options);
    }
  }

  /** Until it is written: the group is kept, and nothing else is, since the store sends one at a time. */
  #write(id: number, group: Group): void {
    try {
      this.#file.write(group);
    } catch (error) {
      if (this.#isClosed) return;
      if (isDamage(error)) this.#salvage(error);
      else this.#makeSpace();
      this.#failure = `the queue can't be written: ${errorText(error)} (${this.#options.directory})`;
      this.#postTrouble();
      this.#retry = setTimeout(() => this.#write(id, group), RETRY_MS);
      return;
    }
    this.#failure = undefined;
    freeMemory(group.bodies);
    this.#answer(id, this.#file.letters.counts satisfies Answers['write']);
    this.#afterwards(() => this.#file.tidy({ isShort: this.#trouble !== undefined }));
    this.#postTrouble();
  }

  #read({ id, number, wanted }: Extract<Numbered, { kind: 'read' }>): void {
    const result = this.#orSalvaged(() => this.#file.payloads.read(number, wanted));
    this.#answer(
      id,
      result satisfies Answers['read'],
      result.payloads.flatMap(({ body }) => (body.length > COPIED_BYTES ? [body.buffer as ArrayBuffer] : [])),
    );
  }

  #orSalvaged<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      if (!isDamage(error)) throw error;
      this.#salvage(error);
      return work();
    }
  }

  /** The file turned out to be damaged: goes on with what can be read of it. */
  #salvage(error: unknown): void {
    const path = join(this.#options.directory, QUEUE_FILE);
    if (!this.#options.repairs) throw damageError(path, error);
    this.#file.close();
    const { file, opened } = beginAnew(path, this.#options.outputs, 'damaged', `${path} is damaged (${errorText(error)})`);
    this.#file = file;
    this.#post({ kind: 'salvaged', opened });
  }

  #makeSpace(): void {
    this.#space.giveUpBallast();
    this.#afterwards(() => this.#file.checkpoint('TRUNCATE'));
  }

  #tick(): void {
    if (this.#isClosed) return;
    this.#upkeep = undefined;
    this.#afterwards(() => {
      if (this.#failure === undefined) {
        this.#space.keepBallast();
        this.#file.shrink();
      }
      this.#forwardRequests();
    });
    this.#postTrouble();
    setTimeout(() => this.#tick(), TICK_MS);
  }

  /** Work that nobody waits for, and that is done another time when it fails. */
  #afterwards(work: () => void): void {
    try {
      work();
    } catch (error) {
      if (isDamage(error)) this.#salvage(error);
      else this.#upkeep = `the queue can't be kept in order: ${errorText(error)} (${this.#options.directory})`;
    }
  }

  #postTrouble(): void {
    const trouble = this.#failure ?? this.#absence() ?? this.#upkeep ?? this.#shortage();
    if (trouble === this.#trouble) return;
    this.#trouble = trouble;
    this.#post({ kind: 'trouble', reason: trouble });
  }

  #absence(): string | undefined {
    if (!this.#file.isGone) return undefined;
    return `somebody has removed or replaced ${join(this.#options.directory, QUEUE_FILE)}; what waits is still delivered, but start the bridge again`;
  }

  #shortage(): string | undefined {
    try {
      return this.#space.shortage(this.#file.logBytes);
    } catch (error) {
      return `the space left can't be measured: ${errorText(error)}`;
    }
  }

  #forwardRequests(): void {
    for (const { id, action, filter } of this.#file.newRequests()) {
      this.#post({ kind: 'request', request: id, action, filter: JSON.parse(filter) as DeadLetterFilter });
    }
  }

  #answer(to: number, value: unknown, transfer?: readonly ArrayBuffer[]): void {
    this.#post({ kind: 'answer', to, value }, transfer);
  }

  #close(id: number): void {
    this.#isClosed = true;
    clearTimeout(this.#retry);
    this.#afterwards(() => this.#file.checkpoint('TRUNCATE'));
    this.#file.close();
    this.#answer(id, undefined);
    parentPort?.close();
  }
}

const port = parentPort;
if (port !== null) {
  const post = (message: FromWorker, transfer: readonly ArrayBuffer[] = []): void => port.postMessage(message, [...transfer]);
  try {
    const worker = new StoreWorker(workerData as WorkerOptions, post);
    port.on('message', (request: Numbered) => worker.handle(request));
  } catch (error) {
    post({ kind: 'cannot_open', reason: errorText(error) });
  }
}
