import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'vitest';
import { diskStore } from '../../support/store.ts';
import { describeLetterBound, describeStore, type OpenStore } from './contract.ts';
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

const open: OpenStore = async (options = {}) => diskStore({ directory: await freshFolder(), ...options });

describeStore('disk', open);
describeLetterBound('disk', open);
describeDurableStore('disk', async () => {
  const directory = await freshFolder();
  return (options = {}) => diskStore({ directory, ...options });
});
