import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'vitest';
import { diskStore } from '../../support/store.ts';
import { describeStore } from './contract.ts';
import { describeDurableStore } from './durable.ts';

const folders: string[] = [];

afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true });
});

async function freshFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'wattbridge-store-'));
  folders.push(folder);
  return folder;
}

describeStore('disk', async (options = {}) => diskStore({ directory: await freshFolder(), ...options }));
describeDurableStore('disk', async () => {
  const directory = await freshFolder();
  return (options = {}) => diskStore({ directory, ...options });
});
