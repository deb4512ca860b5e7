import { describe, expect, it } from 'vitest';
import { AggregatorCommon, InputCommon } from '../../../src/config/common.ts';
import { Interner } from '../../../src/metric/interner.ts';
import type { Point } from '../../../src/metric/point.ts';
import { AggregatorStage } from '../../../src/pipeline/aggregator-stage.ts';
import { MetricFilter } from '../../../src/pipeline/filter.ts';
import { Flow } from '../../../src/pipeline/flow.ts';
import { InputStage } from '../../../src/pipeline/input-stage.ts';
import { DetachableStates } from '../../../src/pipeline/detachable-states.ts';
import type { Aggregator, Binding } from '../../../src/pipeline/plugin.ts';
import { createProcessorStage } from '../../../src/pipeline/processor-stage.ts';
import type { Window } from '../../../src/pipeline/window.ts';
import { PluginMetrics } from '../../../src/telemetry/plugin-metrics.ts';
import { testContext } from '../../support/context.ts';
import { parsePoints, toLines } from '../../support/points.ts';

const interner = new Interner();
const { clock, log } = testContext();

function filter(options: object): MetricFilter {
  return new MetricFilter(options, { interner, clock, log });
}

/** A processor that puts `mark` behind the measurement. */
function marker(
  mark: string,
  options: object = {},
): {
  stateName: string | undefined;
  stage: ReturnType<typeof createProcessorStage>;
  processor: { flush?(out: Point[]): void };
  metrics: PluginMetrics;
} {
  const bind = (shape: Point['shape']): Binding => {
    const target = interner.reshape(shape, interner.sortedSeries(shape.series.measurement + mark, shape.series.tags));
    return (point, out) => void out.push(point.withShape(target));
  };
  return {
    stateName: undefined,
    stage: createProcessorStage(interner, filter(options), { bind }),
    processor: {},
    metrics: new PluginMetrics(),
  };
}

/** Emits what it was given, once per push. */
class Collector implements Aggregator {
  readonly windows;
  #points: Point[] = [];

  constructor(windows: Aggregator['windows']) {
    this.windows = windows;
  }

  bind(): (point: Point) => void {
    return (point) => void this.#points.push(point);
  }

  push(out: Point[]): void {
    out.push(...this.#points.splice(0));
  }
}

function aggregator(windows: Aggregator['windows'], options: object, nowMs: number, window?: Window) {
  return stepOf(new Collector(windows), options, nowMs, window);
}

function stepOf(itself: Aggregator, options: object, nowMs: number, window?: Window) {
  const common = AggregatorCommon.parse({ name_prefix: 'agg_', tags: { rp: 'h1' }, ...options });
  const metrics = new PluginMetrics();
  const stage = new AggregatorStage(
    itself,
    { interner, filter: filter(common), common, roundInterval: true, window, precisionNs: 1e9, drop: (reason) => metrics.drop(reason) },
    nowMs,
  );
  return { name: 'aggregators.collector', stateName: undefined, stage, metrics };
}

describe('InputStage', () => {
  it('adds tags by rank: the metric, the input, the host, other global tags; an empty one hides a global one', () => {
    const stage = new InputStage({
      interner,
      filter: filter({}),
      common: InputCommon.parse({ tags: { rack: 'r1', site: '', zone: 'input' }, name_prefix: 'pre_', name_suffix: '_post' }),
      globalTags: { host: 'me', rack: 'global', site: 'pau', zone: 'global' },
      alwaysIncludeLocalTags: false,
      alwaysIncludeGlobalTags: false,
      precisionNs: 1e9,
    });
    const out: Point[] = [];
    stage.run(parsePoints(interner, 'm,zone=own v=1 1760000000500000000'), out);
    expect(toLines(interner, out)).toEqual(['pre_m_post,host=me,rack=r1,zone=own v=1 1760000001000000000']);
  });

  it('keeps the bytes of fields that nothing touches', () => {
    const stage = new InputStage({
      interner,
      filter: filter({ tagexclude: ['a'] }),
      common: InputCommon.parse({}),
      globalTags: { g: '1' },
      alwaysIncludeLocalTags: false,
      alwaysIncludeGlobalTags: false,
      precisionNs: 1,
    });
    const out: Point[] = [];
    stage.run(parsePoints(interner, 'm,a=1 v=1e3,w=2 5'), out);
    expect(out[0].source?.toString('latin1', out[0].from, out[0].to)).toBe('v=1e3,w=2');
    expect(toLines(interner, out)).toEqual(['m,g=1 v=1000,w=2 5']);
  });
});

describe('Flow', () => {
  it('runs processors in order, and what one does not select passes it as it is', () => {
    const flow = new Flow({
      before: [marker('_a', { namepass: ['x*'] }), marker('_b')],
      aggregators: [],
      after: [],
      nowMs: () => 0,
      states: new DetachableStates(),
    });
    expect(toLines(interner, flow.process(parsePoints(interner, 'x v=1 1\ny v=2 2')))).toEqual(['x_a_b v=1 1', 'y_b v=2 2']);
  });

  it('sends what event windows made through the second set of processors, in the same batch', () => {
    const flow = new Flow({
      before: [],
      aggregators: [aggregator('event', {}, 0)],
      after: [marker('_2')],
      nowMs: () => 0,
      states: new DetachableStates(),
    });
    expect(toLines(interner, flow.process(parsePoints(interner, 'x v=1 1')))).toEqual(['x v=1 1', 'agg_x_2,rp=h1 v=1 1']);
  });

  it('lets event windows speak by the clock, when they ask for it, though no points come', () => {
    let nowMs = 0;
    const collected = parsePoints(interner, 'x v=1 1');
    const patient: Aggregator = {
      windows: 'event',
      dueMs: 60_000,
      bind: () => 'skip',
      push: (out) => void (nowMs >= 60_000 && out.push(...collected.splice(0))),
    };
    const flow = new Flow({
      before: [],
      aggregators: [stepOf(patient, {}, 0)],
      after: [],
      nowMs: () => nowMs,
      states: new DetachableStates(),
    });
    expect(flow.dueMs).toBe(60_000);
    expect(flow.flush()).toEqual([]);
    nowMs = 60_000;
    expect(toLines(interner, flow.flush())).toEqual(['agg_x,rp=h1 v=1 1']);
  });

  it('keeps what arrived inside the window for its end, rounds its times, and counts what did not', () => {
    const nowMs = 1_760_000_005_000;
    const step = aggregator('arrival', { period: '10s', grace: '1s' }, nowMs);
    const flow = new Flow({ before: [], aggregators: [step], after: [], nowMs: () => 1_760_000_010_000, states: new DetachableStates() });
    const inside = 'x v=1 1759999999000000000\nx v=2 1760000010100000000';
    const outside = 'x v=3 1759999998999000000\nx v=4 1760000010101000000';
    expect(flow.process(parsePoints(interner, `${inside}\n${outside}`))).toHaveLength(4);
    expect(flow.dueMs).toBe(1_760_000_010_000);
    expect(toLines(interner, flow.flush())).toEqual(['agg_x,rp=h1 v=1 1759999999000000000', 'agg_x,rp=h1 v=2 1760000010000000000']);
    expect(step.metrics.totals.dropped.get('outside_window')).toBe(2);
    expect(flow.dueMs).toBe(1_760_000_020_000);
  });

  it('drops the original if any aggregator says so, though all see it', () => {
    const steps = [aggregator('event', { drop_original: true, namepass: ['x'] }, 0), aggregator('event', {}, 0)];
    const flow = new Flow({ before: [], aggregators: steps, after: [], nowMs: () => 0, states: new DetachableStates() });
    expect(toLines(interner, flow.process(parsePoints(interner, 'x v=1 1\ny v=2 2')))).toEqual([
      'y v=2 2',
      'agg_x,rp=h1 v=1 1',
      'agg_x,rp=h1 v=1 1',
      'agg_y,rp=h1 v=2 2',
    ]);
  });

  it('takes what a processor held back through the rest, at the end and before the last windows', () => {
    const holding = { ...marker('_a'), processor: { flush: (out: Point[]) => void out.push(...parsePoints(interner, 'held v=9 9')) } };
    const flow = new Flow({
      before: [holding, marker('_b')],
      aggregators: [aggregator('event', {}, 0)],
      after: [],
      nowMs: () => 0,
      states: new DetachableStates(),
    });
    expect(flow.flush()).toEqual([]);
    expect(toLines(interner, flow.end())).toEqual(['held_b v=9 9', 'agg_held_b,rp=h1 v=9 9']);
  });

  it('tells nothing of a state that somebody goes on with, and all that is in memory alone', () => {
    const held = (text: string) => ({ flush: (out: Point[]) => void out.push(...parsePoints(interner, text)) });
    const states = new DetachableStates();
    const kept = new Map<string, number>();
    const state = states.wrap(kept);
    const flow = new Flow({
      before: [
        { ...marker(''), stateName: 'processors.energy', processor: held('state v=1 1') },
        { ...marker(''), processor: held('memory v=2 2') },
      ],
      aggregators: [{ ...aggregator('event', {}, 0), stateName: 'aggregators.energy' }, aggregator('arrival', { grace: '1h' }, 0)],
      after: [],
      nowMs: () => 0,
      states,
    });
    const heirs = new Set(['processors.energy', 'aggregators.energy']);

    expect(toLines(interner, flow.end(heirs))).toEqual(['memory v=2 2', 'agg_memory,rp=h1 v=2 2']);
    state.set('a', 1);
    expect(kept.get('a')).toBe(1);
    expect(toLines(interner, flow.end())).toContain('state v=1 1');
    state.set('a', 2);
    expect(kept.get('a')).toBe(1);
  });

  it('goes on with a window that was open, also one that does not begin at a multiple of its period', () => {
    const options = { period: '10s' };
    const nowMs = 1_760_000_003_000;
    const window = { sinceMs: nowMs - 4000, untilMs: nowMs + 6000 };

    expect(aggregator('arrival', options, nowMs, window).stage.dueMs).toBe(window.untilMs);
    expect(aggregator('arrival', { period: '20s' }, nowMs, window).stage.dueMs).toBe(1_760_000_020_000);
    expect(aggregator('arrival', options, window.untilMs, window).stage.dueMs).toBe(1_760_000_010_000);
  });
});
