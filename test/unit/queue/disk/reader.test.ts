import { writeFileSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DirectoryLock } from '../../../../src/queue/disk/lock.ts';
import { changeDeadLetters, QueueFileReader } from '../../../../src/queue/disk/reader.ts';
import { add, payload, take, textsOf } from '../../../contract/store/contract.ts';
import { diskStore } from '../../../support/store.ts';

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'wattbridge-reader-'));
});

afterEach(() => rm(directory, { recursive: true }));

function read<T>(use: (reader: QueueFileReader) => T): T {
  const reader = new QueueFileReader(directory);
  try {
    return use(reader);
  } finally {
    reader.close();
  }
}

/** How many wait for an answer. */
function requests(): number {
  const db = new DatabaseSync(join(directory, 'queue.sqlite'), { readOnly: true });
  const count = Number(db.prepare('SELECT count(*) AS count FROM request').get()?.['count']);
  db.close();
  return count;
}

function setVersion(path: string, version: number): void {
  const db = new DatabaseSync(path);
  db.exec(`PRAGMA user_version = ${version}`);
  db.close();
}

describe('a queue file seen from outside', () => {
  it('shows queues and dead letters while a bridge runs on it, and has that bridge replay and drop them', async () => {
    const { store } = await diskStore({ directory, now: () => 7 });
    await add(store, payload('a'), payload('bad'), payload('worse'));
    await (await take(store, { maxPoints: 1 })).settle([]);
    await (
      await take(store, { maxPoints: 2 })
    ).settle([
      { ...payload('bad'), reason: 'field type conflict' },
      { ...payload('worse'), reason: 'too old' },
    ]);
    await add(store, payload('c', { points: 3 }));

    expect(read((reader) => reader.outputs())).toEqual([
      {
        name: 'out',
        depth: { payloads: 1, points: 3, bytes: 1, oldestMs: 7 },
        deadLetters: { letters: 2, points: 2, bytes: 8, evictedPoints: 0 },
      },
    ]);
    expect(read((reader) => reader.deadLetters({ reason: 'OLD' }, 10)).map(({ body }) => body.toString())).toEqual(['worse']);
    expect(await changeDeadLetters(directory, 'replay', { reason: 'conflict' })).toBe(1);
    expect(await changeDeadLetters(directory, 'drop', {})).toBe(1);
    expect(textsOf(await take(store))).toEqual(['c', 'bad']);
    expect(store.deadLetters.counts().get('out')?.letters).toBe(0);
    await store.close();
  });

  it('is changed without a bridge, too', async () => {
    const { store } = await diskStore({ directory });
    await add(store, payload('bad'));
    await (await take(store)).settle([{ ...payload('bad'), reason: 'no' }]);
    await store.close();

    expect(await changeDeadLetters(directory, 'replay', {})).toBe(1);
    expect(read((reader) => reader.outputs())).toMatchObject([{ name: 'out', depth: { payloads: 1 }, deadLetters: { letters: 0 } }]);
  });

  it('is changed when whoever had it has ended without an answer', async () => {
    const { store } = await diskStore({ directory });
    await add(store, payload('bad'));
    await (await take(store)).settle([{ ...payload('bad'), reason: 'no' }]);
    await store.close();
    const other = new DirectoryLock(directory);
    const dropped = changeDeadLetters(directory, 'drop', {});
    await expect.poll(() => requests()).toBe(1);
    other.release();

    expect(await dropped).toBe(1);
    expect(requests()).toBe(0);
  });

  it('says when there is none, and begins none', async () => {
    expect(() => read(() => undefined)).toThrow(`there is no queue in ${directory}`);
    await expect(changeDeadLetters(directory, 'drop', {})).rejects.toThrow(`there is no queue in ${directory}`);
    expect(await readdir(directory)).toEqual([]);
  });

  it('says which outputs there are when one is named that is not', async () => {
    await (await diskStore({ directory, outputs: ['outputs.file', 'outputs.http'] })).store.close();
    const words = 'there is no queue of http here, only of outputs.file, outputs.http';
    expect(() => read((reader) => reader.deadLetters({ output: 'http' }, 1))).toThrow(words);
    await expect(changeDeadLetters(directory, 'drop', { output: 'http' })).rejects.toThrow(words);
    expect(await changeDeadLetters(directory, 'drop', { output: 'outputs.http' })).toBe(0);
  });

  it.each([
    ['newer', (path: string) => setVersion(path, 99), 'was written by a newer Wattbridge (version 99 of the file'],
    ['damaged', (path: string) => writeFileSync(path, 'no database'), 'is damaged (file is not a database); start the bridge on it'],
  ])('leaves a %s one as it is, and says so', async (_kind, change, words) => {
    await (await diskStore({ directory })).store.close();
    change(join(directory, 'queue.sqlite'));
    const before = await readFile(join(directory, 'queue.sqlite'));

    expect(() => read(() => undefined)).toThrow(words);
    for (const action of ['drop', 'replay'] as const) await expect(changeDeadLetters(directory, action, {})).rejects.toThrow(words);
    expect(await readFile(join(directory, 'queue.sqlite'))).toEqual(before);
  });

  it('leaves one as it is that turns out to be damaged only when all of it is read', async () => {
    await (await diskStore({ directory })).store.close();
    const db = new DatabaseSync(join(directory, 'queue.sqlite'));
    db.exec('DROP TABLE state');
    db.close();

    await expect(changeDeadLetters(directory, 'drop', {})).rejects.toThrow('is damaged (no such table: state); start the bridge on it');
    // The bridge would have set it aside.
    expect((await readdir(directory)).filter((name) => name.startsWith('queue.sqlite.'))).toEqual([]);
  });
});
