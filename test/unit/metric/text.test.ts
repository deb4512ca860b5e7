import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareText, copyToKeep, decodeText, encodeText, trimCharacters } from '../../../src/metric/text.ts';

describe('decodeText and encodeText', () => {
  it('give back any bytes, valid UTF-8 or not', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        const source = Buffer.from(bytes);
        expect(encodeText(decodeText(source, 0, source.length)).equals(source)).toBe(true);
      }),
    );
  });

  it('never give two byte strings one text', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 4 }), fc.uint8Array({ maxLength: 4 }), (a, b) => {
        const [x, y] = [Buffer.from(a), Buffer.from(b)];
        expect(decodeText(x, 0, x.length) === decodeText(y, 0, y.length)).toBe(x.equals(y));
      }),
    );
  });

  it('keep a replacement character that really stood there', () => {
    expect(decodeText(Buffer.from('a\ufffdb'), 0, 5)).toBe('a\ufffdb');
  });
});

describe('compareText', () => {
  it('orders by bytes, where UTF-16 would not', () => {
    expect(['\u{1f50c}', '\uffee', 'a'].sort(compareText)).toEqual(['a', '\uffee', '\u{1f50c}']);
  });

  it('orders any two texts as their bytes, halves of characters and escaped bytes too', () => {
    const unit = fc.constantFrom('a', 'b', 'é', '\uffee', '\ud83d', '\udd0c', '\udc80', '\udcff', '\u{1f50c}');
    const text = fc.array(unit, { maxLength: 4 }).map((units) => units.join(''));
    fc.assert(
      fc.property(text, text, (a, b) => {
        expect(Math.sign(compareText(a, b))).toBe(Buffer.compare(encodeText(a), encodeText(b)));
      }),
      { numRuns: 2000 },
    );
  });
});

describe('copyToKeep', () => {
  it('takes characters off the ends, and is not slowed down by those in the middle', () => {
    expect(trimCharacters('__a_b__', '_')).toBe('a_b');
    expect(trimCharacters('\\a\\\\', '\\', 'end')).toBe('\\a');
    expect(trimCharacters('____', '_')).toBe('');
    const long = `a${'_'.repeat(1_000_000)}b`;
    expect(trimCharacters(long, '_')).toBe(long);
  });

  it('copies into memory that nothing else shares, so that keeping it keeps nothing else', () => {
    const source = Buffer.from('kvm-0');
    const copy = copyToKeep(source);
    expect(copy).toEqual(source);
    expect(copy.buffer.byteLength).toBe(5);
    source.fill(0);
    expect(copy.toString()).toBe('kvm-0');
  });
});
