/** `--once`: a batch job for researchers, which has to give the same result every time, and to say when it could not. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { repoPath, wattbridge } from '../support/command-line.ts';
import { freePort } from '../support/process.ts';
import { startInfluxd, type Influxd } from '../support/servers.ts';
import { recordedLines, trueJoules } from '../support/recording.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wattbridge-once-'));
});

afterAll(() => rm(folder, { recursive: true }));

const pipeline = (output: string): string => `
agent: { omit_hostname: true }
inputs: [{ file: { files: ["${repoPath('recordings/kvm-0.lp')}"] } }]
processors: [energy, { equivalents: { scopes: [host] } }]
aggregators: [{ energy: { period: 1h, tags: { rp: h1 } } }]
outputs:
${output}`;

async function energies(name: string): Promise<string> {
  await writeFile(join(folder, `${name}.yaml`), pipeline(`  - file: { files: [${name}.lp] }\n`));
  const { code } = await wattbridge(['run', `${name}.yaml`, '--once', '--quiet'], { cwd: folder });
  expect(code).toBe(0);
  return readFile(join(folder, `${name}.lp`), 'utf8');
}

it('gives the same bytes on every run, and the true energy of the recording', async () => {
  const [first, second] = [await energies('first'), await energies('second')];

  expect(second).toBe(first);
  const times = recordedLines()
    .filter(({ head }) => head.startsWith('powerstat_package,'))
    .map(({ seconds }) => seconds);
  for (const id of ['0', '1']) {
    const samples = first.split('\n').filter((line) => line.startsWith(`energy,host=kvm-0,package_id=${id},scope=package,`));
    const joules = samples.reduce((sum, line) => sum + Number(/joules_delta=([^, ]+)/.exec(line)?.[1]), 0);
    const truth = trueJoules(`package-${id}`, Math.min(...times), Math.max(...times));
    expect(Math.abs(joules - truth) / truth).toBeLessThan(0.0005);
  }
});

it('ends with 1 and says how many points each server down has cost, and delivers to the others', async () => {
  const down = `http://127.0.0.1:${await freePort()}`;
  const outputs = `  - influxdb: { urls: ["${down}"] }\n  - prometheus_remote_write: { url: "${down}/api/v1/write" }\n  - file: { files: [beside.lp] }\n`;
  await writeFile(join(folder, 'down.yaml'), pipeline(outputs));

  const { code, stderr } = await wattbridge(['run', 'down.yaml', '--once'], { cwd: folder });

  expect(stderr).toContain('[outputs.influxdb] cannot deliver');
  expect(stderr).toContain('[outputs.prometheus_remote_write] cannot deliver');
  expect(stderr).toMatch(/^done after .* [\d,]+ not delivered$/m);
  expect(stderr).toMatch(/^wattbridge: [\d,]+ points could not be delivered; the log above says why$/m);
  expect(code).toBe(1);
  expect(await readFile(join(folder, 'beside.lp'), 'utf8')).toBe(await readFile(join(folder, 'first.lp'), 'utf8'));
});

describe('with a point that the server refuses', () => {
  let influxd: Influxd;

  beforeAll(async () => {
    influxd = await startInfluxd();
    const second = 1_700_000_000_000_000_000n;
    await writeFile(join(folder, 'poison.lp'), `a v=1 ${second}\na v="text" ${second}\na v=2 ${second + 1_000_000_000n}\n`);
  });

  afterAll(() => influxd.stop());

  it.each([
    ['whether it is kept as a dead letter', ', data_directory: kept'],
    ['or not', ''],
  ])('ends with 1 and says how many: %s', async (_case, agent) => {
    const output = `{ influxdb: { urls: ["${influxd.url}"], database: once } }`;
    const yaml = `agent: { omit_hostname: true${agent} }\ninputs: [{ file: { files: [poison.lp] } }]\noutputs: [${output}]\n`;
    await writeFile(join(folder, 'poison.yaml'), yaml);

    const { code, stderr } = await wattbridge(['run', 'poison.yaml', '--once', '--quiet'], { cwd: folder });

    expect(stderr).toContain('field type conflict');
    expect(stderr).toMatch(/^wattbridge: 1 point was refused or given up; the log above says why$/m);
    expect(code).toBe(1);
    const [series] = await influxd.query('once', 'SELECT sum(v) FROM a');
    expect(series.values[0][1]).toBe(3);
  });
});
