import { describe, expect, it } from 'vitest';
import { Point } from '../../../../src/metric/point.ts';
import { OPERATIONS, type OperationName } from '../../../../src/plugins/processors/strings/operations.ts';
import { strings } from '../../../../src/plugins/processors/strings/plugin.ts';
import { testContext } from '../../../support/context.ts';
import { parsePoint, process, toLines } from '../../../support/points.ts';

function convert(options: object, line: string): string {
  const context = testContext();
  const processor = strings.create(strings.schema.parse(options), context);
  const [changed] = toLines(context.interner, process(processor, [parsePoint(context.interner, `${line} 1`)]));
  return changed.replace(/ 1$/, '');
}

/** One text taken through one operation. */
function text(operation: OperationName, options: object, value: string): string {
  const [rule] = strings.schema.parse({ [operation]: [options] })[operation];
  return OPERATIONS[operation](rule)(value);
}

// What Go 1.26 and golang.org/x/text 0.44 (strings, cases) make of them, as Telegraf 1.37 calls these.
describe('letter case', () => {
  it.each<[OperationName, string, string]>([
    ['lowercase', 'ÀÉÎ ΑΣ İ ẞ Ǆ', 'àéî ασ i ß ǆ'],
    ['uppercase', 'àéî ß ǆ ŉ ﬁ ᾳ ᾀ ΐ ı ſ ა 😀', 'ÀÉÎ ß Ǆ ŉ ﬁ ᾼ ᾈ ΐ I S Ა 😀'],
    ['titlecase', 'ßa ǆa ﬁn ŉ ᾳ ᾲ և ა iOS', 'Ssa ǅa Fin ʼN ᾼ Ὰͅ Եւ ა IOS'],
    ['titlecase', "o'neil can't a.m. a..m l·l 2nd x_y x-y a:b a,b", "O'neil Can't A.m. A..M L·l 2Nd X_y X-Y A:b A,B"],
    ['titlecase', 'aのb a\u0301b a\u200Bb aกb aאb', 'AのB A\u0301b A\u200BB AกB Aאb'],
  ])('%s of %s is %s', (operation, value, expected) => {
    expect(text(operation, {}, value)).toBe(expected);
  });

  it('leaves bytes that are no UTF-8 as they are', () => {
    expect(text('uppercase', {}, 'é\uDCFFé')).toBe('É\uDCFFÉ');
  });
});

describe('the operations', () => {
  it.each<[OperationName, object, string, string]>([
    ['trim', {}, '\u0085\u3000 a b\t', 'a b'],
    ['trim', { cutset: '😀é' }, 'é😀aé😀é', 'a'],
    ['trim_left', { cutset: 'ab' }, 'bacab', 'cab'],
    ['trim_right', { cutset: 'ab' }, 'bacab', 'bac'],
    ['trim', { cutset: 'a' }, 'aaa', ''],
    ['trim_prefix', { prefix: 'ab' }, 'ababc', 'abc'],
    ['trim_suffix', { suffix: 'bc' }, 'abcbc', 'abc'],
    ['replace', { old: 'a', new: '$&' }, 'aba', '$&b$&'],
    ['replace', { old: 'a' }, 'aa', 'aa'],
    ['replace', { old: '', new: '-' }, 'é😀', '-é-😀-'],
    ['left', { width: 3 }, 'abé', 'ab\uDCC3'],
    ['left', { width: 4 }, 'abé', 'abé'],
    ['left', {}, 'abc', ''],
    ['base64decode', {}, 'a1Z\nNLTA=', 'kVM-0'],
    ['base64decode', {}, 'a1ZNLTA', 'a1ZNLTA'],
    ['base64decode', {}, 'a1ZN=LTA', 'a1ZN=LTA'],
    ['base64decode', {}, '//8=', '//8='],
    ['valid_utf8', { replacement: '?' }, 'a\uDCFF\uDCC3b😀', 'a?b😀'],
    ['valid_utf8', {}, '\uDCFF', ''],
  ])('%s %j of %j is %j', (operation, options, value, expected) => {
    expect(text(operation, options, value)).toBe(expected);
  });

  it('are done in their own order, whatever that of the file', () => {
    const options = {
      valid_utf8: [{ field: 's', replacement: '…' }],
      left: [{ field: 's', width: 3 }],
      trim: [{ field: 's' }],
      lowercase: [{ field: 's' }],
    };
    expect(convert(options, 'm s=" ABÉ"')).toBe('m s="ab…"');
  });

  it('take the options of others, which mean nothing there, and refuse a negative width', () => {
    expect(text('lowercase', { suffix: 'x', cutset: 'y' }, 'A')).toBe('a');
    expect(() => strings.schema.parse({ left: [{ field: 'a', width: -1 }] })).toThrow('>=0');
  });
});

describe('strings', () => {
  it.each<[string, object, string, string]>([
    ['a field, into another', { field: 'a', dest: 'b' }, 'm a="X",b=1i', 'm a="X",b="x"'],
    ['every text, where dest means nothing', { field: '*', dest: 'd' }, 'm a="X",b="Y",c=1i', 'm a="x",b="y",c=1i'],
    ['no field that is no text', { field: 'a', dest: 'b' }, 'm a=1i', 'm a=1i'],
    ['a tag, into another', { tag: 't', dest: 'u' }, 'm,t=X a=1', 'm,t=X,u=x a=1'],
    ['every tag', { tag: '*', dest: 'u' }, 'm,t=X,v=Y a=1', 'm,t=x,v=y a=1'],
    ['the key of a field', { field_key: 'B' }, 'm A=1,B=2', 'm A=1,b=2'],
    ['every key of a field', { field_key: '*' }, 'm A=1,B="B",c=3', 'm a=1,b="B",c=3'],
    ['every key of a tag', { tag_key: '*' }, 'm,A=X,b=Y a=1', 'm,a=X,b=Y a=1'],
    ['the measurement of a name', { measurement: 'M' }, 'M a=1', 'm a=1'],
    ['no other measurement', { measurement: 'M' }, 'MM a=1', 'MM a=1'],
    ['every measurement', { measurement: '*' }, 'MM a=1', 'mm a=1'],
    [
      'all of it in one rule, keys after values',
      { field: 'F', field_key: 'F', tag: 'T', tag_key: 'T', measurement: 'M' },
      'M,T=X F="Y"',
      'm,t=x f="y"',
    ],
    ['nothing that is not there', { field: 'x', tag: 'x', field_key: 'x', tag_key: 'x', measurement: 'x' }, 'M,T=X F="Y"', 'M,T=X F="Y"'],
  ])('changes %s', (_, rule, line, expected) => {
    expect(convert({ lowercase: [rule] }, line)).toBe(expected);
  });

  it('keeps names that would become empty, of measurements too', () => {
    const rule = { tag_key: '*', field_key: '*', measurement: '*', prefix: 'x' };
    expect(convert({ trim_prefix: [rule] }, 'x,x=1,xy=2 x=3,xz=4')).toBe('x,x=1,y=2 x=3,z=4');
  });

  it('changes all keys at once, so that none is lost for the new name of another', () => {
    expect(convert({ trim_prefix: [{ field_key: '*', prefix: 'a' }] }, 'm aab=1,ab=2')).toBe('m ab=1,b=2');
  });

  it('removes a tag that becomes empty', () => {
    expect(convert({ trim: [{ tag: 't', cutset: '-' }] }, 'm,t=--,u=- a=1')).toBe('m,u=- a=1');
  });

  it('does not touch points that it has nothing to do with, and ends series under their new names', () => {
    const context = testContext();
    const processor = strings.create(strings.schema.parse({ lowercase: [{ field: 'S' }, { field_key: 'S' }] }), context);
    expect(processor.bind(parsePoint(context.interner, 'm a=1 1').shape)).toBe('pass');
    const { shape } = parsePoint(context.interner, 'm S="A" 1');
    const [stale] = process(processor, [Point.stale(shape, 5, 6)]);
    expect([stale.stale, stale.ms, stale.shape.fields[0].key.name]).toEqual([true, 5, 's']);
  });
});
