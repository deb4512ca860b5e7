/** Signals that come while the program is still being loaded: a `systemctl reload` right after a start must not be its end. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { repoPath } from '../support/command-line.ts';
import { freePort, startProcess, type RunningProcess } from '../support/process.ts';

let folder: string;
let listen: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wattbridge-early-'));
  listen = `127.0.0.1:${await freePort()}`;
  await writeFile(
    join(folder, 'site.yaml'),
    `agent: { queue_driver: memory, admin_address: "" }
inputs: [{ influxdb_listener: { service_address: "${listen}" } }]
outputs: [{ discard: {} }]
`,
  );
});

afterAll(() => rm(folder, { recursive: true }));

/** Starts it with a signal to itself at the moment at which Node asks for the command line's code. */
async function signalled(signal: string, command: string, ready?: () => Promise<boolean>): Promise<RunningProcess> {
  const preload = join(folder, `${signal}.mjs`);
  await writeFile(
    preload,
    `import { registerHooks } from 'node:module';
registerHooks({
  load(url, context, next) {
    if (url.endsWith('/cli/program.ts')) process.kill(process.pid, '${signal}');
    return next(url, context);
  },
});
`,
  );
  return startProcess({
    command: repoPath('bin/wattbridge'),
    args: [command, 'site.yaml'],
    cwd: folder,
    env: { NODE_OPTIONS: `--import=${preload}` },
    ...(ready && { ready }),
  });
}

const listens = async (): Promise<boolean> => (await fetch(`http://${listen}/ping`)).status === 204;

it('SIGHUP is a reload, although there is nothing to load again yet', async () => {
  const bridge = await signalled('SIGHUP', 'run', listens);
  await expect.poll(() => bridge.output(), { timeout: 20_000 }).toContain('the configuration was reloaded');
  await bridge.stop();
  expect(bridge.exit()).toBe(0);
});

it('SIGUSR1 opens no debugger', async () => {
  const bridge = await signalled('SIGUSR1', 'run', listens);
  await bridge.stop();
  expect(bridge.output()).not.toContain('Debugger');
  expect(bridge.exit()).toBe(0);
});

it('a command that has nothing to load again ends, as a program does', async () => {
  const check = await signalled('SIGHUP', 'check');
  expect(await check.ended).toBe('SIGHUP');
});
