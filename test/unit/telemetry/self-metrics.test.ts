import parsePrometheusText from 'parse-prometheus-text-format';
import { beforeEach, describe, expect, it } from 'vitest';
import { SelfMetrics } from '../../../src/telemetry/self-metrics.ts';

const NOW = 1_000_000;

let metrics: SelfMetrics;

beforeEach(() => {
  metrics = new SelfMetrics({ version: '1.2.3', now: () => NOW });
});

/** The samples of one metric as `/metrics` gives them, read by somebody else's parser. */
async function samples(name: string): Promise<unknown> {
  const family = parsePrometheusText(await metrics.collect()).find((one) => one.name === name);
  return family?.metrics;
}

describe('plugin counters', () => {
  it('come out per plugin, and the same at every scrape', async () => {
    const cpu = metrics.plugin('inputs.cpu');
    cpu.pointsIn(3);
    cpu.pointsIn(4);
    metrics.plugin('outputs.file').pointsIn(1);
    const expected = [
      { labels: { plugin: 'inputs.cpu' }, value: '7' },
      { labels: { plugin: 'outputs.file' }, value: '1' },
    ];
    expect(await samples('wattbridge_plugin_points_in_total')).toEqual(expected);
    expect(await samples('wattbridge_plugin_points_in_total')).toEqual(expected);
  });

  it('are one set for one name', () => {
    expect(metrics.plugin('a')).toBe(metrics.plugin('a'));
  });

  it('tell each kind of event apart', async () => {
    const plugin = metrics.plugin('inputs.cpu');
    plugin.pointsOut(2);
    plugin.error();
    plugin.seconds(0.25);
    plugin.seconds(0.5);
    plugin.skippedTicks(1);
    const one = (value: string): unknown => [{ labels: { plugin: 'inputs.cpu' }, value }];
    expect(await samples('wattbridge_plugin_points_out_total')).toEqual(one('2'));
    expect(await samples('wattbridge_plugin_errors_total')).toEqual(one('1'));
    expect(await samples('wattbridge_plugin_seconds_total')).toEqual(one('0.75'));
    expect(await samples('wattbridge_plugin_skipped_ticks_total')).toEqual(one('1'));
  });

  it('count drops by reason, hostile reasons included', async () => {
    const plugin = metrics.plugin('processors.x');
    plugin.drop('late', 2);
    plugin.drop('late');
    plugin.drop('say "hi"\n\\o/');
    plugin.drop('nothing', 0);
    const text = await metrics.collect();
    expect(text).toContain('wattbridge_plugin_points_dropped_total{plugin="processors.x",reason="late"} 3\n');
    expect(text).toContain('reason="say \\"hi\\"\\n\\\\o/"} 1\n');
    expect(text).not.toContain('"nothing"');
  });

  it('bound the number of reasons without losing a count', () => {
    const plugin = metrics.plugin('outputs.x');
    for (let i = 0; i < 1000; i++) plugin.drop(`reason ${i}`);
    const { dropped } = plugin.totals;
    expect(dropped.size).toBe(51);
    expect(dropped.get('other')).toBe(950);
  });
});

describe('queues and deliveries', () => {
  it('are read when scraped', async () => {
    const depth = { payloads: 1, points: 20, bytes: 300, oldestMs: NOW - 4000 };
    const output = metrics.output('outputs.influxdb');
    output.watch(() => ({ queue: depth, state: 'retrying', underWay: 3 }));
    output.attempt('retry');
    output.attempt('ok');
    output.attempt('ok');
    const labels = { output: 'outputs.influxdb' };
    expect(await samples('wattbridge_queue_payloads')).toEqual([{ labels, value: '1' }]);
    depth.points = 21;
    expect(await samples('wattbridge_queue_points')).toEqual([{ labels, value: '21' }]);
    expect(await samples('wattbridge_queue_bytes')).toEqual([{ labels, value: '300' }]);
    expect(await samples('wattbridge_queue_oldest_seconds')).toEqual([{ labels, value: '4' }]);
    expect(await samples('wattbridge_delivery_attempts_total')).toEqual([
      { labels: { ...labels, result: 'retry' }, value: '1' },
      { labels: { ...labels, result: 'ok' }, value: '2' },
    ]);
  });

  it('report an empty queue as zero seconds old', async () => {
    const queue = { payloads: 0, points: 0, bytes: 0, oldestMs: undefined };
    metrics.output('outputs.file').watch(() => ({ queue, state: 'ok', underWay: 0 }));
    expect(await samples('wattbridge_queue_oldest_seconds')).toEqual([{ labels: { output: 'outputs.file' }, value: '0' }]);
  });
});

describe('the process', () => {
  it('tells its version, memory, start and lag', async () => {
    expect(await samples('wattbridge_build_info')).toEqual([{ labels: { version: '1.2.3', node: process.version }, value: '1' }]);
    metrics.describeProcess();
    const text = await metrics.collect();
    for (const name of ['process_resident_memory_bytes', 'process_start_time_seconds', 'nodejs_eventloop_lag_p99_seconds']) {
      expect(text).toContain(`\n${name} `);
    }
  });

  it('tells how many series it holds', async () => {
    metrics.beginPipeline({ interner: { size: 5, evicted: 2 }, deadLetters: { counts: () => new Map() } });
    expect(await samples('wattbridge_interned_series')).toEqual([{ value: '5' }]);
    expect(await samples('wattbridge_interned_series_evicted_total')).toEqual([{ value: '2' }]);
  });

  it('shares nothing with a second one', async () => {
    metrics.plugin('inputs.cpu').pointsIn(1);
    const second = new SelfMetrics({ version: '1' });
    expect(await second.collect()).not.toContain('inputs.cpu');
  });
});

describe('the summary', () => {
  it('sums inputs, outputs and losses, and takes a filter for no loss', () => {
    metrics.plugin('inputs.a').pointsIn(10);
    metrics.plugin('inputs.b').pointsIn(5);
    metrics.plugin('processors.x').pointsIn(15);
    metrics.plugin('outputs.c').pointsOut(12);
    metrics.plugin('inputs.a').drop('filtered', 2);
    metrics.plugin('outputs.c').drop('refused', 1);
    metrics.plugin('processors.x').drop('refused', 1);
    metrics.plugin('outputs.c').drop('not_writable', 1);
    expect(metrics.summary()).toEqual({ pointsIn: 15, pointsOut: 12, dropped: 3, undeliverable: 1 });
  });
});
