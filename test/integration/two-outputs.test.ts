/** One output down, the other not disturbed, and nothing missing when it is back: the pipeline that ships for two InfluxDBs. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { repoPath } from '../support/command-line.ts';
import { freePort, startProcess, type RunningProcess } from '../support/process.ts';
import { recordedLines } from '../support/recording.ts';
import { startInfluxd, type Influxd } from '../support/servers.ts';

const recorded = recordedLines();

let department: Influxd;
let lab: Influxd;
let bridge: RunningProcess;
let folder: string;
let url: string;

beforeAll(async () => {
  [department, lab, folder] = await Promise.all([startInfluxd(), startInfluxd(), mkdtemp(join(tmpdir(), 'wattbridge-two-'))]);
  await department.query('', 'CREATE DATABASE metrics_from_pau');
  const pipeline = join(folder, 'pipeline.yaml');
  const shipped = await readFile(repoPath('pipelines/department-and-lab.yaml'), 'utf8');
  await writeFile(pipeline, shipped.replace('flush_interval: 10s', 'flush_interval: 200ms'));
  const listen = `127.0.0.1:${await freePort()}`;
  url = `http://${listen}`;
  bridge = await startProcess({
    command: repoPath('bin/wattbridge'),
    args: ['run', pipeline],
    env: { LISTEN: listen, ADMIN: '', DEPARTMENT_INFLUXDB: department.url, LAB_INFLUXDB: lab.url },
    ready: async () => (await fetch(`${url}/ping`)).status === 204,
  });
});

afterAll(async () => {
  await Promise.all([bridge?.stop('SIGKILL'), department?.stop(), lab?.stop()]);
  await rm(folder, { recursive: true, force: true });
});

async function push(lines: typeof recorded): Promise<void> {
  const body = lines.map(({ head, seconds }) => `${head} ${seconds}000000000\n`).join('');
  expect((await fetch(`${url}/write?db=metrics_from_pau`, { method: 'POST', body })).status).toBe(204);
}

/** Values of all fields in the database, powerstat, cpu and net together. */
async function countValues(server: Influxd): Promise<number> {
  const series = await server.query('metrics_from_pau', 'SELECT COUNT(*) FROM cpu, net, powerstat_package');
  return series.flatMap(({ values }) => values.flatMap(([, ...counts]) => counts.map(Number))).reduce((sum, count) => sum + count, 0);
}

function valuesIn(lines: typeof recorded): number {
  return lines.reduce((sum, { head }) => sum + head.split('=').length - head.slice(0, head.indexOf(' ')).split('=').length, 0);
}

async function untilCounted(server: Influxd, expected: number): Promise<void> {
  for (let tries = 0; tries < 400 && (await countValues(server)) < expected; tries++) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  expect(await countValues(server)).toBe(expected);
}

it('goes on delivering to the lab while the department is down, and catches up when it is back', async () => {
  const third = Math.floor(recorded.length / 3);
  await push(recorded.slice(0, third));
  await untilCounted(department, valuesIn(recorded.slice(0, third)));

  await department.halt('SIGKILL');
  await push(recorded.slice(third, 2 * third));
  await untilCounted(lab, valuesIn(recorded.slice(0, 2 * third)));
  await push(recorded.slice(2 * third));
  await untilCounted(lab, valuesIn(recorded));

  await department.resume();
  await untilCounted(department, valuesIn(recorded));
  expect(bridge.output()).toContain('[outputs.influxdb::department] reached again');
  expect(bridge.output()).not.toContain('[outputs.influxdb::lab] cannot deliver');
  expect(await department.query('metrics_from_pau', 'SELECT COUNT(*) FROM energy')).toEqual([]);
});
