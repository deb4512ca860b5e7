import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ConfigError } from '../../../../src/config/diagnostics.ts';
import { Point } from '../../../../src/metric/point.ts';
import { compareText } from '../../../../src/metric/text.ts';
import { toTransform } from '../../../../src/pipeline/stage.ts';
import { regex } from '../../../../src/plugins/processors/regex/plugin.ts';
import { remembering } from '../../../../src/plugins/processors/regex/remember.ts';
import { testContext } from '../../../support/context.ts';
import { parsePoint, process, toLines } from '../../../support/points.ts';
import { regexOneByOne } from '../../../support/regex-model.ts';

function setUp(options: object) {
  const context = testContext();
  const processor = regex.create(regex.schema.parse(options), context);
  const change = (line: string) =>
    toLines(context.interner, process(processor, [parsePoint(context.interner, `${line} 1`)]))[0].replace(/ 1$/, '');
  return { context, processor, change };
}

const change = (options: object, line: string) => setUp(options).change(line);

describe('rules for tags', () => {
  it.each<[string, object, string, string]>([
    ['change the tag', { key: 't', pattern: '^0+(\\d)', replacement: '$1' }, 'm,t=007 v=1', 'm,t=7 v=1'],
    ['make another', { key: 't', pattern: 'a', replacement: 'b', result_key: 'u' }, 'm,t=aa v=1', 'm,t=aa,u=bb v=1'],
    [
      'put the result behind what is there',
      { key: 't', pattern: 'a', replacement: 'b', result_key: 'u', append: true },
      'm,t=a,u=x v=1',
      'm,t=a,u=xb v=1',
    ],
    ['leave alone what does not match', { key: 't', pattern: 'z', replacement: 'b', result_key: 'u' }, 'm,t=a v=1', 'm,t=a v=1'],
    ['remove a tag that becomes empty', { key: 't', pattern: '.*', result_key: 't' }, 'm,t=a,u=b v=1', 'm,u=b v=1'],
    ['make tags of named groups', { key: '*', pattern: '(?P<x>a)(?P<y>b)?', append: true }, 'm,t=a,u=ab v=1', 'm,t=a,u=ab,x=aa,y=b v=1'],
  ])('%s', (_, rule, line, expected) => {
    expect(change({ tags: [rule] }, line)).toBe(expected);
  });
});

describe('rules for fields', () => {
  it.each<[string, object[], string, string]>([
    ['change texts only', [{ key: '*', pattern: '1', replacement: 'x' }], 'm,t=1 a="1",b=1i,c=1', 'm,t=1 a="x",b=1i,c=1'],
    ['replace a number by their result', [{ key: 'a', pattern: '.*', replacement: 'x', result_key: 'b' }], 'm a="1",b=1i', 'm a="1",b="x"'],
    [
      'see what earlier ones made',
      [
        { key: 'a', pattern: 'a', replacement: 'b', result_key: 'n' },
        { key: 'n', pattern: 'b', replacement: 'c' },
      ],
      'm a="a"',
      'm a="a",n="c"',
    ],
    [
      'make fields of named groups, behind the tag of that name',
      [{ key: 'a', pattern: '(?P<x>a)(?P<y>b)?', append: true }],
      'm,x=t a="a"',
      'm,x=t a="a",x="ta"',
    ],
    [
      'ignore append else',
      [{ key: 'a', pattern: 'a', replacement: 'b', result_key: 'x', append: true }],
      'm,x=t a="a",x="y"',
      'm,x=t a="a",x="b"',
    ],
  ])('%s', (_, rules, line, expected) => {
    expect(change({ fields: rules }, line)).toBe(expected);
  });

  it('say when matches are taken out because not all groups have names', () => {
    const { context, change: changed } = setUp({ fields: [{ key: 'a', pattern: '^(\\d+)-(?P<rest>.*)$' }] });
    expect(changed('m a="12-x"')).toBe('m a=""');
    expect(context.logged).toMatchObject([
      { level: 'warn', message: expect.stringContaining('fields[0]: neither result_key nor replacement') },
    ]);
  });

  it('leave the bytes alone where no text matches', () => {
    const { context, processor } = setUp({
      fields: [{ key: 'a', pattern: 'z', replacement: 'y' }],
      metric_rename: [{ pattern: 'm', replacement: 'n' }],
    });
    const point = parsePoint(context.interner, 'm a="a" 1');
    const [changed] = process(processor, [point]);
    expect(changed.source).toBe(point.source);
    expect(processor.bind(parsePoint(context.interner, 'x b=1 1').shape)).toBe('pass');
  });
});

describe('rules for names', () => {
  const rule = { pattern: '^x_', replacement: '' };
  it.each<[string, object, string, string]>([
    ['a free name', { field_rename: [rule], tag_rename: [rule] }, 'm,x_t=1 x_a=1', 'm,t=1 a=1'],
    ['a name that is taken: both stay', { field_rename: [rule], tag_rename: [rule] }, 'm,t=0,x_t=1 a=0,x_a=1', 'm,t=0,x_t=1 a=0,x_a=1'],
    [
      'a name that is taken, overwritten',
      { field_rename: [{ ...rule, result_key: 'overwrite' }], tag_rename: [{ ...rule, result_key: 'overwrite' }] },
      'm,t=0,x_t=1 a=0,x_a=1',
      'm,t=1 a=1',
    ],
    ['the measurement', { metric_rename: [{ ...rule, result_key: 'anything' }] }, 'x_m a=1', 'm a=1'],
    [
      'one that would become empty: it stays',
      { field_rename: [{ pattern: '.*' }], tag_rename: [{ pattern: '.*' }], metric_rename: [{ pattern: '.*' }] },
      'm,t=1 a=1',
      'm,t=1 a=1',
    ],
    ['itself: it stays', { field_rename: [{ pattern: 'a', replacement: 'a', result_key: 'overwrite' }] }, 'm a=1', 'm a=1'],
    ['a field that was made just now', { fields: [{ key: 'a', pattern: '(?P<x_b>1)' }], field_rename: [rule] }, 'm a="1"', 'm a="1",b="1"'],
  ])('%s', (_, options, line, expected) => {
    expect(change(options, line)).toBe(expected);
  });
});

describe('regex', () => {
  it('does what the rules say one by one', () => {
    const key = fc.constantFrom('a', 'ab', 'abc', 'b', 'ba', 'c', 'n');
    const pattern = fc.constantFrom('^a', 'b$', 'a(b)?', '^(.*)$', '(?P<n>a+)(?P<c>b*)', '(?P<n>x)|(?P<c>a)', '[abc]', 'z', 'a*', '');
    const common = { pattern, replacement: fc.constantFrom('', 'x', '${1}', 'ab', '<$0>', '${n}c') };
    const values = fc.array(
      fc.record({
        key: fc.oneof(key, fc.constantFrom('*', 'a*', '*b')),
        ...common,
        result_key: fc.constantFrom('', '', 'a', 'new'),
        append: fc.boolean(),
      }),
      { maxLength: 3 },
    );
    const names = fc.array(fc.record({ ...common, result_key: fc.constantFrom('keep', 'overwrite') }), { maxLength: 2 });
    const options = fc.record({ tags: values, fields: values, tag_rename: names, field_rename: names, metric_rename: names });
    const text = fc.constantFrom('a', 'ab', 'aab', 'x', 'zab', 'bb');
    const manyPoints = fc.array(
      fc.record({
        tags: fc.dictionary(key, text, { maxKeys: 3, noNullPrototype: true }),
        fields: fc.dictionary(key, fc.oneof(text, text, fc.constantFrom('', 5)), { minKeys: 1, maxKeys: 4, noNullPrototype: true }),
      }),
      { minLength: 1, maxLength: 6 },
    );
    fc.assert(
      fc.property(options, manyPoints, (rules, points) => {
        const { change: changed } = setUp(rules);
        for (const given of points) {
          const parts = ['a', sorted(given.tags), sorted(given.fields)] as const;
          expect(changed(lineOf(...parts))).toBe(lineOf(...regexOneByOne(rules, ...parts)));
        }
      }),
      { numRuns: 400 },
    );
  });

  it('ends the series that points became', () => {
    const { context, processor } = setUp({
      fields: [{ key: 'a', pattern: '(?P<x>1)' }],
      tag_rename: [{ pattern: 't', replacement: 'u' }],
    });
    const point = parsePoint(context.interner, 'm,t=1 a="1" 1');
    const binding = toTransform(processor.bind(point.shape));
    const out: Point[] = [];
    binding(point, out);
    binding(Point.stale(point.shape, 5, 6), out);
    const [, stale] = out;
    expect([stale.stale, stale.series.tags, stale.shape.fields.map(({ key }) => key.name)]).toEqual([true, [['u', '1']], ['a', 'x']]);
  });

  it.each<[string, object, string]>([
    ['without a key', { tags: [{ pattern: 'x' }] }, "'tags' key required"],
    ['with a pattern that can not be read', { metric_rename: [{ pattern: '(?=a)' }] }, 'metric_rename.0.pattern: error parsing regexp'],
    ['with a glob that can not be read', { fields: [{ key: 'a[', pattern: 'x' }] }, 'fields.0.key'],
  ])('refuses a rule %s', (_, options, message) => {
    expect(() => setUp(options)).toThrow(ConfigError);
    expect(() => setUp(options)).toThrow(message);
  });

  it('remembers a bounded number of texts, and none that is long', () => {
    let asked = 0;
    const answer = remembering((given: string) => {
      asked++;
      return given.length;
    });
    for (const given of ['a', 'a', 'x'.repeat(257), 'x'.repeat(257)]) answer(given);
    expect(asked).toBe(3);
    for (let number = 0; number < 2000; number++) answer(`${number}`);
    expect([answer('1999'), asked]).toEqual([4, 2003]);
  });
});

function lineOf(
  measurement: string,
  tags: readonly (readonly [string, string])[],
  fields: readonly (readonly [string, string | number])[],
): string {
  const keys = tags.map(([key, value]) => `,${key}=${value}`).join('');
  return `${measurement}${keys} ${fields.map(([key, value]) => `${key}=${typeof value === 'number' ? value : `"${value}"`}`).join(',')}`;
}

function sorted<Value>(map: Readonly<Record<string, Value>>): [string, Value][] {
  return Object.entries(map).sort(([a], [b]) => compareText(a, b));
}
