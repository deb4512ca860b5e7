import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it, vi } from 'vitest';
import { GcCounter, memoryStats } from '../../../../../src/plugins/inputs/internal/memory-stats.ts';
import { internal } from '../../../../../src/plugins/inputs/internal/plugin.ts';
import { SelfMetrics } from '../../../../../src/telemetry/self-metrics.ts';
import { testContext } from '../../../../support/context.ts';
import { CollectingSink, createPolled, gatherOnce } from '../../../../support/input.ts';

type Options = Parameters<typeof internal.schema.parse>[0];

/** What one gather tells of these metrics, without the times. */
async function tell(self: SelfMetrics, options: Options = { collect_memstats: false }): Promise<string[]> {
  const context = testContext({ self });
  const sink = new CollectingSink(context.interner);
  const input = createPolled(internal, options as never, context);
  await gatherOnce(input, sink);
  await input.close?.();
  return sink.lines.map((line) => line.replace(/ \d+$/, ''));
}

const TAGS = `node_version=${process.versions.node},version=1.2.3`;

describe('inputs.internal', () => {
  it('tells of every plugin, and of all of them', async () => {
    const self = new SelfMetrics({ version: '1.2.3' });
    const cpu = self.plugin('inputs.cpu');
    cpu.pointsIn(10);
    cpu.error();
    cpu.startupError();
    cpu.skippedTicks(3);
    const influxdb = self.plugin('outputs.influxdb');
    influxdb.pointsIn(9);
    influxdb.pointsOut(4);
    influxdb.drop('filtered', 1);
    influxdb.drop('refused', 2);
    influxdb.drop('queue_full', 3);
    const requests = self.output('outputs.influxdb');
    for (const result of ['ok', 'retry', 'reject'] as const) requests.attempt(result);
    requests.watch(() => ({ queue: { payloads: 1, points: 7, bytes: 100, oldestMs: undefined }, state: 'ok', underWay: 0 }));

    expect(await tell(self)).toEqual([
      `internal_agent,${TAGS} gather_errors=1i,gather_timeouts=3i,metrics_dropped=3i,metrics_gathered=10i,metrics_rejected=2i,metrics_written=4i,write_errors=2i`,
      'internal_gather,input=cpu,version=1.2.3 errors=2i,gather_errors=1i,gather_time_ns=0i,gather_timeouts=3i,metrics_gathered=10i,startup_errors=1i',
      'internal_write,output=influxdb,version=1.2.3 buffer_size=7i,errors=0i,metrics_added=9i,metrics_dropped=3i,metrics_filtered=1i,metrics_rejected=2i,metrics_written=4i,startup_errors=0i,write_errors=2i,write_time_ns=0i',
    ]);
  });

  it('tells of processors and aggregators', async () => {
    const self = new SelfMetrics({ version: '1.2.3' });
    self.plugin('processors.rename').error();
    const minmax = self.plugin('aggregators.minmax');
    minmax.pointsOut(5);
    minmax.seconds(0.25);
    minmax.drop('late', 2);
    expect((await tell(self)).slice(1)).toEqual([
      'internal_process,processor=rename,version=1.2.3 errors=1i',
      'internal_aggregate,aggregator=minmax,version=1.2.3 errors=0i,metrics_dropped=2i,metrics_filtered=0i,metrics_pushed=5i,push_time_ns=250000000i',
    ]);
  });

  it('adds up plugins of one type, but for those with an alias, or tells of each', async () => {
    const self = new SelfMetrics({ version: '1.2.3' });
    for (const [index, name] of ['inputs.mem', 'inputs.mem#2', 'inputs.mem::a:b', 'inputs.mem::a:b#2'].entries()) {
      self.plugin(name).pointsIn(10 ** index);
    }
    const gathered = (lines: string[]): (string | undefined)[] =>
      lines.slice(1).map((line) => /^internal_gather,(.*),version.*metrics_gathered=(\d+)/.exec(line)?.slice(1).join(' '));
    expect(gathered(await tell(self))).toEqual(['input=mem 11', 'alias=a:b,input=mem 1100']);
    expect(gathered(await tell(self, { collect_memstats: false, per_instance: true }))).toEqual([
      '_id=inputs.mem,input=mem 1',
      '_id=inputs.mem#2,input=mem 10',
      '_id=inputs.mem::a:b,alias=a:b,input=mem 100',
      '_id=inputs.mem::a:b#2,alias=a:b,input=mem 1000',
    ]);
  });

  it('tells how long turns took on average since it told the last time, or else then', async () => {
    const self = new SelfMetrics({ version: '1.2.3' });
    const context = testContext({ self });
    const sink = new CollectingSink(context.interner);
    const input = createPolled(internal, { collect_memstats: false }, context);
    const cpu = self.plugin('inputs.cpu');
    for (const turns of [[1, 3], [4], []]) {
      for (const seconds of turns) cpu.seconds(seconds);
      await gatherOnce(input, sink);
    }
    const means = sink.lines.flatMap((line) => /gather_time_ns=(\d+)/.exec(line)?.[1] ?? []);
    expect(means).toEqual(['2000000000', '4000000000', '4000000000']);
  });

  it('tells of the memory of this process', async () => {
    const [, memory] = await tell(new SelfMetrics({ version: '1.2.3' }), {});
    expect(memory).toMatch(
      /^internal_memstats alloc_bytes=\d+u,heap_alloc_bytes=\d+u,heap_idle_bytes=\d+u,heap_in_use_bytes=\d+u,heap_sys_bytes=\d+u,num_gc=0u,sys_bytes=\d+u$/,
    );
    const { alloc_bytes: alloc, sys_bytes: sys } = memoryStats(0);
    expect(alloc).toBeGreaterThan(1e6);
    expect(sys).toBeGreaterThan(alloc);
  });

  it('counts whole collections of garbage', async () => {
    const counter = new GcCounter();
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    collect();
    await vi.waitFor(() => expect(counter.count).toBeGreaterThan(0));
    counter.close();
  });

  it("says that Go's figures are not here, unless they are off", () => {
    const context = testContext();
    expect(() => createPolled(internal, { collect_gostats: true } as never, context)).toThrow('figures of the Go runtime');
    expect(internal.schema.parse({ collect_gostats: false })).toBeDefined();
  });
});
