import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { add, payload } from '../../../contract/store/contract.ts';
import { diskStore } from '../../../support/store.ts';

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'wattbridge-slow-'));
});

afterEach(() => rm(directory, { recursive: true }));

it('accepts nothing while more is to be written than a disk should be behind, and wakes who waits for it', async () => {
  const { store } = await diskStore({ directory });
  const body = 'x'.repeat(20 * 1024 * 1024);
  const written = [add(store, payload(body)), add(store, payload(body))];
  expect(store.admit()).toEqual({ status: 'busy', reason: `the disk is slow: 40 MiB wait to be written to ${directory}` });
  await store.room(60_000);
  await Promise.all(written);
  expect(store.admit()).toEqual({ status: 'ok' });
  await store.close();
});
