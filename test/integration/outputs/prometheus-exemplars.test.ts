/** Exemplars and start times on their whole way: from an OpenMetrics page through the bridge into a real Prometheus, and out of it by its own API. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Kind } from '../../../src/metric/kind.ts';
import type { Exemplar } from '../../../src/metric/origin.ts';
import { Point } from '../../../src/metric/point.ts';
import { exemplarField } from '../../../src/formats/remote-write/exemplar.ts';
import { labelSet } from '../../../src/formats/remote-write/label-set.ts';
import { RequestWriter, sampleGroup } from '../../../src/formats/remote-write/request-writer.ts';
import { prometheusRemoteWrite } from '../../../src/plugins/outputs/prometheus_remote_write/plugin.ts';
import { compressSync } from 'snappy';
import { repoPath } from '../../support/command-line.ts';
import { testContext } from '../../support/context.ts';
import { startFakeServer, type FakeServer } from '../../support/fake-server.ts';
import { createOutput, deliver } from '../../support/output.ts';
import { startProcess, type RunningProcess } from '../../support/process.ts';
import { startRemoteWriteReceiver, type RemoteWriteReceiver } from '../../support/remote-write-receiver.ts';
import { startPrometheus, startVictoriaMetrics, type Prometheus } from '../../support/servers.ts';

interface StoredExemplars {
  readonly seriesLabels: Readonly<Record<string, string>>;
  readonly exemplars: readonly { readonly labels: Readonly<Record<string, string>>; readonly value: string; readonly timestamp: number }[];
}

let server: Prometheus;
let second: RemoteWriteReceiver;
let page: FakeServer;
let bridge: RunningProcess;
let folder: string;
const startSeconds = Math.floor(Date.now() / 1000) - 3600;
/** The trace that the page shows at each scrape: a new one every third time. */
let scrapes = 0;

function body(): string {
  const trace = Math.floor(scrapes++ / 3);
  const seconds = (Date.now() / 1000 - 0.2).toFixed(3);
  return `# TYPE request_seconds histogram
request_seconds_bucket{le="0.1"} 1 # {trace_id="still"} 0.05 ${startSeconds}
request_seconds_bucket{le="+Inf"} ${scrapes} # {trace_id="t${trace}",span="é"} 0.7 ${seconds}
request_seconds_count ${scrapes}
request_seconds_sum 1
request_seconds_created ${startSeconds}
# TYPE hits counter
hits_total ${scrapes} # {trace_id="untimed"} 1
# EOF
`;
}

async function stored(query: string): Promise<StoredExemplars[]> {
  const range = { start: String(startSeconds - 60), end: String(Date.now() / 1000 + 60) };
  const response = await fetch(`${server.url}/api/v1/query_exemplars`, { method: 'POST', body: new URLSearchParams({ query, ...range }) });
  return ((await response.json()) as { data: StoredExemplars[] }).data;
}

beforeAll(async () => {
  [server, second, page, folder] = await Promise.all([
    startPrometheus({ features: ['exemplar-storage'] }),
    startRemoteWriteReceiver({ versions: [2] }),
    startFakeServer(() => ({ status: 200, headers: { 'content-type': 'application/openmetrics-text; version=1.0.0' }, body: body() })),
    mkdtemp(join(tmpdir(), 'wattbridge-exemplars-')),
  ]);
  const pipeline = join(folder, 'pipeline.yaml');
  await writeFile(
    pipeline,
    `agent: { interval: 200ms, flush_interval: 100ms, omit_hostname: true, admin_address: "", data_directory: ${folder}/state }
inputs:
  - prometheus: { job: shop, urls: ["${page.url}/metrics"] }
processors:
  - rename: { replace: [{ tag: job, dest: shop }] }
outputs:
  - prometheus_remote_write: { url: "${server.writeUrl}" }
  - prometheus_remote_write: { alias: second, url: "${second.url}", protocol: 2 }
`,
  );
  bridge = await startProcess({ command: repoPath('bin/wattbridge'), args: ['run', pipeline] });
});

afterAll(async () => {
  await bridge?.stop();
  await Promise.all([page?.stop(), server?.stop(), second?.stop()]);
  await rm(folder, { recursive: true, force: true });
});

describe('exemplars in a real Prometheus', () => {
  it('are those of the page, each once, with the labels of their series', async () => {
    await vi.waitFor(
      async () => expect((await stored('request_seconds_bucket{le="+Inf"}'))[0]?.exemplars.length).toBeGreaterThan(2),
      20_000,
    );
    const [still] = await stored('request_seconds_bucket{le="0.1"}');
    expect(still.seriesLabels).toMatchObject({ __name__: 'request_seconds_bucket', le: '0.1', shop: 'shop' });
    expect(still.exemplars).toEqual([{ labels: { trace_id: 'still' }, value: '0.05', timestamp: startSeconds }]);
    const [moving] = await stored('request_seconds_bucket{le="+Inf"}');
    expect(moving.exemplars.slice(0, 2)).toMatchObject([
      { labels: { trace_id: 't0', span: 'é' }, value: '0.7' },
      { labels: { span: 'é' }, value: '0.7' },
    ]);
    expect((await stored('hits_total'))[0].exemplars).toMatchObject([{ labels: { trace_id: 'untimed' }, value: '1' }]);
  });

  it('that it does not take cost no sample: too long, out of order', async () => {
    const writer = new RequestWriter();
    const group = sampleGroup(labelSet('raw_total', []).bytes);
    const now = Date.now();
    writer.append(group, now, 1);
    for (const [value, ms] of [
      ['a', now],
      ['b', now - 5000],
      ['c'.repeat(200), now + 1],
    ] as const) {
      writer.appendExemplar(group, exemplarField([['trace_id', value]], 1, ms));
    }
    // Past the receiver in front, which would rightly object.
    const response = await fetch(`${server.url}/api/v1/write`, { method: 'POST', body: new Uint8Array(compressSync(writer.take())) });
    expect(response.status).toBe(204);
    expect(await server.query('raw_total')).toMatchObject([{ value: [expect.any(Number), '1'] }]);
    expect((await stored('raw_total'))[0].exemplars).toMatchObject([{ labels: { trace_id: 'a' } }]);
  });

  it.each([
    ['Prometheus', startPrometheus],
    ['VictoriaMetrics', startVictoriaMetrics],
  ])('are not needed: a %s that stores none takes the samples', async (_, start) => {
    const plain = await start();
    const context = testContext({ nowMs: Date.now() });
    const output = createOutput(prometheusRemoteWrite, { url: plain.writeUrl }, context);
    const exemplar: Exemplar = { labels: [['trace_id', 'a']], value: 1, timestampMs: context.clock.ms };
    const shape = context.interner.shape(context.interner.series('prometheus', []), [{ name: 'hits_total', kind: Kind.Float }]);
    const points = [Point.fromValues(shape, context.clock.ms, 0, [7], { startMs: 0, exemplars: [exemplar] })];
    expect(await deliver(output, points)).toEqual([{ status: 'ok' }]);
    // VictoriaMetrics shows what it took some seconds later, or when it is told to; Prometheus at once, and it knows no such path.
    await fetch(`${plain.url}/internal/force_flush`);
    expect(await plain.query('last_over_time(hits_total[1h])', context.clock.ms / 1000 + 5)).toMatchObject([
      { value: [expect.any(Number), '7'] },
    ]);
    await output.close?.();
    await plain.stop();
  });
});

describe('start times in 2.0', () => {
  it('are those of the page, on all that is counted, and beside them the series of their own', async () => {
    const url = new URL(page.url).host;
    await vi.waitFor(() => expect(second.samples(`up{instance="${url}",shop="shop"}`).length).toBeGreaterThan(1), 20_000);
    const startMs = startSeconds * 1000;
    expect(second.samples(`request_seconds_count{instance="${url}",shop="shop"}`)[0]).toMatchObject({ startMs });
    expect(second.samples(`request_seconds_created{instance="${url}",shop="shop"}`)[0]).toMatchObject({
      value: startSeconds,
      startMs: undefined,
    });
    expect(second.samples(`hits_total{instance="${url}",shop="shop"}`)[0]).toMatchObject({ startMs: undefined });
    expect(second.exemplars(`hits_total{instance="${url}",shop="shop"}`)).toMatchObject([{ labels: [['trace_id', 'untimed']] }]);
  });
});
