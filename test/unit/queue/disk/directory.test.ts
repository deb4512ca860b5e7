import { cp, mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dataDirectory } from '../../../../src/cli/data-directory.ts';
import { DirectoryInUseError } from '../../../../src/queue/disk/lock.ts';
import { findOrphans } from '../../../../src/queue/orphans.ts';
import type { StateSpec } from '../../../../src/queue/store.ts';
import { add, payload, takeAll } from '../../../contract/store/contract.ts';
import { diskStore } from '../../../support/store.ts';

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'wattbridge-directory-'));
});

afterEach(() => rm(directory, { recursive: true }));

describe('a data directory', () => {
  it('belongs to one bridge at a time, and the second is told whose it is and what to do', async () => {
    const { store } = await diskStore({ directory });
    const second = diskStore({ directory });
    await expect(second).rejects.toThrow(DirectoryInUseError);
    await expect(second).rejects.toThrow(`in use by process ${process.pid} since `);
    await expect(second).rejects.toThrow('agent.data_directory');
    await store.close();
    await (await diskStore({ directory })).store.close();
  });

  it.each(['removed', 'replaced'])('accepts nothing more once its queue file was %s, but delivers what waits', async (how) => {
    const { store } = await diskStore({ directory });
    const path = join(directory, 'queue.sqlite');
    await add(store, payload('a'));
    if (how === 'replaced') await cp(path, `${path}.copy`);
    await (how === 'replaced' ? rename(`${path}.copy`, path) : rm(path));
    const reason = expect.stringContaining('removed or replaced') as string;
    await expect.poll(() => store.admit()).toEqual({ status: 'busy', reason });
    expect(store.health()).toEqual([reason]);
    expect(await takeAll(store)).toEqual(['a']);
    await store.close();
  });

  it("is the configuration's, or named after the pipeline in the folder of systemd, of XDG, or of the user", () => {
    const files = ['/etc/wattbridge/pau-kvm.yaml', 'more.yaml'];
    expect(dataDirectory('state', files, '/work', {})).toBe('/work/state');
    expect(dataDirectory(undefined, files, '/work', { STATE_DIRECTORY: '/var/lib/wattbridge:/var/lib/other' })).toBe(
      '/var/lib/wattbridge/pau-kvm',
    );
    expect(dataDirectory(undefined, files, '/work', { XDG_STATE_HOME: '/xdg' })).toBe('/xdg/wattbridge/pau-kvm');
    expect(dataDirectory(undefined, files, '/work', {})).toMatch(/\/\.local\/state\/wattbridge\/pau-kvm$/);
  });
});

describe('the queue of an output that was renamed', () => {
  const totals: StateSpec<number> = { name: 'outputs.influxdb::old/last', version: 1, encode: String, decode: Number };

  it('is taken over, with its state and its dead letters', async () => {
    const before = await diskStore({ directory, outputs: ['outputs.influxdb::old', 'outputs.file'] });
    before.store.state(totals).set('a', 7);
    await before.store.commit({ payloads: new Map([['outputs.influxdb::old', [payload('a')]]]) });
    await before.store.close();

    const { store } = await diskStore({ directory, outputs: ['outputs.influxdb::new', 'outputs.file'] });
    expect(store.queue('outputs.influxdb::new').depth.payloads).toBe(1);
    expect(store.state({ ...totals, name: 'outputs.influxdb::new/last' }).get('a')).toBe(7);
    expect(store.health()).toEqual([]);
    await store.close();
  });

  it('is kept and reported where nobody can tell whose it is', async () => {
    const before = await diskStore({ directory, outputs: ['outputs.influxdb::old'] });
    await before.store.commit({ payloads: new Map([['outputs.influxdb::old', [payload('a')]]]) });
    await before.store.close();

    const other = await diskStore({ directory, outputs: ['outputs.influxdb::one', 'outputs.influxdb::two'] });
    expect(other.store.health()).toEqual([expect.stringContaining('1 points wait for outputs.influxdb::old')]);
    await other.store.close();
    const again = await diskStore({ directory, outputs: ['outputs.influxdb::old'] });
    expect(again.store.queue('outputs.influxdb::old').depth.payloads).toBe(1);
    await again.store.close();
  });

  it('is only ever taken over within a plugin', () => {
    const stored = [{ number: 1, name: 'outputs.influxdb::old', payloads: 1, points: 1, bytes: 1, lastId: 1 }];
    expect(findOrphans(stored, ['outputs.prometheus_remote_write']).renamed).toEqual([]);
    expect(findOrphans(stored, ['outputs.influxdb#2', 'outputs.file']).renamed).toEqual([
      { from: 'outputs.influxdb::old', to: 'outputs.influxdb#2' },
    ]);
  });
});
