import { describe, expect, it } from 'vitest';
import { AggregatorCommon } from '../../../src/config/common.ts';
import type { Point } from '../../../src/metric/point.ts';
import { AggregatorStage, type PushReason } from '../../../src/pipeline/aggregator-stage.ts';
import { MetricFilter } from '../../../src/pipeline/filter.ts';
import type { Aggregator, AggregatorBinding } from '../../../src/pipeline/plugin.ts';
import { testContext } from '../../support/context.ts';
import { parsePoint, parsePoints, toLines } from '../../support/points.ts';

/** 2025-10-09T08:53:20Z. */
const START_MS = 1_760_000_000_000;

/** Gives back what it took; measurements called after a binding have that. */
class Collector implements Aggregator {
  readonly windows = 'arrival';
  readonly keepsTimes: boolean;
  readonly #points: Point[] = [];

  constructor(keepsTimes = false) {
    this.keepsTimes = keepsTimes;
  }

  bind({ series }: Point['shape']): AggregatorBinding {
    const { measurement } = series;
    if (measurement === 'skip' || measurement === 'empty') return measurement;
    return (point) => {
      if (measurement === 'refused') return 'refused';
      this.#points.push(point);
      return undefined;
    };
  }

  push(out: Point[]): void {
    out.push(...this.#points.splice(0));
  }
}

function setUp(options: object = {}, { keepsTimes = false, precisionNs = 1e9 } = {}) {
  const context = testContext();
  const common = AggregatorCommon.parse({ period: '10s', ...options });
  const stage = new AggregatorStage(
    new Collector(keepsTimes),
    {
      interner: context.interner,
      filter: new MetricFilter(common, context),
      common,
      roundInterval: true,
      precisionNs,
      drop: (reason) => context.drop(reason),
    },
    START_MS,
  );
  const push = (nowMs: number, why: PushReason = 'due') => {
    const out: Point[] = [];
    stage.push(out, nowMs, why);
    return toLines(context.interner, out);
  };
  const dropsOriginal = (line: string) => stage.add(parsePoint(context.interner, line));
  return { context, stage, push, dropsOriginal };
}

describe('AggregatorStage', () => {
  it('takes what is in the window, with grace before and delay behind it, to the nanosecond', () => {
    const { context, stage, push } = setUp({ grace: '1s', delay: '100ms' }, { precisionNs: 1 });
    const inside = ['m v=1 1759999999000000000', 'm v=2 1760000010100000000'];
    const outside = ['m v=3 1759999998999999999', 'm v=4 1760000010100000001'];
    for (const point of parsePoints(context.interner, [...inside, ...outside].join('\n'))) stage.add(point);
    expect(push(START_MS + 10_000)).toEqual(inside);
    expect(context.dropped).toEqual(new Map([['outside_window', 2]]));
  });

  it('drops the original of what it took, and of what the aggregator had no use for, which is counted', () => {
    const { context, dropsOriginal } = setUp({ drop_original: true, namedrop: ['other'] });
    expect(dropsOriginal('m v=1 1760000001000000000')).toBe(true);
    expect(dropsOriginal('empty v=1 1760000001000000000')).toBe(true);
    expect(dropsOriginal('other v=1 1760000001000000000')).toBe(false);
    expect(context.dropped).toEqual(new Map([['not_aggregated', 1]]));
  });

  it('never drops the original of what was meant for a window and is not in it', () => {
    const { context, dropsOriginal } = setUp({ drop_original: true });
    expect(dropsOriginal('m v=1 1759999990000000000')).toBe(false);
    expect(dropsOriginal('refused v=1 1760000001000000000')).toBe(false);
    expect(dropsOriginal('skip v=1 1760000001000000000')).toBe(false);
    expect(context.dropped).toEqual(new Map([['outside_window', 1]]));
  });

  it('counts nothing that goes on anyway', () => {
    const { context, dropsOriginal } = setUp();
    expect(dropsOriginal('empty v=1 1760000001000000000')).toBe(false);
    expect(context.dropped.size).toBe(0);
  });

  it("aggregates a copy without the fields that its filter takes out; one without any field left is none of the aggregator's", () => {
    const { context, stage, push, dropsOriginal } = setUp({ drop_original: true, fieldexclude: ['b'], tagexclude: ['t'] });
    stage.add(parsePoint(context.interner, 'm,t=1 a=1,b=2 1760000001000000000'));
    expect(dropsOriginal('m b=2 1760000001000000000')).toBe(true);
    expect(push(START_MS + 10_000)).toEqual(['m a=1 1760000001000000000']);
    expect(context.dropped).toEqual(new Map([['not_aggregated', 1]]));
  });

  it("rounds times to the agent's precision, except those that the aggregator keeps", () => {
    const line = 'm v=1 1760000001500000001';
    const rounding = setUp();
    rounding.dropsOriginal(line);
    expect(rounding.push(START_MS + 10_000)).toEqual(['m v=1 1760000002000000000']);
    const keeping = setUp({}, { keepsTimes: true });
    keeping.dropsOriginal(line);
    expect(keeping.push(START_MS + 10_000)).toEqual([line]);
    const early = setUp();
    early.dropsOriginal(line);
    expect(early.push(START_MS + 2000, 'early')).toEqual([line]);
  });

  it('is due at the end of its window, and when the clock was set back before its start; then it goes on from there', () => {
    const { stage, push } = setUp();
    expect([START_MS, START_MS + 9_999, START_MS + 10_000].map((nowMs) => stage.isDue(nowMs))).toEqual([false, false, true]);
    expect(stage.isDue(START_MS - 3_600_000)).toBe(true);
    push(START_MS - 3_600_000);
    expect(stage.dueMs).toBe(START_MS - 3_600_000 + 10_000);
  });
});
