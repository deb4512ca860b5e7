import { describe, expect, it } from 'vitest';
import { MetricFilter } from '../../../../src/pipeline/filter.ts';
import { createProcessorStage } from '../../../../src/pipeline/processor-stage.ts';
import type { Point } from '../../../../src/metric/point.ts';
import { clone } from '../../../../src/plugins/processors/clone/plugin.ts';
import { testContext } from '../../../support/context.ts';
import { parsePoint, process, toLines } from '../../../support/points.ts';
import { processed } from '../../../support/processed.ts';

const LINE = 'net,host=a,interface=eno1 recv=1i,sent=2i 1';

describe('clone', () => {
  it('puts the changed copy before the original', () => {
    const options = { name_override: 'copy', name_prefix: 'a_', name_suffix: '_of', tags: { interface: 'x', cloned: 'yes', host: '' } };
    expect(processed(clone, options, LINE)).toEqual(['a_copy_of,cloned=yes,interface=x recv=1i,sent=2i 1', LINE]);
  });

  it('says everything twice without options', () => {
    expect(processed(clone, {}, LINE)).toEqual([LINE, LINE]);
  });

  it('copies no bytes', () => {
    const context = testContext();
    const point = parsePoint(context.interner, LINE);
    const out = process(clone.create(clone.schema.parse({ name_override: 'copy' }), context), [point]);
    expect(out.map(({ source }) => source)).toEqual([point.source, point.source]);
  });

  it('changes the original as well where its filter removes fields or tags, as in Telegraf', () => {
    const context = testContext();
    const filter = new MetricFilter({ fieldinclude: ['recv'], tagexclude: ['host'] }, context);
    const stage = createProcessorStage(context.interner, filter, clone.create(clone.schema.parse({ name_override: 'c' }), context));
    const out: Point[] = [];
    stage.run([parsePoint(context.interner, LINE)], out);
    expect(toLines(context.interner, out)).toEqual(['c,interface=eno1 recv=1i 1', 'net,interface=eno1 recv=1i 1']);
  });
});
