/** The files of `file_sd`: lists of targets with labels, in YAML or JSON, read again when they have changed. */
import { open, type FileHandle } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import type { Log } from '../../../pipeline/plugin.ts';
import { matchFiles } from '../../shared/file-patterns.ts';
import { discoveredTarget, type Target } from './target.ts';

/** Far above any real file. */
const MAX_FILE_BYTES = 16 * 1024 * 1024;

/** Labels by which Prometheus scrapes a target at times of its own. */
const OWN_TIMES = ['__scrape_interval__', '__scrape_timeout__'];

const text = z.union([z.string(), z.number(), z.boolean()]).transform(String);

const Groups = z
  .array(z.object({ targets: z.array(z.string()).nullish(), labels: z.record(z.string(), text).nullish() }))
  .nullable()
  .transform((groups) => groups ?? []);

interface ReadFile {
  /** Changes with the file. */
  readonly stamp: string;
  readonly targets: readonly Target[];
}

export class TargetFiles {
  readonly #patterns: readonly string[];
  readonly #baseDirectory: string;
  readonly #job: string;
  readonly #log: Log;
  #files = new Map<string, ReadFile>();
  /** What was said of each file that can't be used, so that it is said once. */
  readonly #told = new Map<string, string>();

  constructor(options: { readonly patterns: readonly string[]; readonly baseDirectory: string; readonly job: string; readonly log: Log }) {
    this.#patterns = options.patterns;
    this.#baseDirectory = options.baseDirectory;
    this.#job = options.job;
    this.#log = options.log;
  }

  /** The targets of all files as they are now. A file that can't be read or understood keeps those that it had. */
  async read(): Promise<Target[]> {
    const matches = await Promise.all(this.#patterns.map((pattern) => this.#match(pattern)));
    const paths = [...new Set(matches.flat().map((file) => resolve(this.#baseDirectory, file)))];
    const files = new Map<string, ReadFile>();
    for (const path of paths) {
      const file = await this.#readFile(path);
      if (file !== undefined) files.set(path, file);
    }
    this.#files = files;
    for (const path of this.#told.keys()) if (!paths.includes(path)) this.#told.delete(path);
    return [...files.values()].flatMap(({ targets }) => targets);
  }

  async #match(pattern: string): Promise<string[]> {
    try {
      return await matchFiles(pattern, this.#baseDirectory);
    } catch (error) {
      this.#tell(pattern, (error as Error).message);
      return [];
    }
  }

  async #readFile(path: string): Promise<ReadFile | undefined> {
    const known = this.#files.get(path);
    try {
      await using file = await open(path);
      const { mtimeMs, size, ino } = await file.stat();
      const stamp = `${mtimeMs} ${size} ${ino}`;
      if (known?.stamp === stamp) return known;
      const targets = this.#targets(path, await readAll(file, size));
      this.#told.delete(path);
      return { stamp, targets };
    } catch (error) {
      this.#tell(path, error instanceof z.ZodError ? z.prettifyError(error) : (error as Error).message);
      return known;
    }
  }

  #targets(path: string, content: string): Target[] {
    const groups = Groups.parse(path.endsWith('.json') ? JSON.parse(content) : parse(content, { maxAliasCount: 100 }));
    const targets: Target[] = [];
    for (const { targets: addresses, labels } of groups) {
      const unknown = OWN_TIMES.find((name) => labels?.[name] !== undefined);
      if (unknown !== undefined) this.#log.warn(`${unknown} of a target is not taken; all have those of the input`, { file: path });
      for (const address of addresses ?? []) {
        const target = discoveredTarget(address, labels ?? {}, this.#job);
        if ('problem' in target) this.#log.error('a target of a file can not be scraped', { file: path, problem: target.problem });
        else targets.push(target);
      }
    }
    return targets;
  }

  #tell(path: string, problem: string): void {
    if (this.#told.get(path) === problem) return;
    this.#told.set(path, problem);
    this.#log.error('a file of targets can not be used; the targets that it named before stay', { file: path, problem });
  }
}

async function readAll(file: FileHandle, size: number): Promise<string> {
  if (size > MAX_FILE_BYTES) throw new Error(`it is larger than ${MAX_FILE_BYTES} bytes`);
  return file.readFile('utf8');
}
