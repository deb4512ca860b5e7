import { describe, expect, it } from 'vitest';
import { Point } from '../../../../src/metric/point.ts';
import { split } from '../../../../src/plugins/processors/split/plugin.ts';
import { testContext } from '../../../support/context.ts';
import { parsePoint, process } from '../../../support/points.ts';
import { processed } from '../../../support/processed.ts';

const LINE = 'm,host=a,state=on s1_a=4i,s1_b=2i,s2_a=1i 1';

describe('split', () => {
  it('puts what each template makes behind the metric, in their order', () => {
    const template = [
      { name: 'two', tags: ['*'], fields: ['s2_*'] },
      { name: 'none', tags: ['*'], fields: ['s3_*'] },
      { name: 'one', fields: ['s1_b', 's2_a'] },
    ];
    expect(processed(split, { template }, LINE)).toEqual([LINE, 'two,host=a,state=on s2_a=1i 1', 'one s1_b=2i,s2_a=1i 1']);
    expect(processed(split, { template, drop_original: true }, LINE)).toEqual(['two,host=a,state=on s2_a=1i 1', 'one s1_b=2i,s2_a=1i 1']);
  });

  it('keeps the bytes where a template takes all fields', () => {
    const context = testContext();
    const template = [{ name: 'copy', tags: ['host'], fields: ['*'] }];
    const point = parsePoint(context.interner, LINE);
    const [copy] = process(split.create(split.schema.parse({ template, drop_original: true }), context), [point]);
    expect(copy.source).toBe(point.source);
  });

  it('counts metrics that no template makes anything of, where the original is dropped', () => {
    const context = testContext();
    const options = { template: [{ name: 'x', fields: ['y'] }], drop_original: true };
    expect(processed(split, options, LINE, context)).toEqual([]);
    const marker = Point.stale(parsePoint(context.interner, LINE).shape, 2, 0);
    expect(process(split.create(split.schema.parse(options), context), [marker])).toEqual([]);
    expect(context.dropped).toEqual(new Map([['no_match', 1]]));
  });

  it.each<[object, string]>([
    [{}, 'at least one template required'],
    [{ template: [{ fields: ['*'] }] }, 'metric name cannot be empty'],
    [{ template: [{ name: 'x' }] }, 'at least one field is required for a valid metric'],
  ])('refuses what makes no metric, in the words of Telegraf: %j', (options, message) => {
    expect(split.schema.safeParse(options).error?.issues.map((issue) => issue.message)).toEqual([message]);
  });
});
