import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fit, padLeft, padRight, widthOf } from '../../../../../src/plugins/outputs/console/width.ts';

describe('the width of text', () => {
  it.each([
    ['kvm-0', 5],
    ['é', 1],
    ['e\u0301', 1],
    ['主机', 4],
    ['ｗ', 2],
    ['💡', 2],
    ['≈ 24', 4],
    ['', 0],
  ])('of "%s" is %i columns', (text, width) => {
    expect(widthOf(text)).toBe(width);
  });
});

describe('text made to fit', () => {
  it.each([
    ['kvm-0', 5, 'kvm-0'],
    ['kvm-00', 5, 'kvm-…'],
    ['主机主机', 5, '主机…'],
    ['\x1b[31mred', 20, '\\x1b[31mred'],
    ['a\nb', 4, 'a\\nb'],
    ['\u202eevil', 20, '\\u202eevil'],
  ])('of %j in %i columns is "%s"', (text, columns, fitted) => {
    expect(fit(text, columns)).toBe(fitted);
  });

  it('never is wider, and never steers the terminal, whatever the name', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), fc.integer({ min: 1, max: 30 }), (text, columns) => {
        const fitted = fit(text, columns);
        expect(widthOf(fitted)).toBeLessThanOrEqual(columns);
        expect(fitted).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/);
      }),
    );
  });
});

it('padding counts columns, not characters', () => {
  expect(padRight('主', 4)).toBe('主  ');
  expect(padLeft('主', 4)).toBe('  主');
  expect(padLeft('long', 2)).toBe('long');
});
