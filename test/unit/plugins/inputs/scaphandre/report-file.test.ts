import { appendFile, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { scaphandre } from '../../../../../src/plugins/inputs/scaphandre/plugin.ts';
import type { PolledInput } from '../../../../../src/pipeline/plugin.ts';
import { testContext, type TestContext } from '../../../../support/context.ts';
import { CollectingSink, createPolled, gatherOnce } from '../../../../support/input.ts';

let path: string;
let context: TestContext;
let input: PolledInput;
let sink: CollectingSink;

beforeEach(async () => {
  path = join(await mkdtemp(join(tmpdir(), 'wattbridge-reports-')), 'power.json');
  context = testContext();
  input = createPolled(scaphandre, { files: [path] }, context);
  sink = new CollectingSink(context.interner);
});
afterEach(() => rm(join(path, '..'), { recursive: true }));

function report(second: number, microwatts: number, consumers: readonly object[] = []): string {
  return JSON.stringify({ host: { consumption: microwatts, timestamp: 1_700_000_000 + second }, consumers, sockets: [] });
}

/** The lines of one more gather. */
async function gather(): Promise<string[]> {
  const before = sink.lines.length;
  await gatherOnce(input, sink);
  return sink.lines.slice(before);
}

function hostAt(second: number, microwatts: number): string {
  return `scaph_host,value_source=json power_microwatts=${microwatts} ${1_700_000_000 + second}000000000`;
}

it('reads what is complete, the rest when it has come', async () => {
  await writeFile(path, `[${report(1, 5)}${report(2, 6).slice(0, 30)}`);
  expect(await gather()).toEqual([hostAt(1, 5)]);
  expect(await gather()).toEqual([]);
  await appendFile(path, report(2, 6).slice(30));
  expect(await gather()).toEqual([hostAt(2, 6)]);
});

it('begins again with another file, and with one that was cut', async () => {
  await writeFile(path, report(1, 5) + report(2, 6));
  expect(await gather()).toHaveLength(2);
  await writeFile(path, report(3, 7));
  expect(await gather()).toEqual([hostAt(3, 7)]);
  await writeFile(`${path}.new`, report(4, 8));
  await rename(`${path}.new`, path);
  expect(await gather()).toEqual([hostAt(4, 8)]);
});

it('leaves out the first report, all zeros, and what is no report, and counts them', async () => {
  await writeFile(path, `[${report(1, 0)}{"a":1}${report(2, 6)}]`);
  expect(await gather()).toEqual([hostAt(2, 6)]);
  expect(context.dropped).toEqual(
    new Map([
      ['zero', 1],
      ['parse_error', 1],
    ]),
  );
});

it('adds up processes, by executable and container', async () => {
  const container = { name: 'shop-1', id: 'abc', runtime: 'docker', scheduler: 'docker' };
  const consumers = [1, 2].map((pid) => ({ exe: '/bin/app', cmdline: 'app', pid, consumption: 3, container }));
  await writeFile(path, report(1, 9, consumers));
  expect((await gather()).slice(1)).toEqual([
    'scaph_process,cmdline=app,container_id=abc,container_names=shop-1,exe=/bin/app,value_source=json power_consumption_microwatts=6,processes=2 1700000001000000000',
    'scaph_exe,exe=/bin/app,value_source=json power_microwatts=6,processes=2 1700000001000000000',
  ]);
});

it('says once that there is no file, and goes on when there is one', async () => {
  expect([...(await gather()), ...(await gather())]).toEqual([]);
  await writeFile(path, report(1, 5));
  expect(await gather()).toEqual([hostAt(1, 5)]);
  expect(context.logged.map(({ message }) => message)).toEqual([
    expect.stringContaining('cannot read the reports: ENOENT'),
    'gathered again',
  ]);
});
