/** `--watch-config`: notices that the files of a configuration say something else than before. */
import { createHash } from 'node:crypto';
import { statSync, watch, type FSWatcher } from 'node:fs';
import { readFile, realpath } from 'node:fs/promises';
import { dirname } from 'node:path';
import { errorText } from '../telemetry/error-text.ts';

export interface WatchOptions {
  /** By the system's notifications, or by looking every `intervalMs`. */
  readonly how: 'notify' | 'poll';
  readonly intervalMs: number;
  /** How long the files must stay as they are before it counts: editors and copies write in pieces. */
  readonly debounceMs: number;
  /** The files as they are found now; empty when they can't be. */
  readonly files: () => Promise<readonly string[]>;
  /** Folders in which files may come and go. */
  readonly folders: readonly string[];
  /** What a file says; undefined where that can't be known now, and nothing follows from it. */
  readonly read: (file: string) => Promise<Buffer | string | undefined>;
  readonly onChanged: () => void;
  /** Told when the system's notifications fail, and the folders are looked at instead. */
  readonly onTrouble: (message: string) => void;
}

/** What a local file says; that there is none is a change, too. */
export async function readLocal(file: string): Promise<Buffer | string> {
  try {
    return await readFile(file);
  } catch (error) {
    return `unreadable: ${(error as NodeJS.ErrnoException).code}`;
  }
}

/**
 * Watches until `close`. What counts is what the files say, not when they were touched; and folders are watched, not files, since editors
 * put a new file in the place of the old one, and Kubernetes turns a symbolic link.
 */
export class ConfigWatch {
  readonly #options: WatchOptions;
  readonly #watchers = new Map<string, { readonly watcher: FSWatcher; readonly inode: number }>();
  #poll: NodeJS.Timeout | undefined;
  #debounce: NodeJS.Timeout | undefined;
  /** What the files said when `onChanged` was called last, or in the beginning, and at the last look. */
  #told: string | undefined;
  #seen: string | undefined;
  #look: Promise<void> = Promise.resolve();
  #isLookDue = false;
  #isClosed = false;

  private constructor(options: WatchOptions) {
    this.#options = options;
  }

  /** Resolves once it is known what the files say. */
  static async start(options: WatchOptions): Promise<ConfigWatch> {
    const watching = new ConfigWatch(options);
    const files = await options.files();
    watching.#told = watching.#seen = await watching.#contents(files);
    if (options.how === 'poll') watching.#startPolling();
    else await watching.#watchFolders(files);
    return watching;
  }

  close(): void {
    this.#isClosed = true;
    clearInterval(this.#poll);
    clearTimeout(this.#debounce);
    for (const { watcher } of this.#watchers.values()) watcher.close();
    this.#watchers.clear();
  }

  #startPolling(): void {
    this.#poll ??= setInterval(() => this.#lookSoon(), this.#options.intervalMs);
  }

  /** Looks after the look that is under way; once, however many ask for it. */
  #lookSoon(): void {
    if (this.#isLookDue) return;
    this.#isLookDue = true;
    this.#look = this.#look.then(() => this.#lookOnce());
  }

  async #lookOnce(): Promise<void> {
    this.#isLookDue = false;
    if (this.#isClosed) return;
    const files = await this.#options.files();
    const now = await this.#contents(files);
    if (this.#options.how === 'notify') await this.#watchFolders(files);
    if (now === undefined || now === this.#seen) return;
    this.#seen = now;
    clearTimeout(this.#debounce);
    this.#debounce = setTimeout(() => this.#tell(), this.#options.debounceMs);
  }

  #tell(): void {
    if (this.#isClosed || this.#seen === this.#told) return;
    this.#told = this.#seen;
    this.#options.onChanged();
  }

  async #watchFolders(files: readonly string[]): Promise<void> {
    const wanted = new Map<string, { readonly recursive: boolean }>();
    for (const folder of this.#options.folders) wanted.set(folder, { recursive: true });
    for (const file of files) {
      for (const folder of [dirname(file), dirname(await realpath(file).catch(() => file))]) {
        if (!wanted.has(folder)) wanted.set(folder, { recursive: false });
      }
    }
    for (const [folder, options] of wanted) {
      const inode = statSync(folder, { throwIfNoEntry: false })?.ino;
      const known = this.#watchers.get(folder);
      if (this.#isClosed || (known !== undefined && known.inode === inode)) continue;
      // A watcher stays with the folder that had the name when it was made.
      known?.watcher.close();
      if (inode === undefined) this.#pollInstead(folder, new Error('there is no such folder'));
      else this.#watchFolder(folder, inode, options);
    }
  }

  #watchFolder(folder: string, inode: number, options: { readonly recursive: boolean }): void {
    try {
      const watcher = watch(folder, options, () => this.#lookSoon());
      watcher.on('error', (error) => this.#pollInstead(folder, error));
      this.#watchers.set(folder, { watcher, inode });
      // What came between the last look and this moment, nobody tells.
      this.#lookSoon();
    } catch (error) {
      this.#pollInstead(folder, error);
    }
  }

  #pollInstead(folder: string, error: unknown): void {
    this.#watchers.get(folder)?.watcher.close();
    this.#watchers.delete(folder);
    if (this.#poll !== undefined || this.#isClosed) return;
    const reason = errorText(error);
    this.#options.onTrouble(`the system does not tell of changes in ${folder} (${reason}); looking for them instead`);
    this.#startPolling();
  }

  /** A digest of the files' names and contents, in order. */
  async #contents(files: readonly string[]): Promise<string | undefined> {
    const hash = createHash('sha256');
    for (const file of files) {
      const text = await this.#options.read(file);
      if (text === undefined) return undefined;
      hash.update(`${JSON.stringify([file, text.length])}\n`).update(text);
    }
    return hash.digest('hex');
  }
}
