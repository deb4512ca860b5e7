import { describe, expect, it } from 'vitest';
import { Point } from '../../../../src/metric/point.ts';
import { unpivot } from '../../../../src/plugins/processors/unpivot/plugin.ts';
import { testContext } from '../../../support/context.ts';
import { decoded, parsePoint, process, toLines } from '../../../support/points.ts';
import { processed } from '../../../support/processed.ts';

const LINE = 'power,host=a,name=old watts=1.5,joules=2i,on=true,s="a,b=\\"c",n=3u 1';

describe('unpivot', () => {
  it('makes a metric of every field, in the order in which they came', () => {
    expect(processed(unpivot, {}, LINE)).toEqual([
      'power,host=a,name=watts value=1.5 1',
      'power,host=a,name=joules value=2i 1',
      'power,host=a,name=on value=true 1',
      'power,host=a,name=s value="a,b=\\"c" 1',
      'power,host=a,name=n value=3u 1',
    ]);
  });

  it('sorts them by name where the order is not known any more', () => {
    const context = testContext();
    const processor = unpivot.create(unpivot.schema.parse({}), context);
    const out = process(processor, [decoded(parsePoint(context.interner, LINE))]);
    expect(out.map(({ series }) => series.tag('name'))).toEqual(['joules', 'n', 'on', 's', 'watts']);
  });

  it.each<[string, object, string]>([
    ['the name into the tag and the value into the field that are asked for', { tag_key: 'k', value_key: 'v' }, 'm,k=f,t=1 v=2 1'],
    ['the name into the name of the metric', { use_fieldname_as: 'metric', tag_key: 'k', value_key: 'v' }, 'f,t=1 v=2 1'],
    ['what is empty to where it goes by default', { use_fieldname_as: '', tag_key: '', value_key: '' }, 'm,name=f,t=1 value=2 1'],
  ])('puts %s', (_name, options, line) => {
    expect(processed(unpivot, options, 'm,t=1 f=2 1')).toEqual([line]);
  });

  it('makes a staleness marker of every series that it made of a metric', () => {
    const context = testContext();
    const { shape } = parsePoint(context.interner, 'm b=1,a=2 1');
    const out = process(unpivot.create(unpivot.schema.parse({}), context), [Point.stale(shape, 5, 0)]);
    expect(out.map(({ stale, series, ms }) => [stale, series.tag('name'), ms])).toEqual([
      [true, 'a', 5],
      [true, 'b', 5],
    ]);
    expect(toLines(context.interner, out)).toEqual(['', '']);
  });

  it('refuses another use of the name in the words of Telegraf', () => {
    const { error } = unpivot.schema.safeParse({ use_fieldname_as: 'x' });
    expect(error?.issues[0].message).toContain('unrecognized metric mode: "x"');
  });
});
