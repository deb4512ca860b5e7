import { resolve } from 'node:path';
import type { PluginContext, ServiceInput, Sink } from '../../../pipeline/plugin.ts';
import { waitFor } from '../../../pipeline/wait-for.ts';
import type { State } from '../../../queue/store.ts';
import { matchFiles } from '../../shared/file-patterns.ts';
import { deliverPatiently } from '../../shared/patient-delivery.ts';
import { FollowedFile, type Chunk } from './followed-file.ts';
import { LineTaker } from './line-taker.ts';
import { openOffsets, type SavedOffset } from './offsets.ts';
import { findRotated, inodeOf } from './rotated.ts';
import type { TailConfig } from './config.ts';

/** Telegraf's own pace for `poll`. Looking at a file costs microseconds, and works on every file system. */
const POLL_MS = 250;

/** The patterns are tried for new files every two seconds. */
const POLLS_PER_SEARCH = 8;

/** A writer may go on with a file that was renamed until it is told to open the new one. */
const RETIRE_MS = 5000;

/** Files followed at one time; each holds a handle. */
const MAX_FILES = 1000;

interface Retiring {
  readonly name: string;
  readonly file: FollowedFile;
  readonly untilMs: number;
}

/** Follows files that grow; see `plugin.ts`. */
export class Tailer implements ServiceInput {
  readonly #config: TailConfig;
  readonly #context: PluginContext;
  readonly #offsets: State<SavedOffset>;
  readonly #lines: LineTaker;
  readonly #stop = new AbortController();
  /** By the name that the pattern gave. */
  readonly #files = new Map<string, FollowedFile>();
  #retiring: Retiring[] = [];
  /** Names that failed, so that one failure is logged once. */
  readonly #failed = new Map<string, string>();
  #running: Promise<void> = Promise.resolve();

  constructor(config: TailConfig, context: PluginContext) {
    this.#config = config;
    this.#context = context;
    this.#offsets = openOffsets(context);
    this.#lines = new LineTaker(config, context);
  }

  async start(sink: Sink): Promise<void> {
    await this.#search(true);
    this.#forgetOffsets();
    this.#running = this.#run(sink);
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  async #run(sink: Sink): Promise<void> {
    await this.#poll(sink);
    for (let polls = 1; await waitFor(POLL_MS, this.#stop.signal); polls++) {
      if (polls % POLLS_PER_SEARCH === 0) await this.#search(false);
      await this.#poll(sink);
    }
    await this.#finish(sink);
  }

  /** Opens files that are new. Those there at the start are read from where the options say, later ones from their beginning. */
  async #search(atStart: boolean): Promise<void> {
    for (const pattern of this.#config.files) {
      await this.#guard(pattern, async () => {
        for (const name of await matchFiles(pattern, this.#context.baseDirectory)) {
          if (!this.#files.has(name)) await this.#guard(name, () => this.#open(name, atStart));
        }
      });
    }
  }

  /** Offsets of files that are no more, or names with dates in them would pile up. */
  #forgetOffsets(): void {
    const paths = new Set([...this.#files.values()].map((file) => file.path));
    for (const path of Array.from(this.#offsets.entries(), ([key]) => key)) {
      if (!paths.has(path)) this.#offsets.delete(path);
    }
  }

  async #open(name: string, atStart: boolean): Promise<void> {
    if (this.#files.size >= MAX_FILES) throw new Error(`more than ${MAX_FILES} files; narrow the patterns`);
    const file = await FollowedFile.open(this.#path(name), this.#config.character_encoding);
    this.#files.set(name, file);
    const from = this.#config.initial_read_offset;
    // At a reload, what was read is read, and what came meanwhile is new, wherever a start would begin.
    const saved = from.startsWith('saved') || (atStart && this.#context.continues) ? this.#offsets.get(file.path) : undefined;
    if (saved?.inode === String(file.inode)) await file.seek(saved.offset);
    else if (saved !== undefined && (await this.#resume(name, saved))) return;
    else if (saved === undefined && atStart && from.endsWith('end')) await file.seekEnd();
    this.#save(file);
  }

  /**
   * Goes on with a file that was rotated while nobody looked: the rest of it comes before the file that took its name. Until that is
   * delivered the saved offset stays as it is, so that a second restart goes on with the old one too. False: it is gone.
   */
  async #resume(name: string, { inode, offset }: SavedOffset): Promise<boolean> {
    const path = await findRotated(this.#path(name), inode);
    if (path === undefined) return false;
    const file = await FollowedFile.open(path, this.#config.character_encoding);
    await file.seek(offset);
    this.#retiring.push({ name, file, untilMs: 0 });
    return true;
  }

  /** Takes what is new in every file, old files before the new ones that took their names. */
  async #poll(sink: Sink): Promise<void> {
    for (const retiring of this.#retiring) await this.#guard(retiring.name, () => this.#retire(retiring, sink));
    for (const [name, file] of this.#files) await this.#guard(name, () => this.#follow(name, file, sink));
  }

  async #follow(name: string, file: FollowedFile, sink: Sink): Promise<void> {
    await this.#drain(name, file, sink);
    const inode = await inodeOf(file.path);
    if (inode === file.inode) return;
    this.#files.delete(name);
    this.#retiring.push({ name, file, untilMs: performance.now() + RETIRE_MS });
    this.#offsets.delete(file.path);
    if (inode === undefined) return;
    await this.#open(name, false);
    const successor = this.#files.get(name);
    if (successor !== undefined) await this.#drain(name, successor, sink);
  }

  async #retire(retiring: Retiring, sink: Sink): Promise<void> {
    const { name, file, untilMs } = retiring;
    await this.#drain(name, file, sink);
    if (performance.now() < untilMs) return;
    this.#retiring = this.#retiring.filter((other) => other !== retiring);
    await this.#deliverRest(name, file, sink, true);
    await file.close();
    const successor = this.#files.get(name);
    if (successor !== undefined) this.#save(successor);
  }

  async #drain(name: string, file: FollowedFile, sink: Sink): Promise<void> {
    while (!this.#stop.signal.aborted && (await this.#lines.isReady(file))) {
      const { chunk, lost } = await file.next(this.#config.max_undelivered_lines, performance.now());
      if (lost === 'truncated') this.#beginAnew(name, file);
      if (lost === 'long_line') this.#leaveOutLongLine(name);
      if (chunk === undefined && lost === undefined) return;
      if (chunk !== undefined && !(await this.#deliver(name, file, chunk, sink))) return;
    }
  }

  async #deliver(name: string, file: FollowedFile, chunk: Chunk, sink: Sink): Promise<boolean> {
    const points = this.#lines.take(name, file, chunk.bytes);
    if (!(await deliverPatiently(sink, points, this.#stop.signal))) return false;
    file.advance(chunk.end);
    this.#save(file);
    return true;
  }

  async #deliverRest(name: string, file: FollowedFile, sink: Sink, force: boolean): Promise<void> {
    if (!(await this.#lines.isReady(file))) return;
    const rest = await file.rest(performance.now(), force);
    if (rest !== undefined) await this.#deliver(name, file, rest, sink);
  }

  #beginAnew(name: string, file: FollowedFile): void {
    this.#context.log.info(`"${name}" was cut short; reading it from its start`);
    this.#lines.forget(file);
  }

  /** The offset of a file that lost its name is of no use: who starts again finds the new one. */
  #save(file: FollowedFile): void {
    if (this.#retiring.some((retiring) => retiring.file === file)) return;
    this.#offsets.set(file.path, { inode: String(file.inode), offset: file.offset });
  }

  /** At the end: last lines that lack only their line end, as Telegraf takes them, and then the files are let go of. */
  async #finish(sink: Sink): Promise<void> {
    const open = [...this.#retiring.map(({ name, file }) => [name, file] as const), ...this.#files];
    for (const [name, file] of open) {
      await this.#guard(name, async () => {
        await this.#deliverRest(name, file, sink, false);
        await file.close();
      });
    }
  }

  /** One file's failure stops no other; it is logged when it is new. */
  async #guard(name: string, task: () => Promise<void>): Promise<void> {
    try {
      await task();
      this.#failed.delete(name);
    } catch (error) {
      const { message } = error as Error;
      if (this.#failed.get(name) === message) return;
      this.#failed.set(name, message);
      this.#context.error();
      this.#context.log.error(`could not read "${name}": ${message}`);
    }
  }

  #leaveOutLongLine(name: string): void {
    this.#context.drop('line_too_long');
    this.#context.log.error(`left out a line of more than 1 MiB in "${name}"`);
  }

  #path(name: string): string {
    return resolve(this.#context.baseDirectory, name);
  }
}
