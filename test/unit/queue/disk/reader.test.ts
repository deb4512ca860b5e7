import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
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

  it('says when there is none', () => {
    expect(() => read(() => undefined)).toThrow(`there is no queue in ${directory}`);
  });
});
