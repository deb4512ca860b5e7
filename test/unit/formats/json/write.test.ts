import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jsonToLines } from '../../../../src/formats/json/to-lines.ts';
import { JsonWriter, type JsonWriterOptions } from '../../../../src/formats/json/write.ts';
import { Interner } from '../../../../src/metric/interner.ts';
import { Kind } from '../../../../src/metric/kind.ts';
import { Point } from '../../../../src/metric/point.ts';
import { parsePoints } from '../../../support/points.ts';

const SECONDS: JsonWriterOptions = { unitNs: 1_000_000_000n, layout: '', isNested: () => false };

function write(lines: string, options: Partial<JsonWriterOptions> = {}): string {
  const interner = new Interner();
  const writer = new JsonWriter(interner, { ...SECONDS, ...options });
  for (const point of parsePoints(interner, lines)) writer.append(point);
  return writer.take().toString();
}

describe('JsonWriter', () => {
  it('writes an object a line, keys in order', () => {
    expect(write('m,b=x,a=y z=1,A=2i,é=t 1760000000999999999\nn v="s" 0\n')).toBe(
      '{"fields":{"A":2,"z":1,"é":true},"name":"m","tags":{"a":"y","b":"x"},"timestamp":1760000000}\n{"fields":{"v":"s"},"name":"n","tags":{},"timestamp":0}\n',
    );
  });

  it('writes numbers as Go does', () => {
    expect(write('m a=1,b=0.1,c=1e21,d=1e-7,e=-0,f=9223372036854775807i,g=18446744073709551615u,h=1e20 0\n')).toContain(
      '{"a":1,"b":0.1,"c":1e+21,"d":1e-7,"e":-0,"f":9223372036854775807,"g":18446744073709551615,"h":100000000000000000000}',
    );
  });

  it('leaves out what JSON has no word for', () => {
    const interner = new Interner();
    const shape = interner.shape(
      interner.series('m', []),
      ['a', 'b', 'c'].map((name) => ({ name, kind: Kind.Float })),
    );
    const writer = new JsonWriter(interner, SECONDS);
    writer.append(Point.fromValues(shape, 0, 0, [NaN, 1, Infinity]));
    writer.append(Point.fromValues(shape, 0, 0, [NaN, -Infinity, NaN]));
    expect(writer.append(Point.stale(shape, 0, 0))).toBe(false);
    expect(writer.take().toString()).toBe(
      '{"fields":{"b":1},"name":"m","tags":{},"timestamp":0}\n{"fields":{},"name":"m","tags":{},"timestamp":0}\n',
    );
  });

  it.each([
    [1n, '1760000000123456789', 1_760_000_000_123_456_789n],
    [1000n, '1760000000123456789', 1_760_000_000_123_456n],
    [1_000_000n, '1760000000123456789', 1_760_000_000_123n],
    [1_000_000_000n, '-1', 0n],
    [1_000_000n, '-1999999', -1n],
  ])('writes times in units of %i ns, cut towards zero', (unitNs, time, written) => {
    expect(write(`m v=1 ${time}\n`, { unitNs })).toContain(`"timestamp":${written}}`);
  });

  it('writes times in a layout, in UTC', () => {
    expect(write('m v=1 1760000000123456789\n', { layout: '2006-01-02T15:04:05.000Z07:00' })).toContain(
      '"timestamp":"2025-10-09T08:53:20.123Z"',
    );
  });

  it('writes texts that are JSON as what they say, where it is asked for', () => {
    const text = String.raw`m a="{\"x\": [1, 2]}",b="{\"x\": 1}",c="no json" 0`;
    expect(write(text, { isNested: (field) => field !== 'b' })).toContain(String.raw`{"a":{"x":[1,2]},"b":"{\"x\": 1}","c":"no json"}`);
  });

  it('escapes what a page would take for its own, and takes bytes that are no text for U+FFFD', () => {
    expect(write('m,t=<b>&x v="a\nb" 0\n')).toBe(
      '{"fields":{"v":"a\\nb"},"name":"m","tags":{"t":"\\u003cb\\u003e\\u0026x"},"timestamp":0}\n',
    );
    const interner = new Interner();
    const writer = new JsonWriter(interner, SECONDS);
    const shape = interner.shape(interner.series('m', []), [{ name: 'v', kind: Kind.String }]);
    writer.append(Point.fromValues(shape, 0, 0, ['a\udcffb']));
    expect(writer.take().toString()).toContain('"a\ufffdb"');
  });

  it('is JSON, whatever is in it, on one line', () => {
    const text = fc.string({ unit: fc.constantFrom('a', '"', '\\', '\n', '\u2028', '<', 'é', '\ud83d\udd0c', '\udc80', '\0') });
    fc.assert(
      fc.property(text, text, text, (measurement, key, value) => {
        const interner = new Interner();
        const writer = new JsonWriter(interner, SECONDS);
        const shape = interner.shape(interner.series(measurement, [[`t${key}`, value]]), [{ name: key, kind: Kind.String }]);
        writer.append(Point.fromValues(shape, 0, 0, [value]));
        const line = writer.take().toString();
        expect(line.indexOf('\n')).toBe(line.length - 1);
        expect(JSON.parse(line)).toMatchObject({
          name: measurement.toWellFormed(),
          fields: { [key.toWellFormed()]: value.toWellFormed() },
        });
      }),
    );
  });
});

describe('jsonToLines', () => {
  it.each([1n, 1000n, 1_000_000n, 1_000_000_000n])('reads back what was written with a unit of %i ns', (unitNs) => {
    const written = Buffer.from(write('m,a=y z=1.5,b=t,s="x" 1760000000000000000\nn v=2i 1760000001000000000\n', { unitNs }));
    expect(jsonToLines(written).toString()).toBe('m,a=y b=true,s="x",z=1.5 1760000000000000000\nn v=2 1760000001000000000\n');
  });

  it('reads nested values and texts of times', () => {
    const written = '{"fields":{"a":{"x":1}},"name":"m","tags":{},"timestamp":"2025-10-09T08:53:20Z"}\n';
    expect(jsonToLines(Buffer.from(written)).toString()).toBe(String.raw`m a="{\"x\":1}" 1760000000000000000` + '\n');
  });

  it('throws for what is none', () => {
    expect(() => jsonToLines(Buffer.from('m v=1\n'))).toThrow('JSON');
    expect(() => jsonToLines(Buffer.from('{"name":"m"}\n'))).toThrow('fields');
  });
});
