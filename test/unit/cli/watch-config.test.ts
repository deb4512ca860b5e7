/** Real files in a real folder: it is the file system's notifications that are relied on. */
import { appendFile, mkdir, mkdtemp, rename, rm, symlink, unlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ConfigWatch, readLocal, type WatchOptions } from '../../../src/cli/watch-config.ts';
import { filesInDirectory } from '../../../src/config/config-directory.ts';

let folder: string;
let watch: ConfigWatch | undefined;
let changes: number;
let troubles: string[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wattbridge-watch-'));
  changes = 0;
  troubles = [];
});

afterEach(async () => {
  watch?.close();
  await rm(folder, { recursive: true });
});

const path = (name: string): string => join(folder, name);

async function start(options: Partial<WatchOptions>): Promise<void> {
  watch = await ConfigWatch.start({
    how: 'notify',
    intervalMs: 20,
    // A file is empty for a moment while it is written anew, on a busy machine for a longer one.
    debounceMs: 150,
    files: () => Promise.resolve([path('a.conf')]),
    folders: [],
    read: readLocal,
    onChanged: () => void changes++,
    onTrouble: (message) => void troubles.push(message),
    ...options,
  });
}

const PATIENCE = { timeout: 10_000 };

describe.each(['notify', 'poll'] as const)('watching a configuration: %s', (how) => {
  it('tells of what a file says, however it came to say it', async () => {
    await writeFile(path('a.conf'), 'one');
    await start({ how });
    await writeFile(path('a.conf'), 'two');
    await expect.poll(() => changes, PATIENCE).toBe(1);
    await writeFile(path('new'), 'three');
    await rename(path('new'), path('a.conf'));
    await expect.poll(() => changes, PATIENCE).toBe(2);
    await unlink(path('a.conf'));
    await expect.poll(() => changes, PATIENCE).toBe(3);
    await writeFile(path('a.conf'), 'four');
    await expect.poll(() => changes, PATIENCE).toBe(4);
  });

  it('tells nothing of a file that was only touched, or says again what it said', async () => {
    await writeFile(path('a.conf'), 'one');
    await start({ how, debounceMs: 1000 });
    await utimes(path('a.conf'), 1, 1);
    await writeFile(path('a.conf'), 'other');
    await writeFile(path('a.conf'), 'one');
    await writeFile(path('b.conf'), 'not of the configuration');
    await writeFile(path('a.conf'), 'two');
    await expect.poll(() => changes, PATIENCE).toBe(1);
  });

  it('waits until a file that is written in pieces stays as it is', async () => {
    await writeFile(path('a.conf'), '');
    await start({ how, debounceMs: 1500 });
    for (let piece = 0; piece < 10; piece++) {
      await appendFile(path('a.conf'), 'piece\n');
      await new Promise((resolve) => setTimeout(resolve, 30));
    }
    await expect.poll(() => changes, PATIENCE).toBe(1);
  });

  it('tells of a file that is new in a folder, also in one below it, and of one that is gone', async () => {
    await mkdir(path('d'));
    const files = async (): Promise<readonly string[]> => {
      const found = await filesInDirectory(path('d'));
      return 'message' in found ? [] : found;
    };
    await start({ how, files, folders: [path('d')] });
    await writeFile(path('d/a.conf'), 'one');
    await expect.poll(() => changes, PATIENCE).toBe(1);
    await mkdir(path('d/below'));
    await writeFile(path('d/below/b.conf'), 'two');
    await expect.poll(() => changes, PATIENCE).toBe(2);
    await rm(path('d/a.conf'));
    await expect.poll(() => changes, PATIENCE).toBe(3);
  });

  it('sees through links, as Kubernetes turns them', async () => {
    for (const version of ['v1', 'v2']) {
      await mkdir(path(version));
      await writeFile(path(`${version}/a.conf`), version);
    }
    await symlink('v1', path('..data'));
    await symlink('..data/a.conf', path('a.conf'));
    await start({ how });
    await symlink('v2', path('next'));
    await rename(path('next'), path('..data'));
    await expect.poll(() => changes, PATIENCE).toBe(1);
  });
});

it('looks for changes where the system does not tell of them', async () => {
  await start({ folders: [path('not-there')] });
  await expect.poll(() => troubles).toEqual([expect.stringContaining('the system does not tell of changes in')]);
  await writeFile(path('a.conf'), 'one');
  await expect.poll(() => changes, PATIENCE).toBe(1);
});

it('goes on when the folder itself is replaced', async () => {
  await mkdir(path('etc'));
  await start({ files: () => Promise.resolve([path('etc/a.conf')]) });
  await rename(path('etc'), path('old'));
  await mkdir(path('etc'));
  await writeFile(path('etc/a.conf'), 'one');
  await expect.poll(() => changes, PATIENCE).toBe(1);
  await writeFile(path('etc/a.conf'), 'two');
  await expect.poll(() => changes, PATIENCE).toBe(2);
});

it('takes what can not be known for no change', async () => {
  const said = ['one', undefined, undefined, 'one', 'two', 'two'];
  await start({ how: 'poll', intervalMs: 5, read: () => Promise.resolve(said.length > 1 ? said.shift() : said[0]) });
  await expect.poll(() => changes, PATIENCE).toBe(1);
});
