import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evaluateStarlark as evaluate, runStarlark as run } from '../../../support/starlark.ts';

describe('numbers', () => {
  it.each([
    ['7 // 2', '3'],
    ['-7 // 2', '-4'],
    ['-7 % 2', '1'],
    ['7 % -2', '-1'],
    ['7.5 // 2', '3.0'],
    ['-7.5 % 2', '0.5'],
    ['6 / 3', '2.0'],
    ['2 * 3.5', '7.0'],
    ['0 * -1', '0'],
    ['9007199254740993 + 1', '9007199254740994'],
    ['9007199254740991 * 9007199254740991', '81129638414606663681390495662081'],
    ['1 << 70 >> 69', '2'],
    ['~5 & 0xff | 0x100 ^ 1', '507'],
    ['-1 & 0xffffffffffff', '281474976710655'],
    ['1 << 600', 'shift count too large: 600'],
    ['1 << -1', 'negative shift count: -1'],
    ['1 / 0', 'floating-point division by zero'],
    ['1 // 0', 'floored division by zero'],
    ['1 % 0', 'integer modulo by zero'],
    ['1.0 % 0', 'floating-point modulo by zero'],
    ['[1e15, 1e6, 123456789.0, 0.1, 1e-5, -0.0, 5.0]', '[1e+15, 1e+06, 1.23456789e+08, 0.1, 1e-05, -0.0, 5.0]'],
    ['[float("inf"), float("-Infinity"), float("nan")]', '[+inf, -inf, nan]'],
    ['1 == 1.0 and 2 > 1.5 and 9007199254740993 > 9007199254740992.0', 'True'],
    ['float("nan") == float("nan") and float("nan") > float("inf")', 'True'],
    ['int("0x1f", 16) + int("0b11", 0) + int("z", 36) + int("-7")', '62'],
    ['[int(3.99), int(-3.99), int(True), int(1e20)]', '[3, -3, 1, 100000000000000000000]'],
    ['int("1.5")', 'int: invalid literal with base 10: 1.5'],
    ['int("0755", 0)', 'int: invalid literal with base 0: 0755'],
    ['int([])', 'int: cannot convert list to int'],
    ['float("1e400")', 'floating-point number too large'],
    ['float("")', 'float: empty string'],
    ['float("0x")', 'invalid float literal: 0x'],
    ['1 + "a"', 'unknown binary op: int + string'],
    ['-"a"', 'unknown unary op: - string'],
    ['1 << 1.5', 'unknown binary op: int << float'],
  ])('%s is %s', (expression, value) => {
    expect(evaluate(expression)).toBe(value);
  });

  it('divide, multiply and add as integers of any size do, rounding towards minus infinity', () => {
    const integer = fc.oneof(
      fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }),
      fc.bigInt({ min: -20n, max: 20n }),
      fc.constantFrom(2n ** 53n, -(2n ** 53n), 2n ** 53n - 1n),
    );
    fc.assert(
      fc.property(integer, integer, (x, y) => {
        fc.pre(y !== 0n);
        const cut = x / y;
        const quotient = x % y !== 0n && x < 0n !== y < 0n ? cut - 1n : cut;
        const [printed] = run(
          `print(${x} + ${y}, ${x} - ${y}, ${x} * ${y}, ${x} // ${y}, ${x} % ${y}, ${x} & ${y}, ${x} | ${y}, ${x} ^ ${y}, ${x} < ${y})`,
        );

        expect(printed).toBe([x + y, x - y, x * y, quotient, x - quotient * y, x & y, x | y, x ^ y, x < y ? 'True' : 'False'].join(' '));
      }),
      { numRuns: 300 },
    );
  });
});

describe('strings', () => {
  it.each([
    // Bytes are what is counted, as in Go.
    ['len("héllo")', '6'],
    ['"héllo"[1:3]', '"é"'],
    ['"héllo"[1]', '"\\xc3"'],
    ['"é"[0] + "é"[1] == "é"', 'True'],
    ['"".join(list("é".elems())) == "é"', 'True'],
    ['"héllo".find("l"), "héllo".rfind("l")', '(3, 4)'],
    ['list("é😀".codepoints())', '["é", "😀"]'],
    ['list("é😀".codepoint_ords())', '[233, 128512]'],
    ['list("é".elem_ords())', '[195, 169]'],
    ['"abcdef"[::-2]', '"fdb"'],
    ['"abc"[-1]', '"c"'],
    ['"abc"[5]', 'string index 5 out of range [-3:2]'],
    ['""[0]', 'index 0 out of range: empty string'],
    ['"a,b,,c".split(",")', '["a", "b", "", "c"]'],
    ['"a,b,c".split(",", 1), "a,b,c".rsplit(",", 1)', '(["a", "b,c"], ["a,b", "c"])'],
    ['" a  b c ".split(), " a  b c ".split(None, 1), " a  b c ".rsplit(None, 1)', '(["a", "b", "c"], ["a", "b c "], [" a  b", "c"])'],
    ['"a\\n\\nb\\n".splitlines(), "a\\nb".splitlines(True)', '(["a", "", "b"], ["a\\n", "b"])'],
    ['" x\\t".strip() + "xxaxx".lstrip("x") + "xxaxx".rstrip("x")', '"xaxxxxa"'],
    ['"a-b-c".partition("-"), "a-b-c".rpartition("-"), "a".partition("-")', '(("a", "-", "b-c"), ("a-b", "-", "c"), ("a", "", ""))'],
    ['"banana".replace("a", "o", 2), "ab".replace("", "-"), "ab".replace("", "-", 2)', '("bonona", "-a-b-", "-a-b")'],
    ['"banana".count("an"), "aaa".count(""), "banana".index("n"), "banana".find("x")', '(2, 4, 2, -1)'],
    ['"banana".index("x")', 'index: substring not found'],
    ['"hello wORLD".title(), "hELLO".capitalize(), "ǆ".title(), "ß".upper()', '("Hello World", "Hello", "ǅ", "ß")'],
    ['"abc".startswith("b", 1), "abc".endswith(("x", "c")), "abc".removeprefix("a"), "abc".removesuffix("bc")', '(True, True, "bc", "a")'],
    [
      '["a1".isalnum(), "a".isalpha(), "1".isdigit(), " \\t".isspace(), "".isalpha(), "aB".islower(), "AB".isupper(), "Ab Cd".istitle()]',
      '[True, True, True, True, False, False, True, True]',
    ],
    ['"-".join(["a", "b"]), ",".join([])', '("a-b", "")'],
    ['",".join([1])', 'join: in list, want string, got int'],
    ['"%s %r %d %x %X %o %c %%" % ("a", "a", 255.9, 255, 255, 8, 65)', '"a \\"a\\" 255 ff FF 10 A %"'],
    ['"%e %f %g %G" % (1.5, 2.25, 1e10, 1e-7)', '"1.500000e+00 2.250000 1e+10 1E-07"'],
    ['"%(a)s-%(b)d" % {"a": 1, "b": 2}', '"1-2"'],
    ['"%d" % "a"', '%d format requires integer: cannot convert string to int'],
    ['"%s" % (1, 2)', 'too many arguments for format string'],
    ['"%s %s" % 1', 'not enough arguments for format string'],
    ['"%5d" % 1', 'unknown conversion %5'],
    ['"%" % 1', 'incomplete format'],
    ['"{} {}".format(1, "a"), "{1}{0!r}{x}{{}}".format("a", "b", x=3)', '("1 a", "b\\"a\\"3{}")'],
    ['"{} {0}".format(1)', 'format: cannot switch from automatic field numbering to manual field specification'],
    ['"{:>5}".format(1)', 'format spec features not supported in replacement fields: >5'],
    ['"{a.b}".format(1)', 'format: attribute syntax x.y is not supported in replacement fields: a.b'],
    ['"}".format()', "format: single '}' in format"],
    ['repr("a\\n\\x01\\u200b\\"")', '"\\"a\\\\n\\\\x01\\\\u200b\\\\\\"\\""'],
    ['hash("abc"), ord("é"), chr(233)', '(96354, 233, "é")'],
    ['"a" in "abc", "" in "abc"', '(True, True)'],
    ['1 in "abc"', "'in <string>' requires string as left operand, not int"],
    ['"a" < "b" and "\\uffff" < "\\U00010000"', 'True'],
    ['"a" * 3, 0 * "a", "ab" * -1', '("aaa", "", "")'],
    [
      'b"a\\xff"[1], len(b"a\\xff"), list(b"ab".elems()), bytes("é"), str(b"\\xff"), bytes([1, 2])',
      '(b"\\xff", 2, [97, 98], b"é", "\ufffd", b"\\x01\\x02")',
    ],
    ['"abc".foo', 'string has no .foo field or method'],
  ])('%s is %s', (expression, value) => {
    expect(evaluate(expression)).toBe(value);
  });
});

describe('lists, tuples, dicts and sets', () => {
  it.each([
    ['[1, 2, 3, 4][1:-1], (1, 2, 3)[::-1], [1, 2, 3][5:], range(10)[2:8:2]', '([2, 3], (3, 2, 1), [], range(2, 8, 2))'],
    ['[1][::0]', 'zero is not a valid slice step'],
    ['[1] + [2], (1,) + (2,), [1] * 2', '([1, 2], (1, 2), [1, 1])'],
    ['[1, [2]] == [1.0, [2]], [1, 2] < [1, 3], (1,) < (1, 0), [] == ()', '(True, True, True, False)'],
    ['[] < 1', 'list < int not implemented'],
    ['{} < {}', 'dict < dict not implemented'],
    ['{"b": 1, "a": 2}.keys(), {"b": 1}.items(), {"b": 1}.values()', '(["b", "a"], [("b", 1)], [1])'],
    [
      '{"a": 1}.get("b"), {"a": 1}.get("b", 2), {"a": 1}.pop("a"), {"a": 1}.popitem(), {}.setdefault("x", [])',
      '(None, 2, 1, ("a", 1), [])',
    ],
    ['{}.pop("a")', 'pop: missing key'],
    ['{}["a"]', 'key "a" not in dict'],
    ['{[]: 1}', 'unhashable type: list'],
    ['[] in {}', 'False'],
    ['{1: "a"}[1.0], {(1, "a"): 2}[(1.0, "a")], {True: 1, 1: 2}', '("a", 2, {True: 1, 1: 2})'],
    ['{"\\0string x": 1, ("x",): 2}', '{"\\x00string x": 1, ("x",): 2}'],
    ['{"a": 1, "a": 2}', 'duplicate key: "a"'],
    ['{"a": 1} | {"b": 2, "a": 3}', '{"a": 3, "b": 2}'],
    ['{"a": [1, {}]} == {"a": [1, {}]}', 'True'],
    ['dict([("a", 1)], b=2), dict({"x": 1})', '({"a": 1, "b": 2}, {"x": 1})'],
    ['dict([(1, 2, 3)])', 'dict: dictionary update sequence element #0 has length 3, want 2'],
    [
      'set([1, 2, 1]) | set([3]), set([1, 2]) - set([1]), set([1, 2]) & set([2]), set([1]) ^ set([2])',
      '(set([1, 2, 3]), set([2]), set([2]), set([1, 2]))',
    ],
    ['set([1]) <= set([1, 2]), set([1]) < set([1]), set([1, 2]) > set([1]), set([1]) == set([1.0])', '(True, False, True, True)'],
    ['1 in set([1.0]), set([1]).union([2], [3]), set([1, 2]).issuperset([1])', '(True, set([1, 2, 3]), True)'],
    [
      'sorted([3, 1, 2], reverse=True), sorted(["b", "A", "c"], key=lambda s: s.lower()), sorted([(1, "b"), (0, "c"), (1, "a")], key=lambda t: t[0])',
      '([3, 2, 1], ["A", "b", "c"], [(0, "c"), (1, "b"), (1, "a")])',
    ],
    ['sorted([1, "a"])', 'string < int not implemented'],
    ['max(1, 5.5, 3), min([4, 2]), max(["a", "bbb", "ccc"], key=len)', '(5.5, 2, "bbb")'],
    ['max([])', 'max: argument is an empty sequence'],
    [
      'list(enumerate(["a"], 1)), list(zip([1, 2], ["a", "b", "c"])), reversed([1, 2]), any([0, 1]), all([])',
      '([(1, "a")], [(1, "a"), (2, "b")], [2, 1], True, True)',
    ],
    [
      'list(range(3)), list(range(5, 0, -2)), 3 in range(0, 10, 3), 4 in range(0, 10, 3), range(1, 10, 4) == range(1, 12, 4)',
      '([0, 1, 2], [5, 3, 1], True, False, True)',
    ],
    ['len(range(10)), len({"a": 1}), len(set())', '(10, 1, 0)'],
    ['len(1)', 'len: value of type int has no len'],
    [
      'type(1), type(None), type([]), type(len), type(lambda: 1), type("".elems())',
      '("int", "NoneType", "list", "builtin_function_or_method", "function", "string.elems")',
    ],
    ['hasattr([], "append"), getattr("A", "lower")(), getattr(1, "x", 7), dir({})[:2]', '(True, "a", 7, ["clear", "get"])'],
    ['[x * y for x in range(3) if x for y in (1, 2)], {k: v for k, v in [("a", 1)]}', '([1, 2, 2, 4], {"a": 1})'],
    ['(lambda *a, **k: (a, k))(1, x=3, *[2], **{"y": 4})', '((1, 2), {"x": 3, "y": 4})'],
    ['[][0]', 'index 0 out of range: empty list'],
    ['[1, 2].index(3)', 'index: value not in list'],
    ['[1, 2].pop(5)', 'pop: list index 5 out of range [-2:1]'],
    ['1[0]', 'unhandled index operation int[int]'],
    ['1()', 'invalid call of non-function (int)'],
  ])('%s is %s', (expression, value) => {
    expect(evaluate(expression)).toBe(value);
  });

  it('change in place, and know themselves', () => {
    expect(
      run(`
def f():
    l = [3, 1]
    l.append(2); l.insert(0, 9); l.extend((5,)); l.remove(1); l += [7]
    m = l
    m += (8,)
    d = {}
    d["a"] = 1; d["a"] += 4; d.update([("b", 2)], c=3); d |= {"d": 4}
    l2 = [1]; l2.append(l2)
    d2 = {}; d2["x"] = d2
    return l, l == m, d, l2, d2
print(f())
`),
    ).toEqual(['([9, 3, 2, 5, 7, 8], True, {"a": 5, "b": 2, "c": 3, "d": 4}, [1, [...]], {"x": {...}})']);
  });

  it('must not change while somebody walks over them', () => {
    const walk = (walked: string, change: string) => run(`def f():\n    x = ${walked}\n    for e in x:\n        ${change}\nf()`).at(-1);

    expect(walk('[1]', 'x.append(2)')).toBe('Error in append: append: cannot append to list during iteration');
    expect(walk('{"a": 1}', 'x["b"] = 2')).toBe('Error: cannot insert into hash table during iteration');
    expect(walk('{"a": 1}', 'x.pop("a")')).toBe('Error in pop: pop: cannot delete from hash table during iteration');
    expect(walk('set([1])', 'x.clear()')).toBe('Error in clear: clear: cannot clear hash table during iteration');
    expect(run('def f():\n    x = [1]\n    for e in x: break\n    [y for y in x]\n    x.append(2)\n    print(x)\nf()')).toEqual(['[1, 2]']);
  });
});
