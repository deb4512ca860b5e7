/** The same targets scraped by a real Prometheus and by us, who write into the same server under another job: nothing may differ. */
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { repoPath } from '../../support/command-line.ts';
import { startFakeServer, type FakeServer } from '../../support/fake-server.ts';
import { startProcess, type RunningProcess } from '../../support/process.ts';
import { startNodeExporter, startPrometheus, type Prometheus, type PromSeries, type Server } from '../../support/servers.ts';

const text = readFileSync(repoPath('test/data/prometheus/hostile.txt'));
const openMetrics = readFileSync(repoPath('test/data/prometheus/openmetrics.txt'));

let hostile: FakeServer;
let typed: FakeServer;
let mortal: FakeServer;
let machine: Server;
let subject: Prometheus;
let server: Prometheus;
let bridge: RunningProcess;
let folder: string;

function countSamples(body: Buffer): number {
  return body
    .toString()
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#')).length;
}

function instance(url: string): string {
  return new URL(url).host;
}

beforeAll(async () => {
  [hostile, typed, mortal, machine, subject, folder] = await Promise.all([
    startFakeServer(() => ({ status: 200, body: text })),
    startFakeServer(() => ({ status: 200, headers: { 'content-type': 'application/openmetrics-text; version=1.0.0' }, body: openMetrics })),
    startFakeServer((_asked, number) => ({ status: 200, body: number % 4 < 2 ? 'comes 1\nstays 1\n' : 'stays 1\n' })),
    startNodeExporter(),
    startPrometheus(),
    mkdtemp(join(tmpdir(), 'wattbridge-scrape-')),
  ]);
  const urls = [hostile, typed, mortal, machine, subject].map(({ url }) => url);
  server = await startPrometheus({
    scrapeConfigs: `[{ job_name: theirs, static_configs: [{ targets: [${urls.map((url) => `"${instance(url)}"`).join(', ')}] }] }]`,
  });
  const pipeline = join(folder, 'pipeline.yaml');
  await writeFile(
    pipeline,
    `agent: { interval: 1s, flush_interval: 200ms, omit_hostname: true, admin_address: "", data_directory: ${folder}/state }
inputs:
  - prometheus: { job: ours, urls: [${urls.map((url) => `"${url}/metrics"`).join(', ')}] }
outputs:
  - prometheus_remote_write: { url: "${server.writeUrl}" }
`,
  );
  bridge = await startProcess({ command: repoPath('bin/wattbridge'), args: ['run', pipeline] });
});

afterAll(async () => {
  await bridge?.stop();
  await Promise.all([hostile?.stop(), typed?.stop(), mortal?.stop(), machine?.stop(), subject?.stop(), server?.stop()]);
  await rm(folder, { recursive: true, force: true });
});

/** What a job has of a target now: each series without its job, and its value's text. */
async function seriesOf(job: string, url: string): Promise<Map<string, string>> {
  return byLabels(await server.query(`{job="${job}",instance="${instance(url)}"}`));
}

function byLabels(series: readonly PromSeries[]): Map<string, string> {
  const entries = series.map(({ metric, value }) => {
    const labels = Object.entries(metric).filter(([name]) => name !== 'job');
    return [JSON.stringify(labels.sort(([a], [b]) => (a < b ? -1 : 1))), value?.[1] ?? ''] as const;
  });
  return new Map(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The series of both jobs as soon as they are the same ones, or as they are after half a minute. */
async function bothJobs(url: string): Promise<{ theirs: Map<string, string>; ours: Map<string, string> }> {
  for (let tries = 0; ; tries++) {
    const [theirs, ours] = await Promise.all([seriesOf('theirs', url), seriesOf('ours', url)]);
    const isSame = theirs.size > 5 && JSON.stringify([...theirs.keys()]) === JSON.stringify([...ours.keys()]);
    if (isSame || tries === 60) return { theirs, ours };
    await sleep(500);
  }
}

/** Series about scrapes whose values are about the scraper. */
const ABOUT_THE_SCRAPER = /"__name__","(?:scrape_duration_seconds|scrape_series_added)"/;

function withoutScraper(series: Map<string, string>): Map<string, string> {
  return new Map([...series].filter(([labels]) => !ABOUT_THE_SCRAPER.test(labels)));
}

describe('beside a real Prometheus', () => {
  it('stores the same series and values of text with every oddity', async () => {
    const { theirs, ours } = await bothJobs(hostile.url);
    expect(withoutScraper(ours)).toEqual(withoutScraper(theirs));
    expect([...ours.keys()].filter((labels) => labels.includes('exported_job'))).toHaveLength(2);
    expect(ours.size).toBe(countSamples(text) + 5);
  });

  it('stores the same series and values of OpenMetrics', async () => {
    const { theirs, ours } = await bothJobs(typed.url);
    expect(withoutScraper(ours)).toEqual(withoutScraper(theirs));
    expect(ours.size).toBe(countSamples(openMetrics) + 5);
  });

  it.each(['node_exporter', 'Prometheus'])('stores the same series of %s, and the same values where they stood still', async (name) => {
    const { url } = name === 'Prometheus' ? subject : machine;
    const { theirs, ours } = await bothJobs(url);
    expect([...ours.keys()]).toEqual([...theirs.keys()]);
    expect(ours.size).toBeGreaterThan(300);

    const common = await stillInBoth(url);
    expect(common.length).toBeGreaterThan(ours.size / 3);
    expect(common.filter(({ theirs: value, ours: own }) => value !== own)).toEqual([]);
  });

  it('ends a series at the scrape that lacks it, and lets it come back', async () => {
    const seen = new Set<number>();
    for (let tries = 0; tries < 100 && seen.size < 2; tries++) {
      seen.add((await server.query('comes{job="ours"}')).length);
      await sleep(100);
    }
    expect(seen).toEqual(new Set([0, 1]));
  });

  it('says at once that a target died, and ends its series; those of others go on', async () => {
    expect(await server.query('stays{job="ours"}')).toHaveLength(1);
    await mortal.stop();
    for (let tries = 0; tries < 50 && (await server.query('stays{job="ours"}')).length > 0; tries++) await sleep(100);
    expect(await server.query('stays{job="ours"}')).toEqual([]);
    expect((await server.query(`up{job="ours",instance="${instance(mortal.url)}"}`))[0]?.value?.[1]).toBe('0');
    expect((await server.query(`up{job="ours",instance="${instance(hostile.url)}"}`))[0]?.value?.[1]).toBe('1');
    expect(bridge.output().match(/target is down/g)).toHaveLength(1);
  });
});

/** The series that did not change in five seconds, with their value in both jobs; waits until there are samples enough. */
async function stillInBoth(url: string): Promise<{ labels: string; theirs: string; ours: string }[]> {
  for (let tries = 0; ; tries++) {
    const at = Date.now() / 1000;
    const [theirs, ours] = await Promise.all([standingStill(url, 'theirs', at), standingStill(url, 'ours', at)]);
    const common = [...theirs].flatMap(([labels, value]) => {
      const own = ours.get(labels);
      return own === undefined || ABOUT_THE_SCRAPER.test(labels) ? [] : [{ labels, theirs: value, ours: own }];
    });
    if (common.length > theirs.size / 2 || tries === 40) return common;
    await sleep(250);
  }
}

async function standingStill(url: string, job: string, at: number): Promise<Map<string, string>> {
  const ranges = await server.query(`{job="${job}",instance="${instance(url)}"}[5s]`, at);
  return byLabels(
    ranges
      .filter(({ values = [] }) => values.length >= 3 && values.every(([, value]) => value === values[0][1]))
      .map(({ metric, values = [] }) => ({ metric, value: values[0] })),
  );
}
