import { describe, expect, it } from 'vitest';
import { ConfigError } from '../../../../src/config/diagnostics.ts';
import { scale } from '../../../../src/plugins/processors/scale/plugin.ts';
import { testContext } from '../../../support/context.ts';
import { parsePoint, process, toLines } from '../../../support/points.ts';

function setUp(...scaling: object[]) {
  const context = testContext();
  const processor = scale.create(scale.schema.parse({ scaling }), context);
  const scaled = (line: string) =>
    toLines(context.interner, process(processor, [parsePoint(context.interner, `${line} 1`)]))[0].replace(/ 1$/, '');
  return { context, processor, scaled };
}

const RANGES = { input_minimum: 0, input_maximum: 255, output_minimum: -40, output_maximum: 215 };

describe('scale', () => {
  it.each<[string, object[], string, string]>([
    ['by a factor, in plain doubles', [{ fields: ['v'], factor: 1e-6, offset: 0.5 }], 'm v=38112000i', 'm v=38.611999999999995'],
    ['by an offset', [{ fields: ['v'], offset: -273.15 }], 'm v=293.15', 'm v=20'],
    [
      'from one range to another, and beyond',
      [{ fields: ['v*'], ...RANGES }],
      'm v1=0,v2=127.5,v3=300,w=1i',
      'm v1=-40,v2=87.5,v3=260,w=1i',
    ],
    [
      'down a range',
      [{ fields: ['v'], input_minimum: 100, input_maximum: 0, output_minimum: 0, output_maximum: 1 }],
      'm v=93.5',
      'm v=0.065',
    ],
    [
      'one after the other',
      [
        { fields: ['v'], ...RANGES },
        { fields: ['v'], offset: -273.15 },
      ],
      'm v=255i',
      'm v=-58.14999999999998',
    ],
    [
      'booleans, unsigned integers and texts',
      [{ fields: ['*'], factor: 2 }],
      'm a=true,b=false,c=18446744073709551615u,d="0x1p-1",e="1_0"',
      'm a=2,b=0,c=36893488147419103000,d=1,e=20',
    ],
  ])('%s', (_, scaling, line, expected) => {
    expect(setUp(...scaling).scaled(line)).toBe(expected);
  });

  it('leaves a text that is no number, and says so', () => {
    const { context, scaled } = setUp({ fields: ['v', 'w'], factor: 2 });
    expect(scaled('m v="12 W",w=1')).toBe('m v="12 W",w=2');
    expect(context.logged).toMatchObject([
      { level: 'error', message: 'Error converting "v" to float: strconv.ParseFloat: parsing "12 W": invalid syntax' },
    ]);
    expect(context.errors()).toBe(1);
  });

  it('lets pass what no scaling matches', () => {
    const { context, processor } = setUp({ fields: ['v'], factor: 2 });
    expect(processor.bind(parsePoint(context.interner, 'm w=1 1').shape)).toBe('pass');
  });

  it('warns once of a glob that stands in several scalings', () => {
    const { context } = setUp({ fields: ['a', 'b'], factor: 2 }, { fields: ['a'], factor: 2 }, { fields: ['a', 'c'], factor: 2 });
    expect(context.logged.map(({ message }) => message)).toEqual([
      'Filter field "a" used twice in scalings: what it matches is scaled by each of them',
    ]);
  });

  it.each<[string, object[], string]>([
    ['nothing to do', [], 'no valid scaling defined'],
    [
      'both ways at once',
      [{ fields: ['a'], factor: 1, input_minimum: 1 }],
      'scaling 1: cannot use factor/offset and minimum/maximum at the same time for fields a',
    ],
    [
      'a border missing',
      [{ fields: ['a', 'b'], input_minimum: 1 }],
      'scaling 1: all minimum and maximum values need to be set for fields a,b',
    ],
    ['neither way', [{ fields: ['a'] }], 'scaling 1: no scaling defined for fields a'],
    ['an empty input', [{ fields: ['a'], ...RANGES, input_minimum: 255 }], 'scaling 1: input minimum and maximum are equal for fields a'],
    [
      'an empty output',
      [{ fields: ['a'], ...RANGES, output_minimum: 215 }],
      'scaling 1: output minimum and maximum are equal for fields a',
    ],
    ['no fields', [{ fields: ['a'], factor: 1 }, { factor: 1 }], 'scaling 2: no fields'],
    ['a glob that can not be read', [{ fields: ['a['], factor: 1 }], 'scaling.0.fields'],
  ])('refuses %s', (_, scaling, message) => {
    expect(() => setUp(...scaling)).toThrow(ConfigError);
    expect(() => setUp(...scaling)).toThrow(message);
  });
});
