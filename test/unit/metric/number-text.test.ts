import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { floatText, readFloat, readInteger } from '../../../src/metric/number-text.ts';

function read(text: string): number {
  return readFloat(Buffer.from(text), 0, text.length);
}

describe('readFloat', () => {
  it('agrees with Number on every text of a double', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        expect(Object.is(read(floatText(value)), value)).toBe(true);
        expect(Object.is(read(String(value)), Number(String(value)))).toBe(true);
      }),
    );
  });

  it('rounds decimals of up to 15 digits as Number does, whatever the place of the point', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 15n - 1n }), fc.nat(15), fc.boolean(), (digits, point, negative) => {
        const text = String(digits).padStart(point + 1, '0');
        const decimal = `${negative ? '-' : ''}${text.slice(0, text.length - point)}${point > 0 ? '.' : ''}${text.slice(text.length - point)}`;
        expect(Object.is(read(decimal), Number(decimal))).toBe(true);
      }),
    );
  });

  it.each(['1.', '.5', '007.50', '-0', '1e3', '1E-7', '0.1e1', '38.611999999999995', '9007199254740993'])('reads %s', (text) => {
    expect(Object.is(read(text), Number(text))).toBe(true);
  });
});

describe('readInteger', () => {
  it.each([
    ['0', 0],
    ['-0', 0],
    ['-42', -42],
    ['9007199254740991', 9007199254740991],
    ['9007199254740992', 9007199254740992n],
    ['-9223372036854775808', -9223372036854775808n],
    ['18446744073709551615', 18446744073709551615n],
    ['000000000000000000007', 7],
  ])('reads %s exactly', (text, value) => {
    expect(readInteger(Buffer.from(text), 0, text.length)).toBe(value);
  });
});

describe('floatText', () => {
  it.each([
    [1e21, '1000000000000000000000'],
    [1e-7, '0.0000001'],
    [-1.5e-9, '-0.0000000015'],
    [-0, '-0'],
    [0.1, '0.1'],
    [123456789012345680000, '123456789012345680000'],
    [5e-324, `0.${'0'.repeat(323)}5`],
  ])('writes %d without an exponent', (value, text) => {
    expect(floatText(value)).toBe(text);
  });
});
