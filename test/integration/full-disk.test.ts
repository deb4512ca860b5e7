/** A disk that fills up, on a tmpfs that is small enough to be filled. */
import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Store } from '../../src/queue/store.ts';
import { add, payload, take } from '../contract/store/contract.ts';
import { repoPath, wattbridge } from '../support/command-line.ts';
import { freePort, onExit, startProcess } from '../support/process.ts';
import { diskStore } from '../support/store.ts';

const BODY = 'x'.repeat(500_000);

let mounted: string;
let callOff: () => void;

beforeEach(() => {
  mounted = mkdtempSync(join(tmpdir(), 'wattbridge-full-'));
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64m', 'wattbridge', mounted]);
  callOff = onExit(unmount);
});

afterEach(() => {
  callOff();
  unmount();
});

function unmount(): void {
  execFileSync('umount', ['-l', mounted]);
  rmSync(mounted, { recursive: true });
}

/** Takes the last byte of the disk. */
function fillUp(): void {
  const file = openSync(join(mounted, 'filler'), 'w');
  try {
    for (let size = 1024 * 1024; size >= 1; size = Math.floor(size / 2)) writeUntilFull(file, Buffer.alloc(size));
  } finally {
    closeSync(file);
  }
}

function writeUntilFull(file: number, piece: Buffer): void {
  try {
    for (;;) if (writeSync(file, piece) < piece.length) return;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error;
  }
}

async function until(condition: () => boolean): Promise<void> {
  for (let tries = 0; tries < 400 && !condition(); tries++) await sleep(25);
  expect(condition()).toBe(true);
}

async function drainPoints(store: Store): Promise<number> {
  let points = 0;
  while (store.queue('out').depth.payloads > 0) {
    const lease = await take(store);
    points += lease.payloads.length;
    await lease.settle([]);
  }
  return points;
}

it('stops accepting before the last space is gone, drains, and accepts again by itself', async () => {
  const { store } = await diskStore({ directory: join(mounted, 'data') });
  let added = 0;
  while (store.admit().status === 'ok') {
    await add(store, payload(BODY));
    expect(++added).toBeLessThan(200);
  }
  expect(store.admit()).toMatchObject({ reason: expect.stringContaining('the disk is almost full') });
  expect(store.health().join()).toContain('the disk is almost full');
  expect(added).toBeGreaterThan(20);
  expect(await drainPoints(store)).toBe(added);
  await until(() => store.admit().status === 'ok');
  expect(store.health()).toEqual([]);
  await add(store, payload(BODY));
  await store.close();
});

it('keeps what can not be written because something else has filled the disk, and writes it when there is room', async () => {
  const { store } = await diskStore({ directory: join(mounted, 'data') });
  await add(store, payload('before'));
  fillUp();
  let isWritten = false;
  const writing = add(store, payload(BODY.repeat(4))).then(() => (isWritten = true));
  await until(() => store.admit().status === 'busy');
  await sleep(600);
  expect(isWritten).toBe(false);
  rmSync(join(mounted, 'filler'));
  await writing;
  await until(() => store.admit().status === 'ok');
  expect(await drainPoints(store)).toBe(2);
  await store.close();
});

it('can be drained and opened although something else has taken the last byte', async () => {
  const directory = join(mounted, 'data');
  const { store } = await diskStore({ directory });
  for (let at = 0; at < 20; at++) await add(store, payload(BODY));
  // The ballast comes a moment after the start.
  await sleep(1200);
  await store.close();
  fillUp();
  const again = await diskStore({ directory });
  expect(await drainPoints(again.store)).toBe(20);
  await again.store.close();
});

it('that is full when a bridge is started there for the first time has it wait for space', async () => {
  fillUp();
  const listen = `127.0.0.1:${await freePort()}`;
  const pipeline = join(mkdtempSync(join(tmpdir(), 'wattbridge-full-')), 'full.yaml');
  writeFileSync(
    pipeline,
    `agent: { data_directory: ${mounted}/data, admin_address: "" }\ninputs:\n  - influxdb_listener: { service_address: "${listen}" }\noutputs:\n  - discard: {}\n`,
  );
  const bridge = await startProcess({
    command: repoPath('bin/wattbridge'),
    args: ['run', pipeline],
    ready: (process) => process.output().includes('no space left for a queue'),
  });
  rmSync(join(mounted, 'filler'));
  const push = async (): Promise<number> => {
    const answer = await fetch(`http://${listen}/write`, { method: 'POST', body: 'cpu v=1' }).catch(() => undefined);
    return answer?.status ?? 0;
  };
  await expect.poll(push, { timeout: 10_000 }).toBe(204);
  await bridge.stop();
  expect(bridge.exit()).toBe(0);
  rmSync(join(pipeline, '..'), { recursive: true });
});

it('that is read-only keeps the bridge from starting, with words that say what to do', async () => {
  execFileSync('mount', ['-o', 'remount,ro', mounted]);
  const pipeline = join(mkdtempSync(join(tmpdir(), 'wattbridge-ro-')), 'ro.yaml');
  const file = openSync(pipeline, 'w');
  writeSync(file, `agent: { data_directory: ${mounted}/data }\ninputs:\n  - cpu: {}\noutputs:\n  - discard: {}\n`);
  closeSync(file);
  const { code, stderr } = await wattbridge(['run', pipeline]);
  expect(code).toBe(1);
  expect(stderr).toContain(`the queue can't be kept in ${mounted}/data (EROFS`);
  expect(stderr).toContain('agent.data_directory');
  rmSync(join(pipeline, '..'), { recursive: true });
});
