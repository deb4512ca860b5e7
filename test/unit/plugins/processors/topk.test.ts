import { describe, expect, it } from 'vitest';
import { Point } from '../../../../src/metric/point.ts';
import { topk } from '../../../../src/plugins/processors/topk/plugin.ts';
import { TopK } from '../../../../src/plugins/processors/topk/top-k.ts';
import { testContext, type TestContext } from '../../../support/context.ts';
import { memoryStore } from '../../../support/store.ts';
import { parsePoint, parsePoints, process, toLines } from '../../../support/points.ts';

const LINES = [
  'p,exe=qemu,pid=1 value=50,mem=10i 1',
  'p,exe=qemu,pid=2 value=5,mem=400i 1',
  'p,exe=bash,pid=3 value=1,mem=7i 1',
  'p,exe=java,pid=4 value=30,mem=90u 1',
  'p,exe=java,pid=5 value=28,mem=20i 1',
  'p,exe=vim,pid=6 value=2,mem=15i 1',
  'q,exe=java,pid=4 value=34 2',
];

function create(options: object, context: TestContext = testContext()) {
  return { context, processor: topk.create(topk.schema.parse(options), context) as TopK };
}

/** What goes on at the end of the run. */
function ranked(options: object, lines: readonly string[] = LINES): string[] {
  const { context, processor } = create(options);
  const out = process(processor, parsePoints(context.interner, lines.join('\n')));
  expect(out).toEqual([]);
  processor.flush(out);
  return toLines(context.interner, out);
}

/** Name and pid of each. */
function series(lines: readonly string[]): string[] {
  return lines.map((line) => line.replace(/,.*pid=(\d+).*/, '$1'));
}

describe('topk', () => {
  it.each<[string, object, string[]]>([
    ['each series by its mean', { k: 2 }, ['p1', 'q4']],
    ['groups by a tag, each name for itself', { k: 2, group_by: ['exe'], aggregation: 'sum' }, ['p4', 'p5', 'p1', 'p2']],
    ['groups by their largest', { k: 1, group_by: ['e*'], aggregation: 'max' }, ['p1', 'p2']],
    ['groups by their smallest', { k: 2, group_by: ['exe'], aggregation: 'min' }, ['q4', 'p4', 'p5']],
    ['all of a name', { k: 1, group_by: [], aggregation: 'mean' }, ['q4']],
    ['from below', { k: 2, bottomk: true }, ['p3', 'p6']],
    ['by several fields, each on its own', { k: 1, fields: ['value', 'mem'] }, ['p1', 'p2']],
    ['nothing', { k: 0 }, []],
    ['no more than there is', { k: 100, fields: ['mem'] }, ['p2', 'p4', 'p5', 'p6', 'p1', 'p3']],
  ])('ranks %s', (_name, options, expected) => {
    expect(series(ranked(options))).toEqual(expected);
  });

  it('ranks a period in parts where more is held than can be kept', () => {
    const { context, processor } = create({ k: 1 }, testContext({ maxHeldBytes: 20 }));
    const out = process(processor, parsePoints(context.interner, 'p,pid=1 value=1 1\np,pid=2 value=2 1'));
    context.endBatch();
    expect(out).toEqual([]);
    const next = process(processor, parsePoints(context.interner, 'p,pid=3 value=3 2\np,pid=4 value=4 2'));
    expect(series(toLines(context.interner, next))).toEqual(['p3']);
    expect(context.logged.map(({ message }) => message)).toEqual([
      'more than 3 metrics in a period, which is ranked in parts; choose a shorter period, or fewer metrics with namepass',
    ]);
    processor.flush(next);
    expect(series(toLines(context.interner, next))).toEqual(['p3', 'p4']);
  });

  it('ranks what a killed process held by the options of today', () => {
    const store = memoryStore();
    const killed = create({ k: 1 }, testContext({ store }));
    process(killed.processor, parsePoints(killed.context.interner, LINES.join('\n')));
    killed.context.endBatch();
    const { context, processor } = create({ k: 1, fields: ['mem'], group_by: ['exe'], aggregation: 'sum' }, testContext({ store }));
    const out: Point[] = [];
    processor.flush(out);
    expect(series(toLines(context.interner, out))).toEqual(['p1', 'p2']);
    expect(context.dropped.get('no_field')).toBe(1);
  });

  it('says the rank and the aggregate of metrics that have the field', () => {
    const options = {
      k: 2,
      fields: ['mem', 'value'],
      group_by: ['exe'],
      add_rank_fields: ['mem', 'value'],
      add_aggregate_fields: ['value'],
    };
    expect(ranked(options, ['p,exe=a value=1 1', 'p,exe=a mem=3i 1', 'p,exe=b mem=4i 1', 'p,exe=c value=0.5 1'])).toEqual([
      'p,exe=b mem=4i,mem_topk_rank=1i 1',
      'p,exe=a value=1,value_topk_aggregate=1,value_topk_rank=1i 1',
      'p,exe=a mem=3i,mem_topk_rank=2i 1',
      'p,exe=c value=0.5,value_topk_aggregate=0.5,value_topk_rank=2i 1',
    ]);
  });

  it('replaces a field that has the name of a rank', () => {
    expect(ranked({ add_rank_fields: ['value'] }, ['p value=1,value_topk_rank="x" 1'])).toEqual(['p value=1,value_topk_rank=1i 1']);
  });

  it('names the group in a tag, as Telegraf does', () => {
    expect(ranked({ k: 1, group_by: ['a*'], add_groupby_tag: 'g' }, ['p,a=1,a-b=2,c=3 value=1 1'])).toEqual([
      'p,a=1,a-b=2,c=3,g=p&a-b\\=2&a\\=1& value=1 1',
    ]);
  });

  it('keeps groups apart whose texts are the same', () => {
    const lines = ['p,a=1&b\\=2 value=1 1', 'p,a=1,b=2 value=2 1'];
    expect(ranked({ k: 1, aggregation: 'sum' }, lines)).toEqual(['p,a=1,b=2 value=2 1']);
  });

  it('takes equals by their arrival, and a group without the field for 0', () => {
    const lines = ['p,pid=1 value=-1 1', 'p,pid=2 mem=1i 1', 'p,pid=3 value=0 1', 'p,pid=4 value=0 1'];
    expect(series(ranked({ k: 2, fields: ['value', 'mem'] }, lines))).toEqual(['p2', 'p3', 'p1']);
  });

  it('is not moved by NaN', () => {
    const { context, processor } = create({ k: 1, group_by: [], aggregation: 'max', add_aggregate_fields: ['value'] });
    const { shape } = parsePoint(context.interner, 'p value=1 1');
    const out = process(
      processor,
      [Number.NaN, 2, Number.NaN].map((value) => Point.fromValues(shape, 1, 0, [value])),
    );
    processor.flush(out);
    expect(out.map((point) => point.values)).toEqual([
      [Number.NaN, 2],
      [2, 2],
      [Number.NaN, 2],
    ]);
  });

  it('lets go with the first metric after the period, which is ranked with the others', () => {
    const { context, processor } = create({ period: '10s', k: 1, group_by: [], aggregation: 'sum' });
    const send = (line: string) => toLines(context.interner, process(processor, [parsePoint(context.interner, line)]));
    expect(send('p value=1 1')).toEqual([]);
    context.clock.ms += 9_999;
    expect(send('p value=2 2')).toEqual([]);
    context.clock.ms += 1;
    expect(send('p value=3 3')).toEqual(['p value=1 1', 'p value=2 2', 'p value=3 3']);
    expect(send('p value=4 4')).toEqual([]);
    context.clock.ms += 10_000;
    expect(send('other v=4 5')).toEqual(['p value=4 4']);
    expect(context.dropped).toEqual(new Map([['no_field', 1]]));
  });

  it('does not hold metrics longer for a clock that was set back', () => {
    const { context, processor } = create({ period: '10s' });
    const send = (line: string) => toLines(context.interner, process(processor, [parsePoint(context.interner, line)]));
    context.clock.ms -= 3_600_000;
    send('p value=1 1');
    context.clock.ms += 10_000;
    expect(send('p value=2 2')).toHaveLength(2);
  });

  it('counts what it takes out, and tells once why metrics can not be ranked', () => {
    const { context, processor } = create({ period: '0s', k: 0, fields: ['value', 'mem'] });
    process(processor, parsePoints(context.interner, 'p value=1 1\np v=1 1\np v=2 1\np value="x" 1\np value="y" 2\n'));
    expect(context.dropped).toEqual(
      new Map([
        ['filtered', 3],
        ['no_field', 2],
      ]),
    );
    expect(context.logged.map(({ level, message }) => `${level}: ${message}`)).toEqual([
      'warn: metrics without any of the fields value, mem are dropped; filter with namepass what is to be ranked',
      'warn: "value" of p is no number and ranks nothing',
    ]);
  });

  it('ranks a period in parts where it has more metrics than can be held, and says so', () => {
    const context = testContext();
    const processor = new TopK(topk.schema.parse({ k: 1 }), context, 3);
    const lines = Array.from({ length: 7 }, (_, index) => `p,pid=${index} value=${index} 1`).join('\n');
    expect(series(toLines(context.interner, process(processor, parsePoints(context.interner, lines))))).toEqual(['p2', 'p5']);
    expect(context.logged.map(({ level }) => level)).toEqual(['warn']);
  });

  it('lets staleness markers go on behind the points, as markers of what was added too', () => {
    const { context, processor } = create({ k: 1, add_rank_fields: ['value'], add_groupby_tag: 'g' });
    const [high, low] = parsePoints(context.interner, 'p,pid=1 value=2 1\np,pid=2 value=1 1\n');
    const out = process(processor, [high, Point.stale(high.shape, 2, 0), low, Point.stale(low.shape, 3, 0)]);
    processor.flush(out);
    expect(out.map(({ stale, series: { tags }, shape }) => [stale, tags[1][1], shape.fields.map(({ key }) => key.name)])).toEqual([
      [false, '1', ['value', 'value_topk_rank']],
      [true, '1', ['value', 'value_topk_rank']],
      [true, '2', ['value', 'value_topk_rank']],
    ]);
    expect(context.dropped.get('filtered')).toBe(1);
  });

  it('keeps nothing of the bodies that its points came in', () => {
    const { context, processor } = create({});
    const out = process(processor, [parsePoint(context.interner, 'p value=2 1')]);
    processor.flush(out);
    expect(out[0].source).toBeNull();
  });
});
