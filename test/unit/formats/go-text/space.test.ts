import { expect, it } from 'vitest';
import { isBlank } from '../../../../src/formats/go-text/space.ts';

it('knows white space as Go does', () => {
  expect(['', ' ', '\t\n\v\f\r', '\u0085\u00A0', '\u1680\u2003\u2028\u2029\u202F\u205F\u3000'].filter((text) => !isBlank(text))).toEqual(
    [],
  );
  expect(['x', ' x', '\uFEFF', '\u200B', '\u180E', '\0'].filter(isBlank)).toEqual([]);
});
