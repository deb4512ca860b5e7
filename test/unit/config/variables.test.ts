import { describe, expect, it } from 'vitest';
import { expandVariables, isWholeVariable } from '../../../src/config/variables.ts';

const ENV = { SITE: 'pau', EMPTY: '', NUM: '3', LOOP: '${SITE}', VAR: 'foobar' };

describe('variables', () => {
  // The values are what Telegraf 1.40 made of them: telegraf-golden config/env-defaults, env-literal-strings, and its own table tests.
  it.each([
    ['$SITE', 'pau'],
    ['${SITE}', 'pau'],
    ['${SITE}/${NUM}/$SITE', 'pau/3/pau'],
    ['${NOPE:-${SITE}}', 'pau'],
    ['${NOPE:-${NOPE2:-deep}}', 'deep'],
    ['${NOPE:-http://h:8086/x y}', 'http://h:8086/x y'],
    ['$NOPE', '$NOPE'],
    ['${NOPE}', '${NOPE}'],
    ['${1}', '${1}'],
    ['$1', '$1'],
    ['${}', '${}'],
    ['${SITE', '${SITE'],
    ['$SITE_x', '$SITE_x'],
    ['$SITE-x', 'pau-x'],
    ['a$$b$$$$c', 'a$b$$c'],
    ['my-da$${VAR}', 'my-da${VAR}'],
    ['\\$SITE', '\\pau'],
    ['${EMPTY:-x}', 'x'],
    ['${EMPTY-x}', ''],
    ['${NOPE-x}', 'x'],
    ['${SITE:+set}', 'set'],
    ['${NOPE:+set}', ''],
    ['${EMPTY:+set}', ''],
    ['${EMPTY+set}', 'set'],
    ['${NOPE:-{"a":{}}}', '{"a":{}}'],
    ['costs 5 $', 'costs 5 $'],
    ['', ''],
  ])('makes %s into %s', (text, expanded) => {
    expect(expandVariables(text, ENV).text).toBe(expanded);
  });

  it('does not look again at what a variable holds', () => {
    expect(expandVariables('$LOOP', ENV).text).toBe('${SITE}');
  });

  it('takes nothing from the prototype of the environment', () => {
    expect(expandVariables('${constructor}', ENV)).toMatchObject({ text: '${constructor}', unknown: ['constructor'] });
  });

  it('names unknown variables, and not those with a default', () => {
    expect(expandVariables('$A ${B} ${C:-x} ${1} $SITE', ENV).unknown).toEqual(['A', 'B']);
  });

  it('reports a required variable that is missing, with its message', () => {
    expect(expandVariables('${NOPE:?no site given}', ENV).missing).toEqual([{ name: 'NOPE', message: 'no site given' }]);
    expect(expandVariables('${EMPTY:?}', ENV).missing).toEqual([{ name: 'EMPTY', message: '' }]);
    expect(expandVariables('${EMPTY?must be there}', ENV).missing).toEqual([]);
  });

  it.each([
    ['$N', true],
    ['${N}', true],
    ['${N:-${M:-3}}', true],
    ['${N}s', false],
    ['${N}${M}', false],
    ['${1}', false],
    ['3', false],
  ])('says of %s whether it is one variable and nothing else: %s', (text, whole) => {
    expect(isWholeVariable(text)).toBe(whole);
  });
});
