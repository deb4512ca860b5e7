import { describe, expect, it } from 'vitest';
import { ConfigError } from '../../../../src/config/diagnostics.ts';
import { converter } from '../../../../src/plugins/processors/converter/plugin.ts';
import { testContext } from '../../../support/context.ts';
import { parsePoint, process, toLines } from '../../../support/points.ts';

function convert(options: object, line: string) {
  const context = testContext();
  const processor = converter.create(converter.schema.parse(options), context);
  const points = process(processor, [parsePoint(context.interner, `${line} 1760000000000000000`)]);
  const lines = toLines(context.interner, points).map((text) => text.replace(/ 1760000000000000000$/, ''));
  return { line: lines[0], logged: context.logged.map(({ message }) => message), context };
}

/** One field value converted; undefined when the conversion failed and the field is gone. */
function value(target: string, text: string): string | undefined {
  const { line } = convert({ fields: { [target]: ['f'] } }, `c f=${text},keep=1i`);
  return /f=(.*),keep=1i$/.exec(line)?.[1];
}

describe('integer', () => {
  it.each([
    ['5i', '5i'],
    ['18446744073709551615u', '9223372036854775807i'],
    ['2.5', '3i'],
    ['-2.5', '-3i'],
    ['0.49999999999999994', '0i'],
    ['-0.2', '0i'],
    ['1e300', '9223372036854775807i'],
    ['-1e300', '-9223372036854775808i'],
    ['true', '1i'],
    ['false', '0i'],
    ['"42"', '42i'],
    ['"+42"', '42i'],
    ['"-7"', '-7i'],
    ['"42.5"', '43i'],
    ['"1.5e3"', '1500i'],
    ['"0x1F"', '31i'],
    ['"1_000"', '1000i'],
    ['"9007199254740993"', '9007199254740993i'],
    ['"9223372036854775808"', '9223372036854775807i'],
    ['"-Inf"', '-9223372036854775808i'],
    ['"0X1F"', undefined],
    ['" 42"', undefined],
    ['""', undefined],
    ['"NaN"', undefined],
    ['"on"', undefined],
    ['"1__0"', undefined],
    ['"_1"', undefined],
    ['"1e999"', undefined],
  ])('of %s is %s', (text, expected) => {
    expect(value('integer', text)).toBe(expected);
  });
});

describe('unsigned', () => {
  it.each([
    ['5i', '5u'],
    ['-5i', '0u'],
    ['18446744073709551615u', '18446744073709551615u'],
    ['2.5', '3u'],
    ['-2.5', '0u'],
    ['1e300', '18446744073709551615u'],
    ['true', '1u'],
    ['"0x1F"', '31u'],
    ['"-7"', '0u'],
    ['"9223372036854775808"', '9223372036854775808u'],
    ['"99999999999999999999"', '18446744073709551615u'],
    ['"-Inf"', '0u'],
    ['"NaN"', undefined],
    ['"on"', undefined],
  ])('of %s is %s', (text, expected) => {
    expect(value('unsigned', text)).toBe(expected);
  });
});

describe('float', () => {
  it.each([
    ['5i', '5'],
    ['9007199254740993i', '9007199254740992'],
    ['2.5', '2.5'],
    ['true', '1'],
    ['"1.5e3"', '1500'],
    ['".5"', '0.5'],
    ['"5."', '5'],
    ['"0xFFFFFFFFFFFFFFFFFF"', '4722366482869645000000'],
    ['"1_000.5"', '1000.5'],
    ['"x"', undefined],
    ['"1e400"', undefined],
    ['" 1"', undefined],
  ])('of %s is %s', (text, expected) => {
    expect(value('float', text)).toBe(expected);
  });

  it('reads the base64 of four bytes', () => {
    expect(value('base64_ieee_float32', '"QlAAAA=="')).toBe('52');
    expect(value('base64_ieee_float32', '"QlAA"')).toBeUndefined();
    expect(value('base64_ieee_float32', '1i')).toBeUndefined();
  });
});

describe('boolean', () => {
  it.each([
    ['5i', 'true'],
    ['0i', 'false'],
    ['-3i', 'false'],
    ['0.2', 'true'],
    ['true', 'true'],
    ['"1"', 'true'],
    ['"T"', 'true'],
    ['"False"', 'false'],
    ['"f"', 'false'],
    ['"tRUE"', undefined],
    ['"on"', undefined],
    ['"42"', undefined],
  ])('of %s is %s', (text, expected) => {
    expect(value('boolean', text)).toBe(expected);
  });
});

describe('string', () => {
  it.each([
    ['5i', '"5"'],
    ['18446744073709551615u', '"18446744073709551615"'],
    ['2.5', '"2.5"'],
    ['1e21', '"1000000000000000000000"'],
    ['1.5e-9', '"0.0000000015"'],
    ['true', '"true"'],
    ['"a\\"b"', '"a\\"b"'],
  ])('of %s is %s', (text, expected) => {
    expect(value('string', text)).toBe(expected);
  });
});

describe('fields', () => {
  it('become tags and the name', () => {
    const options = { fields: { tag: ['state'], measurement: ['kind'] } };
    expect(convert(options, 'raw,host=a kind="power",state=3.5,v=1').line).toBe('power,host=a,state=3.5 v=1');
  });

  it('go to the first target that matches, whatever the order written', () => {
    expect(convert({ fields: { string: ['*'], integer: ['n*'], tag: ['nt'] } }, 'm n=1.6,nt=2,s=3').line).toBe('m,nt=2 n=2i,s="3"');
  });

  it('that fail are removed, with a line in the log that says which', () => {
    const { line, logged, context } = convert({ fields: { float: ['a'] } }, 'm a="x",b=1');
    expect(line).toBe('m b=1');
    expect(logged).toEqual(['Converting to float [string] failed: strconv.ParseFloat: parsing "x": invalid syntax ("a")']);
    expect(context.errors()).toBe(1);
  });

  it('that were the last of a point drop it, counted', () => {
    const { line, context } = convert({ fields: { tag: ['a'] } }, 'm a="x"');
    expect(line).toBeUndefined();
    expect([...context.dropped]).toEqual([['no_fields', 1]]);
  });

  it('that no rule matches are left in their bytes', () => {
    const context = testContext();
    const processor = converter.create(converter.schema.parse({ fields: { float: ['x'] }, tags: { measurement: ['kind'] } }), context);
    const point = parsePoint(context.interner, 'm,kind=power v=1 1760000000000000000');
    const [after] = process(processor, [point]);
    expect(after.series.measurement).toBe('power');
    expect(after.source).toBe(point.source);
  });
});

describe('tags', () => {
  it('become fields, over fields of their name, and the name', () => {
    const options = { tags: { measurement: ['kind'], float: ['*'], integer: ['v', 'w'], string: ['w'] } };
    expect(convert(options, 'raw,kind=power,v=7,w=8,x=9.5 v=1.5,y=1').line).toBe('power v=7i,w="8",x=9.5,y=1');
  });

  it('that fail are removed', () => {
    const { line, logged } = convert({ tags: { float: ['host'] } }, 'raw,host=h y=1');
    expect(line).toBe('raw y=1');
    expect(logged).toEqual(['Converting to float [string] failed: strconv.ParseFloat: parsing "h": invalid syntax ("host")']);
  });

  it('are converted before fields', () => {
    expect(convert({ tags: { float: ['t'] }, fields: { integer: ['t'] } }, 'raw,t=1.6 n=1').line).toBe('raw n=1,t=2i');
  });
});

describe('timestamps', () => {
  it.each<[format: string, text: string, nanoseconds: string]>([
    ['unix', '1700000000i', '1700000000000000000'],
    ['unix', '1700000000u', '1700000000000000000'],
    ['unix', '1700000000.5', '1700000000500000000'],
    ['unix', '"1700000000.123456789"', '1700000000123456789'],
    ['unix', '"1700000000,25"', '1700000000250000000'],
    ['unix', '-1i', '-1000000000'],
    ['unix', '"-1.5"', '-1500000000'],
    ['unix_ms', '1700000000123i', '1700000000123000000'],
    ['unix_us', '"1700000000123456"', '1700000000123456000'],
    ['unix_ns', '1700000000123456789i', '1700000000123456789'],
    ['2006-01-02T15:04:05Z07:00', '"2023-11-14T23:13:20.5+01:00"', '1700000000500000000'],
    ['RFC3339', '"2023-11-14T22:13:20Z"', '1700000000000000000'],
  ])('%s: %s', (format, text, nanoseconds) => {
    const { line, logged } = convert({ fields: { timestamp: ['ts'], timestamp_format: format } }, `p ts=${text},v=1`);
    expect(logged).toEqual([]);
    expect(line).toBe(`p v=1 ${nanoseconds}`);
  });

  it.each([
    ['unix', '"soon"', 'Converting to timestamp [string] failed: invalid number'],
    ['unix', 'true', 'Converting to timestamp [bool] failed: unsupported type'],
    ['unix', '1e300', 'out of the range'],
    ['RFC3339', '"2023-02-30T00:00:00Z"', 'is no time of the form'],
    ['RFC3339', '1i', 'unsupported type'],
  ])('that fail stay, and the time too: %s %s', (format, text, reason) => {
    const { line, logged } = convert({ fields: { timestamp: ['ts'], timestamp_format: format } }, `p ts=${text},v=1`);
    expect(line).toContain('ts=');
    expect(line).toContain(',v=1');
    expect(logged).toEqual([expect.stringContaining(reason)]);
  });

  it('of a tag set the time of every point of the series', () => {
    expect(convert({ tags: { timestamp: ['ts'] } }, 'p,ts=1700000000 v=1').line).toBe('p v=1 1700000000000000000');
    expect(convert({ tags: { timestamp: ['ts'] } }, 'p,ts=soon v=1').line).toBe('p,ts=soon v=1');
  });
});

describe('options', () => {
  it.each([
    [{}, 'no filters found'],
    [{ fields: { float: ['[z-a]'] } }, 'float: "[z-a]" is no glob'],
    [{ fields: { timestamp: ['t'], timestamp_format: 'xyz' } }, 'timestamp_format: "xyz" is neither'],
  ])('%j are refused: %s', (options, reason) => {
    expect(() => convert(options, 'm v=1')).toThrow(ConfigError);
    expect(() => convert(options, 'm v=1')).toThrow(reason);
  });
});
