import { describe, expect, it } from 'vitest';
import { GoRegexp } from '../../../../src/formats/go-text/regexp.ts';

function replaced(pattern: string, template: string, text: string): string | undefined {
  const expression = new GoRegexp(pattern);
  return expression.replaceAll(text, expression.replacement(template));
}

// What regexp of Go 1.26 makes of them.
describe('replacing', () => {
  it.each([
    ['a*', 'x', 'baaac', 'xbxcx'],
    ['', '-', 'é😀', '-é-😀-'],
    ['(?P<first>a)(b)?', '[${first}|$2|$0]', 'aab', '[a||a][a|b|ab]'],
    ['(a)', '$1x', 'a', ''],
    ['(a)', '${1}x', 'a', 'ax'],
    ['(a)', '$01$10$2$nope', 'a', ''],
    ['a', '$$1 $ ${ $', 'a', '$1 $ ${ $'],
    ['(?i)k', 'x', 'kKK', 'xxx'],
    ['(?m)^a$', 'x', 'a\na', 'x\nx'],
    ['^a$', 'x', 'a\na', undefined],
    ['a.b', 'x', 'a\nb', undefined],
    ['(?s:a.b).', 'x', 'a\nb\nc', undefined],
    ['(?U)a+', 'x', 'aa', 'xx'],
    ['[[:alpha:]]+|\\pN', 'x', 'ab１é', 'xxé'],
    ['\\Qa.b\\E\\z', 'x', 'a.b', 'x'],
    ['.', 'x', '😀\uDCFF', 'xx'],
  ])('%s by %s in %j gives %j', (pattern, template, text, expected) => {
    expect(replaced(pattern, template, text)).toBe(expected);
  });

  it('takes time linear in the text, whatever the pattern', () => {
    // A backtracking engine would be busy with this for ever.
    expect(replaced('^(a|a|a?)*$', 'x', `${'a'.repeat(20_000)}b`)).toBeUndefined();
  });
});

describe('groups', () => {
  it('gives those of the first match, empty where one took no part', () => {
    const expression = new GoRegexp('(?P<x>a)|(?P<y>b)');
    expect(expression.groupNames).toEqual(['x', 'y']);
    expect([expression.groups('cba'), expression.groups('c')]).toEqual([['', 'b'], undefined]);
  });
});
