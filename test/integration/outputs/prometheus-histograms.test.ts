/** Native histograms in real servers: from fields, as Telegraf writes them, into Prometheus and InfluxDB. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { influxdb } from '../../../src/plugins/outputs/influxdb/plugin.ts';
import { prometheusRemoteWrite } from '../../../src/plugins/outputs/prometheus_remote_write/plugin.ts';
import { testContext, type TestContext } from '../../support/context.ts';
import { createOutput, deliver, pointsOf, refusals } from '../../support/output.ts';
import { startInfluxd, startPrometheus, type Influxd, type Prometheus } from '../../support/servers.ts';

let server: Prometheus;
const now = Date.now();

beforeAll(async () => {
  server = await startPrometheus({ features: ['native-histograms', 'exemplar-storage'] });
});
afterAll(() => server.stop());

/** Five observations, one of them zero: two in (0.5, 1], one each in (1, 2] and (2, 4]. Uints are `i`, as Telegraf writes them by default. */
function line(ms: number, changes: Readonly<Record<string, string>> = {}): string {
  const fields = {
    count: '5',
    sum: '6.5',
    schema: '0i',
    counter_reset_hint: '0i',
    zero_threshold: '0.001',
    zero_count: '1',
    positive_span_0_offset: '0i',
    positive_span_0_length: '3i',
    positive_bucket_0: '2',
    positive_bucket_1: '1',
    positive_bucket_2: '1',
    '0.001': '1',
    ...changes,
  };
  return `request_seconds,job=shop ${Object.entries(fields)
    .map(([name, text]) => `${name}=${text}`)
    .join(',')} ${ms}000000`;
}

function open(url: string): { context: TestContext; output: ReturnType<typeof createOutput> } {
  const context = testContext({ nowMs: Date.now() });
  return { context, output: createOutput(prometheusRemoteWrite, { url }, context) };
}

async function value(promql: string): Promise<string | undefined> {
  return (await server.query(promql, now / 1000))[0]?.value?.[1];
}

describe('a native histogram in Prometheus', () => {
  it('has the quantiles, the count and the sum that its fields say, and no other series', async () => {
    const { context, output } = open(server.writeUrl);
    expect(await deliver(output, pointsOf(context, line(now - 1000)))).toEqual([{ status: 'ok' }]);
    expect(await value('histogram_count(request_seconds{job="shop"})')).toBe('5');
    expect(await value('histogram_sum(request_seconds)')).toBe('6.5');
    // The observation in the middle, the third, lies three quarters into (0.5, 1], as Prometheus 2 interpolates.
    expect(await value('histogram_quantile(0.5, request_seconds)')).toBe('0.875');
    expect(await value('histogram_quantile(1, request_seconds)')).toBe('4');
    expect(await value('histogram_fraction(0, 2, request_seconds)')).toBe('0.8');
    expect((await server.query('{job="shop"}', now / 1000)).map(({ metric }) => metric['__name__'])).toEqual(['request_seconds']);
    expect([...context.dropped]).toEqual([]);
  });

  it('grows, changes its buckets, becomes one of floats and has its rate', async () => {
    const { context, output } = open(server.writeUrl);
    const lines = [
      line(now + 1000, { count: '7', positive_bucket_0: '4' }),
      line(now + 2000, { count: '9', positive_bucket_0: '4', positive_span_0_length: '4i', positive_bucket_3: '2' }),
      line(now + 3000, { count: '9.5', positive_bucket_0: '4.5', positive_span_0_length: '4i', positive_bucket_3: '2' }),
    ];
    expect(await deliver(output, pointsOf(context, lines.join('\n')))).toEqual([{ status: 'ok' }]);
    const at = async (ms: number) => (await server.query('histogram_count(request_seconds)', ms / 1000))[0]?.value?.[1];
    expect([await at(now + 1500), await at(now + 2500), await at(now + 3500)]).toEqual(['7', '9', '9.5']);
  });

  it('that no server would take costs nothing else, and is counted', async () => {
    const { context, output } = open(server.writeUrl);
    const lines = [line(now + 5000, { count: '6' }), `fine v=1 ${now + 5000}000000`];
    expect(await deliver(output, pointsOf(context, lines.join('\n')))).toEqual([{ status: 'ok' }]);
    expect([...context.dropped]).toEqual([['bad_histogram', 1]]);
    expect(context.logged).toMatchObject([{ level: 'warn', details: { reason: 'the buckets have 5 observations of 6' } }]);
    expect(await value('fine_v')).toBeUndefined();
    expect((await server.query('fine_v', (now + 5000) / 1000))[0]?.value?.[1]).toBe('1');
  });

  it('is a dead letter, and nothing else is, where Prometheus stores none', async () => {
    const plain = await startPrometheus();
    const { context, output } = open(plain.writeUrl);
    const lines = [line(now), ...Array.from({ length: 20 }, (_, at) => `fine,at=${at} v=1 ${now}000000`)];
    const [result] = await deliver(output, pointsOf(context, lines.join('\n')));
    expect(refusals(result)).toEqual({ points: 1, reasons: ['500 native histograms are disabled'] });
    expect(await plain.query('count(fine_v)')).toMatchObject([{ value: [expect.any(Number), '20'] }]);
    await plain.stop();
  });
});

describe('a native histogram in InfluxDB', () => {
  let influxd: Influxd;
  beforeAll(async () => {
    influxd = await startInfluxd();
  });
  afterAll(() => influxd.stop());

  it('is plain fields', async () => {
    const context = testContext({ nowMs: Date.now() });
    const output = createOutput(influxdb, { urls: [influxd.url], database: 'lab' }, context);
    await output.connect?.(new AbortController().signal);
    expect(await deliver(output, pointsOf(context, line(now)))).toEqual([{ status: 'ok' }]);
    const [{ columns, values }] = await influxd.query('lab', 'SELECT count, sum, positive_bucket_2, schema FROM request_seconds');
    expect([columns.slice(1), values[0].slice(1)]).toEqual([
      ['count', 'sum', 'positive_bucket_2', 'schema'],
      [5, 6.5, 1, 0],
    ]);
    await output.close?.();
  });
});
