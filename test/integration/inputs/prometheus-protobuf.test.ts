/**
 * The protobuf exposition scraped by a real Prometheus and by us, who write into the same server under another job: a page made for
 * it, and the one of a real Prometheus. Then figures out of native histograms, by PromQL.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { repoPath } from '../../support/command-line.ts';
import { startFakeServer, type FakeServer } from '../../support/fake-server.ts';
import { startProcess, type RunningProcess } from '../../support/process.ts';
import { PROTOBUF_TYPE, protobufPage } from '../../support/protobuf-exposition.ts';
import { startRemoteWriteReceiver, type RemoteWriteReceiver } from '../../support/remote-write-receiver.ts';
import { startInfluxd, startPrometheus, type Influxd, type Prometheus } from '../../support/servers.ts';

let page: FakeServer;
let subject: Prometheus;
let server: Prometheus;
let influxd: Influxd;
let second: RemoteWriteReceiver;
let bridge: RunningProcess;
let folder: string;
const createdMs = Date.now() - 3_600_000;
const shown = { still: true };

/** 21 observations from -4 to 8, as many every time, so that two who scrape it at different moments have the same. */
function body(): Buffer {
  const histogram = {
    count: 21,
    sum: 36.8,
    createdMs,
    buckets: [
      [1, 10],
      [8, 21, { labels: { trace_id: 'abc' }, value: 7.5, ms: createdMs }],
    ] as const,
    schema: 1,
    zeroThreshold: 0.001,
    zeroCount: 1,
    spans: [
      [0, 2],
      [1, 3],
    ] as const,
    deltas: [2, 1, -1, 3, -2],
    negativeSpans: [[0, 3]] as const,
    negativeDeltas: [1, 1, 0],
    exemplars: [{ labels: { trace_id: `at ${Date.now()}` }, value: 2, ms: Date.now() }],
  };
  return protobufPage([
    {
      name: 'latency_seconds',
      type: 'histogram',
      help: 'Native.',
      metrics: shown.still
        ? [
            { labels: { path: '/a', job: 'own' }, histogram },
            { labels: { path: '/b' }, histogram },
          ]
        : [],
    },
    {
      name: 'hits_total',
      type: 'counter',
      metrics: [
        { labels: { code: '200' }, counter: { value: 7, createdMs, exemplar: { labels: { trace_id: 'abc' }, value: 1, ms: createdMs } } },
      ],
    },
    { name: 'heat', type: 'gauge', metrics: [{ gauge: 21.5 }, { labels: { zone: 'ü"\\\n' }, gauge: -0 }] },
    {
      name: 'took',
      type: 'summary',
      metrics: [
        {
          summary: {
            count: 2,
            sum: 0.3,
            quantiles: [
              [0.5, 0.1],
              [0.99, NaN],
            ],
          },
        },
      ],
    },
    {
      name: 'sizes',
      type: 'histogram',
      metrics: [
        {
          histogram: {
            count: 3,
            sum: 4,
            buckets: [
              [0.5, 1],
              [2.5, 2],
            ],
          },
        },
      ],
    },
  ]);
}

function instance(url: string): string {
  return new URL(url).host;
}

beforeAll(async () => {
  [page, subject, influxd, second, folder] = await Promise.all([
    startFakeServer(({ headers }) =>
      (headers.accept ?? '').startsWith('application/vnd.google.protobuf')
        ? { status: 200, headers: { 'content-type': PROTOBUF_TYPE }, body: body() }
        : { status: 406 },
    ),
    startPrometheus({ features: ['native-histograms'] }),
    startInfluxd(),
    startRemoteWriteReceiver({ versions: [2] }),
    mkdtemp(join(tmpdir(), 'wattbridge-protobuf-')),
  ]);
  const targets = [page, subject].map(({ url }) => `"${instance(url)}"`).join(', ');
  server = await startPrometheus({
    features: ['native-histograms', 'exemplar-storage'],
    scrapeConfigs: `[{ job_name: theirs, static_configs: [{ targets: [${targets}] }] }]`,
  });
  const pipeline = join(folder, 'pipeline.yaml');
  await writeFile(
    pipeline,
    `agent: { interval: 1s, flush_interval: 200ms, omit_hostname: true, admin_address: "", data_directory: ${folder}/state }
inputs:
  - prometheus: { job: ours, scrape_native_histograms: true, urls: ["${page.url}/metrics", "${subject.url}/metrics"] }
outputs:
  - prometheus_remote_write: { url: "${server.writeUrl}" }
  - prometheus_remote_write: { alias: second, url: "${second.url}", protocol: 2 }
  - influxdb: { urls: ["${influxd.url}"], database: lab }
`,
  );
  bridge = await startProcess({ command: repoPath('bin/wattbridge'), args: ['run', pipeline] });
});

afterAll(async () => {
  await bridge?.stop();
  await Promise.all([page?.stop(), subject?.stop(), server?.stop(), influxd?.stop(), second?.stop()]);
  await rm(folder, { recursive: true, force: true });
});

/** The series of a job at one target and their values, but for those that measure the scrapes themselves. */
async function seriesOf(promql: string, job: string, url: string): Promise<Map<string, string>> {
  const found = await server.query(promql.replaceAll('$', `job="${job}",instance="${instance(url)}"`));
  const entries = found.map(({ metric, value }): [string, string] => {
    const labels = Object.entries(metric).filter(([name]) => name !== 'job');
    return [JSON.stringify(labels.sort(([a], [b]) => (a < b ? -1 : 1))), value?.[1] ?? ''];
  });
  return new Map(entries.filter(([key]) => !key.includes('"scrape_')).sort(([a], [b]) => (a < b ? -1 : 1)));
}

describe('a page in protobuf', () => {
  it('gives the series that Prometheus makes of it, with the same values', async () => {
    await vi.waitFor(async () => {
      const theirs = await seriesOf('{$}', 'theirs', page.url);
      expect(theirs.size).toBeGreaterThan(10);
      expect(await seriesOf('{$}', 'ours', page.url)).toEqual(theirs);
    }, 20_000);
  });

  it.each([
    'histogram_count(latency_seconds{$})',
    'histogram_sum(latency_seconds{$})',
    'histogram_quantile(0.1, latency_seconds{$})',
    'histogram_quantile(0.5, latency_seconds{$})',
    'histogram_quantile(0.99, latency_seconds{$})',
    'histogram_fraction(0, 2, latency_seconds{$})',
  ])('has native histograms with the figures of Prometheus: %s', async (promql) => {
    const theirs = await seriesOf(promql, 'theirs', page.url);
    expect(theirs.size).toBe(2);
    expect(await seriesOf(promql, 'ours', page.url)).toEqual(theirs);
  });

  it('has exemplars of counters and of native histograms, and their start times in 2.0', async () => {
    const range = { start: String(createdMs / 1000 - 1), end: String(Date.now() / 1000) };
    const query = '{job="ours"}';
    const response = await fetch(`${server.url}/api/v1/query_exemplars`, {
      method: 'POST',
      body: new URLSearchParams({ query, ...range }),
    });
    const { data } = (await response.json()) as { data: { seriesLabels: Record<string, string>; exemplars: { labels: object }[] }[] };
    expect(data.map(({ seriesLabels }) => seriesLabels['__name__']).sort()).toEqual(['hits_total', 'latency_seconds', 'latency_seconds']);
    expect(data[0].exemplars).toMatchObject([{ labels: { trace_id: 'abc' } }]);
    const labels = `instance="${instance(page.url)}",job="ours"`;
    expect(second.histograms(`latency_seconds{${labels},path="/b"}`)[0]).toMatchObject({ startMs: createdMs, isInteger: true, schema: 1 });
    expect(second.samples(`hits_total{code="200",${labels}}`)[0]).toMatchObject({ startMs: createdMs });
    expect(second.samples(`sizes_count{${labels}}`)[0]).toMatchObject({ startMs: undefined });
  });

  it('is plain fields in InfluxDB', async () => {
    const [{ columns, values }] = await influxd.query('lab', `SELECT * FROM latency_seconds WHERE path = '/b' LIMIT 1`);
    const fields = Object.fromEntries(columns.map((column, at) => [column, values[0][at]]));
    expect(fields).toMatchObject({ count: 21, sum: 36.8, schema: 1, zero_count: 1, positive_span_1_offset: 1, positive_bucket_3: 5 });
  });

  it('ends its histograms when they are gone', async () => {
    const alive = (): Promise<readonly unknown[]> => server.query('latency_seconds');
    expect(await alive()).toHaveLength(4);
    shown.still = false;
    await vi.waitFor(async () => expect(await alive()).toEqual([]), 20_000);
    const labels = `instance="${instance(page.url)}",job="ours"`;
    const last = () => second.histograms(`latency_seconds{${labels},path="/b"}`).at(-1);
    await vi.waitFor(() => expect(last()).toMatchObject({ stale: true }), 20_000);
  });
});

describe('the page of a real Prometheus in protobuf', () => {
  it('gives the series that Prometheus makes of it', async () => {
    // Whole bounds are written `1.0`, as Prometheus 3 and OpenMetrics write them; 2.42 writes `1`.
    const named = (series: Map<string, string>): string[] =>
      [...series.keys()].map((key) => key.replaceAll(/\["(le|quantile)","(\d+)"\]/g, '["$1","$2.0"]'));
    await vi.waitFor(async () => {
      const theirs = await seriesOf('{$}', 'theirs', subject.url);
      expect(theirs.size).toBeGreaterThan(200);
      expect(named(await seriesOf('{$}', 'ours', subject.url))).toEqual(named(theirs));
    }, 20_000);
  });
});
