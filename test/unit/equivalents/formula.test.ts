import { describe, expect, it } from 'vitest';
import { formulaResult, formulaText } from '../../../src/equivalents/formula.ts';

describe('a formula', () => {
  it.each([
    ['252 [Wh] / 35 [km]', 7.2],
    ['2 + 3 * 4', 14],
    ['(2 + 3) * 4', 20],
    ['100 / 10 / 2 - 1', 4],
    ['1.5e3 [W]', 1500],
    [' 0.2 * 100 [W] ', 20],
  ])('%s is calculated', (formula, result) => {
    expect(formulaResult(formula)).toBeCloseTo(result, 12);
  });

  it.each(['', '[Wh]', '2 3', '2 +', '* 2', '(2', '2)', '1 / 0', 'two', '2 ** 3', 'process.exit()', '1'.repeat(300)])(
    '%j is none',
    (formula) => {
      expect(formulaResult(formula)).toBeUndefined();
    },
  );

  it('is printed with its units and a times sign', () => {
    expect(formulaText('2.6 [Ah] * 3.8 [V]')).toBe('2.6 Ah × 3.8 V');
  });
});
