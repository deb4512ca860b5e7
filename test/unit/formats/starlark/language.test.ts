import { describe, expect, it } from 'vitest';
import { runStarlark as run } from '../../../support/starlark.ts';

describe('statements', () => {
  it('run in order, with loops, conditions and assignments of every kind', () => {
    expect(
      run(`
x, (y, [z]) = 1, (2, [3])
def f(n):
    """What stands here is thrown away."""
    total = 0
    for i, (a, b) in enumerate([(1, 2), (3, 4), (5, 6), (7, 8)]):
        if i == 0: continue
        elif i == 3: break
        else:
            total += a * b
    return total if n else None
print(x, y, z, f(1), f(0)); x = 5
print(x)
`),
    ).toEqual(['1 2 3 42 None', '5']);
  });

  it.each([
    ['x, y = (1,)', 'Error: too few values to unpack (got 1, want 2)'],
    ['x, y = [1, 2, 3]', 'Error: too many values to unpack (got 3, want 2)'],
    ['x, y = 5', 'Error: got int in sequence assignment'],
    ['[x for x in 5]', 'Error: int value is not iterable'],
    ['"abc"[0] = "x"', 'Error: string value does not support item assignment'],
    ['(1, 2)[0] = 3', 'Error: tuple value does not support item assignment'],
    ['[].x = 1', "Error: can't assign to .x field of list"],
    ['load("x.star", "y")', 'Error: cannot load x.star: module x.star is not available'],
    ['load("math.star", "sin")', 'Error: load: name sin not found in module math.star'],
  ])('%s: %s', (source, message) => {
    expect(run(source).at(-1)).toBe(message);
  });

  it('use what modules have under other names', () => {
    expect(run('load("math.star", m="math")\nload("logging.star", "log")\nlog.warn("%f" % m.floor(1.5))')).toEqual(['warn: 1.000000']);
  });
});

describe('functions', () => {
  it('bind their parameters by place, by name, and what is left over', () => {
    expect(
      run(`
def f(a, b=2, *rest, c, d=4, **named): return (a, b, rest, c, d, named)
print(f(1, c=3))
print(f(1, 2, 3, 4, c=5, e=6))
print(f(*[1, 2], **{"c": 7}))
def g(*, k): return k
print(g(k=1))
def h(x, default=[]):
    default.append(x)
    return default
h(1)
print(h(2), None == (lambda: None)())
`),
    ).toEqual(['(1, 2, (), 3, 4, {})', '(1, 2, (3, 4), 5, 4, {"e": 6})', '(1, 2, (), 7, 4, {})', '1', '[1, 2] True']);
  });

  it('take None for a value that is given', () => {
    expect(run('def f(a=1): return a\nprint(f(None), f(a=None), f())')).toEqual(['None None 1']);
  });

  it.each([
    ['f()', 'function f missing 2 arguments (a, k)'],
    ['f(1)', 'function f missing 1 argument (k)'],
    ['f(1, 2, 3, k=1)', 'function f accepts at most 2 positional arguments (3 given)'],
    ['f(1, a=2, k=1)', 'function f got multiple values for parameter "a"'],
    ['f(1, x=2, k=1)', 'function f got an unexpected keyword argument "x"'],
    ['g(1)', 'function g accepts no arguments (1 given)'],
    ['g(x=1)', 'function g accepts no arguments (1 given)'],
    ['f(*1)', 'argument after * must be iterable, not int'],
    ['f(**1)', 'argument after ** must be a mapping, not int'],
    ['f(**{1: 2})', 'keywords must be strings, not int'],
    ['len(x=1)', 'len: unexpected keyword arguments'],
    ['len()', 'len: got 0 arguments, want 1'],
    ['sorted([], foo=1)', 'sorted: unexpected keyword argument "foo"'],
    ['sorted([], [])', 'sorted: for parameter key: got list, want callable'],
    ['"".join(1)', 'join: for parameter 1: got int, want iterable'],
  ])('%s: %s', (call, message) => {
    expect(run(`def f(a, b=1, *, k): return a\ndef g(): return 1\nprint(catch(lambda: ${call}))`)).toEqual([message]);
  });

  it('share variables with the functions in them', () => {
    expect(
      run(`
def counter():
    n = [0]
    last = None
    def next():
        n[0] += 1
        return (n[0], last)
    last = "set later"
    return next
next = counter()
next()
print(next())
def deep(x):
    return lambda y: lambda z: [x + y + z + w for w in (x, y)]
print(deep(1)(2)(3))
print([f() for f in [lambda: i for i in range(3)]])
print([f() for f in [lambda i=i: i for i in range(3)]])
def fact(n): return 1 if n < 2 else n * fact(n - 1)
print(fact(25))
`),
    ).toEqual(['(2, "set later")', '[7, 8]', '[2, 2, 2]', '[0, 1, 2]', '15511210043330985984000000']);
  });

  it('know only what has been assigned', () => {
    expect(run('def f():\n    y = x\n    x = 1\nf()').at(-1)).toBe('Error: local variable x referenced before assignment');
    expect(run('def f(): return later\nf()\nlater = 1').at(-1)).toBe('Error: global variable later referenced before assignment');
    expect(run('x = len\nlen = 5\nprint(x([1]), len)')).toEqual(['1 5']);
  });
});

describe('a traceback', () => {
  it('leads from outside to the place of the error', () => {
    expect(run('def g(x):\n    return x["usage"] > 85\ndef f():\n    y = [g(e) for e in [{}]]\n\nf()')).toEqual([
      'Traceback (most recent call last):',
      '  f:6:2: in <toplevel>',
      '  f:4:11: in f',
      '  f:2:13: in g',
      'Error: key "usage" not in dict',
    ]);
  });

  it('names the built-in function that failed, and those on the way', () => {
    expect(run('def f(x):\n    fail("no", x, [1], sep="-")\nsorted([3], key=f)')).toEqual([
      'Traceback (most recent call last):',
      '  f:3:7: in <toplevel>',
      '  <builtin>: in sorted',
      '  f:2:9: in f',
      'Error in fail: fail: no-3-[1]',
    ]);
  });

  it('of many calls shows both ends', () => {
    const lines = run('def f(n): return f(n - 1) if n else 1 // 0\nf(100)');

    expect(lines).toHaveLength(23);
    expect(lines[11]).toBe('  … 82 more');
    expect(lines.at(-1)).toBe('Error: floored division by zero');
  });
});
