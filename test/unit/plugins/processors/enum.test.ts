import { describe, expect, it } from 'vitest';
import { ConfigError } from '../../../../src/config/diagnostics.ts';
import { Point } from '../../../../src/metric/point.ts';
import { toTransform } from '../../../../src/pipeline/stage.ts';
import { enumProcessor } from '../../../../src/plugins/processors/enum/plugin.ts';
import { testContext } from '../../../support/context.ts';
import { parsePoints, process, toLines } from '../../../support/points.ts';

function setUp(...mapping: object[]) {
  const context = testContext();
  const processor = enumProcessor.create(enumProcessor.schema.parse({ mapping }), context);
  const map = (...lines: string[]) => {
    const points = parsePoints(context.interner, lines.map((line) => `${line} 1\n`).join(''));
    return toLines(context.interner, process(processor, points)).map((line) => line.replace(/ 1$/, ''));
  };
  return { context, processor, map };
}

describe('enum', () => {
  it('compares fields of every kind by their text', () => {
    const texts = ['1.5', '100', '-0', 'true', 'x', '', '18446744073709551615'];
    const { map } = setUp({ fields: ['v'], value_mappings: Object.fromEntries(texts.map((text, index) => [text, index])) });
    expect(map('m v=1.50', 'm v=1e2', 'm v=100u', 'm v=-0.0', 'm v=t', 'm v="x"', 'm v=""', 'm v=18446744073709551615u', 'm v=7')).toEqual(
      [0, 1, 1, 2, 3, 4, 5, 6].map((index) => `m v=${index}i`).concat('m v=7'),
    );
  });

  it('maps to every kind, into the field itself or another', () => {
    const mapped = { a: 'text', b: 2.5, c: false, d: -4 };
    expect(
      setUp({ fields: ['v'], dest: 'w', value_mappings: mapped }).map('m v="a"', 'm v="b"', 'm v="c"', 'm v="d",w=1', 'm v="e"'),
    ).toEqual(['m v="a",w="text"', 'm v="b",w=2.5', 'm v="c",w=false', 'm v="d",w=-4i', 'm v="e"']);
  });

  it('has a default for everything that is not in the table', () => {
    const { map } = setUp({ field: 's*', default: 'other', value_mappings: { '1': 'one' } });
    expect(map('m s1=1i,s2=2i,t=1i')).toEqual(['m s1="one",s2="other",t=1i']);
  });

  it('lets all mappings look at the point as it came, and the last one with a destination win', () => {
    const { map } = setUp(
      { fields: ['a'], value_mappings: { '1': 2 } },
      { fields: ['a'], dest: 'b', value_mappings: { '1': 'of a', '2': 'never' } },
      { fields: ['c'], dest: 'b', value_mappings: { '1': 'of c' } },
    );
    expect(map('m a=1i', 'm a=1i,c=1i')).toEqual(['m a=2i,b="of a"', 'm a=2i,b="of c",c=1i']);
  });

  it('makes texts of what tags become, as Go prints them', () => {
    const value_mappings = { a: 1_000_000.5, b: 0.00001, c: true, d: '' };
    const { map } = setUp({ tags: ['t*'], tag: 'u', value_mappings });
    expect(map('m,ta=a,tb=b,tc=c,td=d,te=e,u=c v=1')).toEqual(['m,ta=1.0000005e+06,tb=1e-05,tc=true,te=e,u=true v=1']);
  });

  it('leaves out fields that are mapped to what no field can hold, and says so', () => {
    const { context, map } = setUp({ fields: ['v'], default: {}, value_mappings: { '1': [1], '2': 'two' } });
    expect(map('m v=1i,w=1i', 'm v=1i', 'm v=2i')).toEqual(['m w=1i', 'm v="two"']);
    expect(context.dropped).toEqual(new Map([['no_fields', 1]]));
    expect(context.logged.map(({ message }) => message)).toEqual([
      'mapping[0].value_mappings."1" is no text, number or boolean: a field that it maps is left out',
      'mapping[0].default is no text, number or boolean: a field that it maps is left out',
    ]);
  });

  it('ends the series that points were mapped to', () => {
    const { context, processor } = setUp({ fields: ['v'], value_mappings: { up: 1 } });
    const [point] = parsePoints(context.interner, 'm v="up" 1\n');
    const binding = toTransform(processor.bind(point.shape));
    const out: Point[] = [];
    binding(point, out);
    binding(Point.stale(point.shape, 2, 0), out);
    expect([out[1].stale, out[1].shape]).toEqual([true, out[0].shape]);
  });

  it('refuses a glob that can not be read', () => {
    expect(() => setUp({ fields: ['a['] })).toThrow(ConfigError);
  });
});
