import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runStarlark as run } from '../../../support/starlark.ts';

describe('a script that is wrong', () => {
  it.each([
    ['def f(:\n', "1:7: got ':', want ')'"],
    ['def f()\n  pass', "1:8: got newline, want ':'"],
    ['def f():\npass', '2:1: got pass, want indent'],
    ['def f():\n    return 1\n   x = 2', '3:4: unindent does not match any outer indentation level'],
    ['x = 1 +', '1:8: got end of file, want an expression'],
    ['x = [1, 2', "1:10: got end of file, want ']'"],
    ['x = )', "1:5: unexpected ')'"],
    ['x = "abc', '1:5: unexpected EOF in string'],
    ['x = "abc\n"', '1:5: unexpected newline in string'],
    ['x = "\\q"', '1:5: invalid escape sequence \\q'],
    ['x = "\\xff"', '1:5: non-ASCII hex escape \\xff (use \\u00FF for the UTF-8 encoding of U+00FF)'],
    ['x = "\\ud800"', '1:5: invalid Unicode code point \\ud800'],
    ['x = 0777', '1:5: obsolete form of octal literal; use 0o777'],
    ['x = 0x', '1:5: invalid hex literal'],
    ['x = 1e', '1:5: invalid float literal'],
    ['x = $', '1:5: unexpected input character "$"'],
    ['é = "é" ü', '1:9: got ü, want newline'],
    ['x = 1 if True', '1:7: conditional expression without else clause'],
    ['x = 1, ', '1:6: unparenthesized tuple with trailing comma'],
    ['print(1 < 2 < 3)', '1:13: < does not associate with < (use parens)'],
    ['f(1=2)', '1:4: keyword argument must have form name=expr'],
    ['class A: pass', '1:1: got class, want an expression'],
    ['import x', '1:1: got import, want an expression'],
    ['while True: pass', '1:1: there are no while loops in this Starlark: use for, and break'],
    ['if True: pass', '1:1: if statement not within a function'],
    ['for x in []: pass', '1:1: for loop not within a function'],
    ['return 1', '1:1: return statement not within a function'],
    ['break', '1:1: break not in a loop'],
    ['def f():\n    for x in []:\n        def g(): continue', '3:18: continue not in a loop'],
    ['1 = 2', "1:1: can't assign to literal"],
    ['[x, 1] += 2', "1:1: can't use list expression in augmented assignment"],
    ['def f(a, a): pass', '1:10: duplicate parameter: a'],
    ['def f(a=1, b): pass', '1:12: required parameter may not follow optional'],
    ['def f(**k, a): pass', '1:12: no parameter may follow **'],
    ['def f(*): pass', '1:7: bare * must be followed by keyword-only parameters'],
    ['print(a=1, 2)', '1:12: positional argument may not follow named'],
    ['print(*[], *[])', '1:12: multiple *args not allowed'],
    ['print(a=1, a=2)', '1:12: keyword argument "a" is repeated'],
    ['print(undefinedName)', '1:7: undefined: undefinedName'],
    ['load("a.star")', '1:5: load statement must import at least 1 symbol'],
    ['load(x, "y")', '1:6: first operand of load statement must be a string literal'],
    ['load("a.star", "_x")', '1:17: load: names with leading underscores are not exported: _x'],
    ['def f(): load("a.star", "x")', '1:10: load statement within a function'],
  ])('%j: %s', (source, problem) => {
    expect(run(source)[0]).toBe(problem);
  });

  it('has all its wrong names told at once', () => {
    expect(run('def f(x):\n    return y + z\nprint(w)')).toEqual(['2:12: undefined: y', '2:16: undefined: z', '3:7: undefined: w']);
  });

  it.each([
    ['brackets', `x = ${'('.repeat(10_000)}`],
    ['brackets that close', `x = ${'['.repeat(5000)}${']'.repeat(5000)}`],
    ['operators', `x = ${'1 + '.repeat(20_000)}1`],
    ['signs', `x = ${'-'.repeat(20_000)}1`],
    ['negations', `x = ${'not '.repeat(20_000)}1`],
    ['indexes', `x = y${'[0]'.repeat(20_000)}`],
    ['lambdas', `x = ${'lambda: '.repeat(20_000)}1`],
    ['conditions', `x = ${'1 if 1 else '.repeat(20_000)}1`],
    ['blocks', Array.from({ length: 1000 }, (_, depth) => `${' '.repeat(depth)}def f():`).join('\n')],
    ['elifs', `def f():\n    if 1: pass\n${'    elif 1: pass\n'.repeat(5000)}`],
  ])('that nests too many %s is refused, and does not fill the stack', (_, source) => {
    expect(run(source)[0]).toMatch(/excessive nesting/);
  });

  it('is never the end of the program, whatever it says', () => {
    const piece = fc.constantFrom(
      ..."def f ( ) : \n \n    \n\t if else for in x y = + - * ** . , [ ] { } 1 1.5 \"a\" ''' lambda not and or return pass load # \\ é 0x %".split(
        ' ',
      ),
      ' ',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        expect(run(pieces.join(' '), { steps: 1000 })).toBeInstanceOf(Array);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('a script that never ends, or wants all memory', () => {
  it.each([
    ['a loop', 'for i in range(1 << 40): pass'],
    ['loops in loops', 'for i in range(1000000):\n        for j in range(1000000): pass'],
    ['a comprehension', '[i for i in range(1 << 40)]'],
    ['a list of a range', 'list(range(1 << 40))'],
    ['a text that doubles', 's = "x"\n    for i in range(100): s += s'],
    ['a text that is repeated', '"x" * (1 << 40)'],
    ['a list that doubles', 's = [1]\n    for i in range(100): s += s'],
    ['a list that is repeated', '[0] * (1 << 40)'],
    ['a tuple that doubles', 's = (1,)\n    for i in range(100): s = s + s'],
    ['a number that is squared', 'n = 3\n    for i in range(100): n = n * n'],
    ['a text in many copies', 's = "a" * 10000\n    s.replace("a", s)'],
    ['a join', '("x" * 10000).join([str(i) for i in range(10000)])'],
    ['itself, written out', 'l = [1]\n    for i in range(60): l = [l, l]\n    str(l)'],
    ['looking for what is not there', 'l = list(range(100000))\n    for i in range(100000): -1 in l'],
    ['comparing', 'a = list(range(100000))\n    b = list(range(100000))\n    for i in range(100000): a == b'],
    ['sorting', 'for i in range(100000): sorted(range(1000))'],
    ['a hash of a tuple that holds itself twice', 't = (1,)\n    for i in range(60): t = (t, t)\n    {t: 1}'],
  ])('is stopped: %s', (_, body) => {
    const lines = run(`def f():\n    ${body}\nf()`, { steps: 200_000 });

    expect(lines.at(-1)).toMatch(/too many steps|more than|Invalid string length/);
  });

  it('can not catch that', () => {
    expect(run('def loop():\n    for i in range(1 << 40): pass\nprint(catch(loop))', { steps: 1000 }).at(-1)).toBe(
      'Error: too many steps: stopped after 1000',
    );
  });

  it('is stopped before it fills the stack', () => {
    expect(run('def f(n): return f(n + 1)\nf(0)').at(-1)).toBe('Error: stack overflow: more than 300 calls within calls');
    expect(run(`def f(n): return ${'('.repeat(50)}f(n + 1)${' + 1)'.repeat(50)}\nf(0)`).at(-1)).toMatch(/stack overflow/);
  });
});
