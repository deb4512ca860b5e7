import { expect, it } from 'vitest';
import { goFloatText } from '../../../src/metric/go-float.ts';

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
