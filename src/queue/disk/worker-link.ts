import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Answers, FromWorker, Opened, Request, WorkerOptions } from './messages.ts';

/** What the worker says of its own accord. */
export type Event = Exclude<FromWorker, { kind: 'opened' | 'cannot_open' | 'answer' }>;

/** The store's end of the line to its worker. */
export class WorkerLink {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, (value: never) => void>();
  /** What the worker said before anybody listened. */
  readonly #early: Event[] = [];
  #onEvent: (event: Event) => void = (event) => void this.#early.push(event);
  #nextId = 1;
  #isClosing = false;

  private constructor(worker: Worker) {
    this.#worker = worker;
  }

  /** Starts a worker; resolves once it has opened the file. Rejects with a text for an operator when it can't. */
  static async open(options: WorkerOptions): Promise<{ link: WorkerLink; opened: Opened }> {
    // Beside this file in the sources, and beside the bundle in the package.
    const worker = new Worker(new URL(`./worker${extname(import.meta.url)}`, import.meta.url), { workerData: options, name: 'queue' });
    const link = new WorkerLink(worker);
    const opened = await new Promise<Opened>((resolve, reject) => {
      worker.once('error', reject);
      worker.on('message', (message: FromWorker) => {
        if (message.kind === 'opened') resolve(message.opened);
        else if (message.kind === 'cannot_open') reject(new Error(message.reason));
        else link.#receive(message);
      });
    });
    worker.removeAllListeners('error');
    link.#watch();
    return { link, opened };
  }

  /** Resolves to the worker's answer. Requests are worked on in their order. */
  request<Kind extends Request['kind']>(
    request: Extract<Request, { kind: Kind }>,
    transfer: readonly ArrayBuffer[] = [],
  ): Promise<Answers[Kind]> {
    const id = this.#nextId++;
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve);
      this.#worker.postMessage({ ...request, id }, [...transfer]);
    });
  }

  /** Has the worker write and close its file, and ends it. */
  async close(): Promise<void> {
    this.#isClosing = true;
    await this.request<'close'>({ kind: 'close' });
    await this.#worker.terminate();
  }

  /** Hands on what the worker says of its own accord, from the first word on. */
  listen(onEvent: (event: Event) => void): void {
    this.#onEvent = onEvent;
    for (const event of this.#early.splice(0)) onEvent(event);
  }

  #receive(message: Exclude<FromWorker, { kind: 'opened' | 'cannot_open' }>): void {
    if (message.kind === 'answer') this.#settle(message.to, message.value);
    else this.#onEvent(message);
  }

  #watch(): void {
    // A bug in the worker: without it no promise can be kept, and what was acknowledged is on the disk; so the process ends, to be started again.
    this.#worker.on('error', (error) => {
      throw error;
    });
    this.#worker.on('exit', (code) => {
      if (!this.#isClosing) throw new Error(`the thread of the queue ended with ${code}`);
    });
  }

  #settle(to: number, value: unknown): void {
    const resolve = this.#waiting.get(to);
    this.#waiting.delete(to);
    resolve?.(value as never);
  }
}
