/** `wattbridge queue` beside a bridge that runs, and without one, against a real InfluxDB that refuses points. */
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { QueueFileReader } from '../../src/queue/disk/reader.ts';
import { repoPath, runCommand, wattbridge, type CommandResult } from '../support/command-line.ts';
import { freePort, startProcess, type RunningProcess } from '../support/process.ts';
import { startInfluxd, type Influxd } from '../support/servers.ts';

const TIME = '1700000000000000000';

let folder: string;
let influxd: Influxd;
let listen: string;
let bridge: RunningProcess;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wattbridge-queue-'));
  influxd = await startInfluxd();
  listen = `127.0.0.1:${await freePort()}`;
  await writeFile(
    join(folder, 'pipeline.yaml'),
    `agent: { flush_interval: 100ms, admin_address: "", omit_hostname: true, data_directory: data }
inputs:
  - influxdb_listener: { service_address: "${listen}" }
outputs:
  - influxdb: { urls: ["${influxd.url}"], database: test }
`,
  );
  bridge = await start();
});

afterAll(async () => {
  await bridge.stop();
  await influxd.stop();
  await rm(folder, { recursive: true });
});

function start(): Promise<RunningProcess> {
  return startProcess({
    command: repoPath('bin/wattbridge'),
    args: ['run', 'pipeline.yaml'],
    cwd: folder,
    ready: async () => (await fetch(`http://${listen}/ping`)).status === 204,
  });
}

function queue(...args: readonly string[]): Promise<CommandResult> {
  return wattbridge(['queue', ...args], { cwd: folder });
}

/** Pushes one request, and waits until the queue is empty and there are so many dead letters. */
async function push(line: string, deadLetters: number): Promise<void> {
  const { status } = await fetch(`http://${listen}/write?db=test`, { method: 'POST', body: `${line} ${TIME}\n` });
  expect(status).toBe(204);
  await comesTo({ waiting: 0, deadLetters });
}

/** Waits until the queue holds so many points, and so many dead letters. */
async function comesTo(wanted: { readonly waiting: number; readonly deadLetters: number }): Promise<void> {
  await vi.waitFor(
    () => {
      const reader = new QueueFileReader(join(folder, 'data'));
      const [{ depth, deadLetters }] = reader.outputs();
      reader.close();
      expect({ waiting: depth.points, deadLetters: deadLetters.letters }).toEqual(wanted);
    },
    { timeout: 20_000 },
  );
}

it('lists what the server refused, with its words; filters; and gives nothing hostile to the terminal', async () => {
  await push('cpu,host=a v=1', 0);
  await push('cpu,host=\x1b[31mred v="text"', 1);
  await push('cpu,host=b v="other"', 2);
  expect((await queue('status', 'pipeline.yaml')).stdout).toMatch(
    /^outputs\.influxdb +0 points waiting +0 B +2 dead letters with 2 points\n$/,
  );

  const all = await queue('dead', 'pipeline.yaml');
  expect(all.stdout).toContain('outputs.influxdb  1 point for ');
  expect(all.stdout).toContain('field type conflict');
  expect(all.stdout).toContain(`cpu,host=\\x1b[31mred v="text" ${TIME}`);
  expect(all.stdout).not.toContain('\x1b');
  expect(all.code).toBe(0);

  const [, id] = /^(\d+) .*\n.*\n {4}cpu,host=b/m.exec(all.stdout) ?? [];
  const one = await queue('dead', 'pipeline.yaml', '--id', id, '--reason', 'TYPE CONFLICT', '--output', 'outputs.influxdb');
  expect(one.stdout).toContain('host=b');
  expect(one.stdout).not.toContain('host=\\x1b');
  expect((await queue('dead', 'pipeline.yaml', '--reason', 'no such words')).stderr).toContain('no dead letters');
});

it('exports line protocol byte by byte, with the reasons as comments', async () => {
  const { stdout } = await queue('dead', '--data-directory', 'data', '--format', 'lp');
  const lines = stdout.trimEnd().split('\n');
  expect(lines.filter((line) => !line.startsWith('#'))).toEqual([`cpu,host=\x1b[31mred v="text" ${TIME}`, `cpu,host=b v="other" ${TIME}`]);
  expect(lines[0]).toMatch(/^# \d+ outputs\.influxdb: 400 .*field type conflict/);
});

it('asks which ones, before it changes anything', async () => {
  const { code, stderr } = await queue('drop', 'pipeline.yaml');
  expect([code, stderr]).toEqual([2, expect.stringContaining('--all')]);
  await comesTo({ waiting: 0, deadLetters: 2 });
});

it('says when an id is that of no dead letter, and changes those that are there', async () => {
  const [, id] = /^(\d+) .*\n.*\n {4}cpu,host=b/m.exec((await queue('dead', 'pipeline.yaml')).stdout) ?? [];
  expect(await queue('replay', 'pipeline.yaml', '--id', `${id},987654`)).toMatchObject({
    code: 1,
    stdout: '1 dead letter put back at the end of the queue\n',
    stderr: 'wattbridge: no such dead letter: 1 of the ids given; wattbridge queue dead lists those there are\n',
  });
  await comesTo({ waiting: 0, deadLetters: 2 });
  expect((await queue('dead', 'pipeline.yaml', '--id', '987654')).stderr).toBe('no dead letters that match\n');
});

it('drops and replays while the bridge runs; what still can not be taken comes back', async () => {
  const listed = (await queue('dead', 'pipeline.yaml')).stdout;
  const [, id] = /^(\d+) .*\n.*\n.*red/m.exec(listed) ?? [];
  expect((await queue('drop', 'pipeline.yaml', '--id', id)).stdout).toBe('1 dead letter forgotten\n');
  await comesTo({ waiting: 0, deadLetters: 1 });
  expect((await queue('replay', 'pipeline.yaml', '--all')).stdout).toBe('1 dead letter put back at the end of the queue\n');
  await comesTo({ waiting: 0, deadLetters: 1 });
});

it('replays without a bridge, and the next one delivers', async () => {
  await bridge.stop();
  await influxd.query('test', 'DROP MEASUREMENT cpu');
  expect((await queue('replay', '--data-directory', 'data', '--reason', 'conflict')).stdout).toBe(
    '1 dead letter put back at the end of the queue\n',
  );
  await comesTo({ waiting: 1, deadLetters: 0 });
  bridge = await start();
  await comesTo({ waiting: 0, deadLetters: 0 });
  const [series] = await influxd.query('test', "SELECT v FROM cpu WHERE host = 'b'");
  expect(series.values[0][1]).toBe('other');
});

it('says whose the folder is to one who may not use it, and so does a bridge', async () => {
  const nobody = process.geteuid?.() === 0 ? ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'] : ['env'];
  const asNobody = (...args: readonly string[]): Promise<CommandResult> =>
    runCommand(nobody[0], [...nobody.slice(1), repoPath('bin/wattbridge'), ...args], { cwd: '/' });
  const closed = join(folder, 'closed');
  await mkdir(closed, { mode: 0o100 });
  await chmod(folder, 0o755);
  await writeFile(join(folder, 'closed.yaml'), `agent: { data_directory: ${closed} }\ninputs: [cpu]\noutputs: [discard]\n`);
  const words = /closed belongs to (root|user \d+), and this process is user \d+'s, who may not use it/;

  for (const command of [['status'], ['drop', '--all']]) {
    const { code, stderr } = await asNobody('queue', ...command, '--data-directory', closed);
    expect(stderr).toMatch(words);
    expect(code).toBe(1);
  }
  const { code, stderr } = await asNobody('run', join(folder, 'closed.yaml'));
  expect(stderr).toMatch(words);
  expect(stderr).toContain('agent.data_directory');
  expect(code).toBe(1);
});

it('says where it looked when there is nothing, and what to name when nothing is named', async () => {
  expect(await queue('dead', 'pipeline.yaml', '--output', 'influxdb')).toMatchObject({
    code: 1,
    stderr: 'wattbridge: there is no queue of influxdb here, only of outputs.influxdb\n',
  });
  const nowhere = await queue('status', '--data-directory', 'nowhere');
  expect([nowhere.code, nowhere.stderr]).toEqual([1, 'wattbridge: there is no queue in nowhere\n']);
  expect((await queue('status')).code).toBe(2);
});
