import { expect, it } from 'vitest';
import { goFloatText, parseGoFloat } from '../../../src/metric/go-float.ts';

// From Go's own documentation of strconv.FormatFloat(x, 'g', -1, 64), and Telegraf's golden cases.
it.each([
  [0, '0'],
  [-0, '-0'],
  [0.5, '0.5'],
  [2500, '2500'],
  [999_999, '999999'],
  [1e6, '1e+06'],
  [1_234_567.5, '1.2345675e+06'],
  [123_456.789, '123456.789'],
  [0.0001, '0.0001'],
  [0.000_01, '1e-05'],
  [-1e100, '-1e+100'],
  [Infinity, '+Inf'],
  [-Infinity, '-Inf'],
  [NaN, 'NaN'],
])('writes %d as Go does: %s', (value, text) => {
  expect(goFloatText(value)).toBe(text);
});

// What strconv.ParseFloat of Go 1.26 reads.
it.each([
  ['1_000', 1000],
  ['0x_1p4', 16],
  ['0x1p-2', 0.25],
  ['-0X1.8P1', -3],
  ['0x.8p0', 0.5],
  ['0x1_0p0', 16],
  ['0x0.0000000000001p-1022', 5e-324],
  ['0x1fffffffffffffffp0', 2.305843009213694e18],
  ['1_0.5_0', 10.5],
  ['-0x0p9999', -0],
  ['.5', 0.5],
  ['5.', 5],
  ['1e-400', 0],
  ['infinity', Infinity],
  ['-Inf', -Infinity],
  ['nan', NaN],
  ['0x1', 'invalid syntax'],
  ['0x1.8p', 'invalid syntax'],
  ['0xp1', 'invalid syntax'],
  ['-nan', 'invalid syntax'],
  ['_1', 'invalid syntax'],
  ['1_', 'invalid syntax'],
  ['1__0', 'invalid syntax'],
  ['', 'invalid syntax'],
  ['.', 'invalid syntax'],
  [' 1', 'invalid syntax'],
  ['1e', 'invalid syntax'],
  ['1e400', 'value out of range'],
  ['0x1p2000', 'value out of range'],
])('reads %j as Go does: %d', (text, expected) => {
  expect(parseGoFloat(text)).toBe(expected);
});
