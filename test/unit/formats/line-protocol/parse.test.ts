import { describe, expect, it } from 'vitest';
import { lineErrorText, LineParser, type Dialect, type ParseOptions, type Precision } from '../../../../src/formats/line-protocol/parse.ts';
import { LineWriter } from '../../../../src/formats/line-protocol/write.ts';
import { Interner } from '../../../../src/metric/interner.ts';
import { toNanoseconds } from '../../../../src/metric/time.ts';

const now = { ms: 1_795_362_160_123, ns: 456_789 };

function parse(text: string | Buffer, options: Partial<ParseOptions> & { dialect?: Dialect } = {}): { lines: string[]; errors: string[] } {
  const interner = new Interner();
  const { points, errors } = new LineParser(interner, { dialect: options.dialect ?? 'internal' }).parse(Buffer.from(text), {
    precision: 'ns',
    now,
    ...options,
  });
  const writer = new LineWriter(interner, { uintSupport: true });
  for (const point of points) writer.append(point);
  return { lines: writer.take().toString('latin1').split('\n').slice(0, -1), errors: errors.map(lineErrorText) };
}

function timeOf(text: string, precision: Precision): bigint | undefined {
  const [point] = new LineParser(new Interner()).parse(Buffer.from(text), { precision, now }).points;
  return point === undefined ? undefined : toNanoseconds(point.ms, point.ns);
}

describe('errors, in the words and places of Telegraf', () => {
  it.each([
    ['cpu,cpu=cpu2 usage_idle= 1760', 'expected field at 1:25'],
    ['m,host=,a=b v=1 1', 'expected tag at 1:8'],
    ['cpu,cpu v=1 1', 'expected tag at 1:8'],
    ['cpu,cpu=cpu3, usage_idle=5', 'expected tag at 1:14'],
    [',a=b v=1 1', 'expected measurement name at 1:1'],
    ['cpu v=007i 1', 'expected field at 1:10'],
    ['m,t=a v=NaN 1', 'expected field at 1:9'],
    ['cpu value=invalid', 'expected field at 1:11'],
    ['m v=1e400 1', 'value out of range at 1:10'],
    ['cpu value=9223372036854775808i', 'value out of range at 1:31'],
    ['cpu value=18446744073709551616u', 'value out of range at 1:32'],
    ['m v=-1u 1', 'expected field at 1:7'],
    ['m v=+1 1', 'expected field at 1:5'],
    ['m v=tRue 1', 'expected field at 1:6'],
    ['cpu v=1 1760000000.5', 'expected timestamp at 1:19'],
    ['cpu v=1 1760000000000000000 x', 'parse error at 1:29'],
    ['cpu v=1 "1"', 'expected timestamp at 1:9'],
    ['cpu v=1 v=2', 'expected timestamp at 1:9'],
    ['cpu v=1 99999999999999999999', 'expected timestamp at 1:28'],
    ['cpu v=1 9223372036854775808', 'value out of range at 1:28'],
    ['m v=1 1760000000000000000\rm v=2 1', 'parse error at 1:27'],
    ['cpu', 'expected field at 1:4'],
    ['cpu\\\tv=1 1', 'expected measurement name at 1:5'],
    ['cpu,t=a\\\tv=1 1', 'expected tag at 1:8'],
    ['cpu v="abc 1\n', 'expected field at 2:1'],
  ])('%j', (line, expected) => {
    const { lines, errors } = parse(line);
    expect(errors).toHaveLength(1);
    expect(errors[0]).toContain(`metric parse error: ${expected}: `);
    expect(lines).toEqual([]);
  });

  it('quote no more of a long line than the part before the error', () => {
    const { errors } = parse(`m v=,${'f=1,'.repeat(500)}g=1 1`);
    expect(errors).toEqual(['metric parse error: expected field at 1:5: "m v=<-- here"']);
    const late = parse(`m ${'f=1,'.repeat(500)}g= 1`);
    expect(late.errors[0]).toMatch(/^metric parse error: expected field at 1:2005: "\.\.\..{1024}<-- here"$/);
  });

  it('reject a bad line alone, also one whose quote never closes', () => {
    const { lines, errors } = parse('a v=1 1\nb v="abc 1\nc v=3 3\nd v= 4\ne v=5 5');
    expect(lines).toEqual(['a v=1 1', 'c v=3 3', 'e v=5 5']);
    expect(errors).toHaveLength(2);
  });

  it('keep the good neighbour of a line that swallowed its quote', () => {
    const { lines } = parse('a v="abc 1\nb s="x" 2\nc v=3 3');
    expect(lines).toEqual(['b s="x" 2', 'c v=3 3']);
  });

  it('are all counted, and the first hundred described', () => {
    const { errors, errorCount } = new LineParser(new Interner()).parse(Buffer.from('x\n'.repeat(250)), { precision: 'ns', now });
    expect([errors.length, errorCount]).toEqual([100, 250]);
  });
});

describe('what is accepted', () => {
  it.each([
    ['m   v=1\t1760', 'm v=1 1760'],
    ['m,t=a \t v=2  \t 1', 'm,t=a v=2 1'],
    ['\v m v=3 2', 'm v=3 2'],
    ['m v=1 1\r', 'm v=1 1'],
    ['m v=1 0001', 'm v=1 1'],
    ['m v=1 -0', 'm v=1 0'],
    ['m v=-0i 1', 'm v=-0i 1'],
    ['m b=2,a=1,b=3 1', 'm a=1,b=3 1'],
    ['m,t=a,t=b f=1,f=2 1', 'm,t=b f=2 1'],
    ['m v="C:\\dir" 1', 'm v="C:\\dir" 1'],
    ['plain=eq,tag=v f=1 3', 'plain=eq,tag=v f=1 3'],
    ['cpu\\,load,ho\\ st=kvm\\,0,a\\=b=c\\=d us\\ age=1 1', 'cpu\\,load,a\\=b=c\\=d,ho\\ st=kvm\\,0 us\\ age=1 1'],
    ['cpu\\\\ value=1 1', 'cpu\\\\ value=1 1'],
    ['m v=1.,w=.5,x=007.5,y=1e3 1', 'm v=1,w=0.5,x=7.5,y=1000 1'],
  ])('%j', (text, line) => {
    expect(parse(text)).toEqual({ lines: [line], errors: [] });
  });

  it('is no line: blanks, comments, a byte order mark before the first', () => {
    expect(parse(Buffer.from('\ufeff# comment\n\n \f\nm v=1 1\n# end')).lines).toEqual(['m v=1 1']);
  });

  it('passes bytes that are not UTF-8 on as they are', () => {
    const line = Buffer.from('6dff2c74fe3d61c3fd20f9 76'.replaceAll(' ', ''), 'hex');
    const body = Buffer.concat([Buffer.from('m'), line.subarray(1, 2), Buffer.from(',t=\xfe v=1 1', 'latin1')]);
    expect(parse(body).lines).toEqual(['m\xff,t=\xfe v=1 1']);
  });

  it('by the upstream dialect: leading zeros, unknown escapes, control escapes', () => {
    expect(parse('m a=007i,b=00u,c="C:\\dir",d="t\\tab" 1', { dialect: 'upstream' })).toEqual({
      lines: ['m a=7i,b=0u,c="C:\\\\dir",d="t\tab" 1'],
      errors: [],
    });
  });
});

describe('times', () => {
  it.each<[Precision, string, bigint]>([
    ['ns', '1', 1n],
    ['ns', '-1', -1n],
    ['ns', '-9223372036854775808', -9223372036854775808n],
    ['ns', '9223372036854775807', 9223372036854775807n],
    ['us', '-1', -1000n],
    ['us', '1760000000123456', 1760000000123456000n],
    ['ms', '-501', -501_000_000n],
    ['s', '1760000000', 1760000000000000000n],
    ['m', '2', 120_000_000_000n],
    ['h', '1', 3_600_000_000_000n],
  ])('in %s: %s', (precision, text, nanoseconds) => {
    expect(timeOf(`m v=1 ${text}`, precision)).toBe(nanoseconds);
  });

  it('beyond int64 are refused, where Telegraf would wrap to another time', () => {
    expect(parse('m v=1 1760000000000000000', { precision: 's' }).errors[0]).toContain('value out of range');
  });

  it.each<[Precision, bigint]>([
    ['ns', 1795362160123456789n],
    ['us', 1795362160123456000n],
    ['ms', 1795362160123000000n],
    ['s', 1795362160000000000n],
    ['m', 1795362120000000000n],
  ])('are now, cut to %s, for a line without one', (precision, nanoseconds) => {
    expect(timeOf('m v=1', precision)).toBe(nanoseconds);
  });
});
