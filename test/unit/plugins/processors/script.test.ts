import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { ConfigError } from '../../../../src/config/diagnostics.ts';
import { Kind } from '../../../../src/metric/kind.ts';
import { Point } from '../../../../src/metric/point.ts';
import type { Processor } from '../../../../src/pipeline/plugin.ts';
import { toTransform } from '../../../../src/pipeline/stage.ts';
import { script } from '../../../../src/plugins/processors/script/plugin.ts';
import { testContext, type TestContext } from '../../../support/context.ts';
import { parsePoint, parsePoints, process, toLines } from '../../../support/points.ts';

beforeAll(() => script.prepare?.());

function make(source: string, context: TestContext, options: object = {}): Processor {
  return script.create(script.schema.parse({ source, ...options }), context);
}

/** What a script makes of some lines. */
function run(source: string, lines: string, options: object = {}): { readonly lines: readonly string[]; readonly context: TestContext } {
  const context = testContext();
  return { lines: toLines(context.interner, process(make(source, context, options), parsePoints(context.interner, lines))), context };
}

/** What a function with this body makes of a line. */
const body = (text: string, lines: string): readonly string[] => run(`export default (metric) => { ${text} }`, lines).lines;

/** What went wrong in it. */
function failure(source: string, options: object = {}, line = 'm,a=b f=1,i=2i 5'): unknown {
  const { lines, context } = run(source, line, options);
  expect([lines, Object.fromEntries(context.dropped), context.errors()]).toEqual([[], { script_error: 1 }, 1]);
  expect(context.logged.map(({ message }) => message)).toEqual(['the script failed']);
  return (context.logged[0].details as { error: string }).error;
}

function problem(options: object, baseDirectory = '.'): string {
  try {
    script.create(script.schema.parse(options), testContext({ baseDirectory }));
    return 'none';
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
}

describe('a script', () => {
  it('changes a metric, in TypeScript or JavaScript', () => {
    const source = `
type Metric = { name: string; tags: Record<string, string>; fields: Record<string, unknown>; time: bigint };
const seen = new Map<string, number>();
export default function (metric: Metric): void {
  const watts = metric.fields.watts as number;
  metric.name = 'power';
  metric.tags.room = 'b12';
  delete metric.tags.a;
  metric.fields.amperes = watts / 230;
  metric.fields.count = BigInt(seen.size);
  metric.time += 1n;
  seen.set(metric.tags.host ?? '', watts);
}`;

    expect(run(source, 'm,a=b,host=h watts=115 5\nm,host=i watts=230 6').lines).toEqual([
      'power,host=h,room=b12 amperes=0.5,count=0i,watts=115 6',
      'power,host=i,room=b12 amperes=1,count=1i,watts=230 7',
    ]);
  });

  it.each([
    ['', ['m,a=b f=1,i=2i 5'], {}],
    ['return metric;', ['m,a=b f=1,i=2i 5'], {}],
    ['return null;', [], { filtered: 1 }],
    ['return [];', [], { filtered: 1 }],
    ['return [metric, { ...metric, name: "n" }];', ['m,a=b f=1,i=2i 5', 'n,a=b f=1,i=2i 5'], {}],
    ['return { fields: { x: true, y: "s" } };', ['m x=true,y="s" 5'], {}],
    ['return { name: "n", tags: { t: "1", u: undefined, v: null }, fields: { x: 1n, y: undefined }, time: 7n };', ['n,t=1 x=1i 7'], {}],
    ['metric.fields = {};', [], { no_fields: 1 }],
  ])('may end with %s', (text, lines, dropped) => {
    const done = run(`export default (metric) => { ${text} }`, 'm,a=b f=1,i=2i 5');

    expect(done.lines).toEqual(lines);
    expect(Object.fromEntries(done.context.dropped)).toEqual(dropped);
    expect(done.context.logged).toEqual([]);
  });

  it('may log', () => {
    const { context } = run(
      'console.info("start");\nexport default (m) => { console.log(m.name, m, 1n, undefined); console.debug("d"); console.warn("w"); console.error("e"); }',
      'm,a=b f=1 5',
    );

    expect(context.logged.map(({ level, message }) => `${level} ${message}`)).toEqual([
      'info start',
      'info m {"name":"m","tags":{"a":"b"},"fields":{"f":1},"time":"5n"} 1n undefined',
      'debug d',
      'warn w',
      'error e',
    ]);
  });

  it('is read from its file', () => {
    const directory = mkdtempSync(join(tmpdir(), 'script-'));
    onTestFinished(() => rmSync(directory, { recursive: true }));
    writeFileSync(join(directory, 'a.ts'), '\uFEFFexport default (m: any) => {\n  m.fields.x.y = 1;\n}\n');
    const context = testContext({ baseDirectory: directory });
    process(make('', context, { script: 'a.ts' }), [parsePoint(context.interner, 'm v=1 1')]);

    expect(context.logged[0].details).toEqual({
      error: "TypeError: cannot set property 'y' of undefined",
      at: expect.stringMatching(/^a\.ts:2:\d+$/),
      measurement: 'm',
    });
  });
});

describe('kinds', () => {
  it.each([
    [
      'floats are numbers, ints and uints bigints',
      'metric.fields = { t: Object.values(metric.fields).map((v) => typeof v).join() };',
      'm b=t,f=1,i=2i,s="x",u=3u 5',
      'm t="boolean,number,bigint,string,bigint" 5',
    ],
    [
      'what is not touched keeps its kind',
      'metric.fields.f = 0.5;',
      'm b=f,f=1.0,i=9223372036854775807i,s="é\\"",u=18446744073709551615u 5',
      'm b=false,f=0.5,i=9223372036854775807i,s="é\\"",u=18446744073709551615u 5',
    ],
    [
      'so it does beside a new field',
      'metric.fields.n = 1n;',
      'm f=1.0,i=-9223372036854775808i,u=18446744073709551615u 5',
      'm f=1,i=-9223372036854775808i,n=1i,u=18446744073709551615u 5',
    ],
    ['an unsigned field stays so while it can', 'metric.fields.u += 1n;', 'm u=1u 5', 'm u=2u 5'],
    ['and becomes an int below zero', 'metric.fields.u -= 2n;', 'm u=1u 5', 'm u=-1i 5'],
    ['an int beyond 64 bits is unsigned', 'metric.fields.i = 2n ** 63n;', 'm i=1i 5', 'm i=9223372036854775808u 5'],
    ['a number makes a float of an int', 'metric.fields.i = 5;', 'm i=1i 5', 'm i=5 5'],
    ['a bigint an int of a float', 'metric.fields.f = 5n;', 'm f=1 5', 'm f=5i 5'],
    ['minus zero and fractions stay', 'metric.fields.g = metric.fields.f; metric.fields.h = -0;', 'm f=-0 5', 'm f=-0,g=-0,h=-0 5'],
    [
      'times keep their nanoseconds',
      'metric.fields.t = String(metric.time); metric.time -= 1n;',
      'm f=1 1760000000123456789',
      'm f=1,t="1760000000123456789" 1760000000123456788',
    ],
  ])('%s', (_, text, line, expected) => {
    expect(body(text, line)).toEqual([expected]);
  });

  it('of floats that line protocol has no word for are kept too', () => {
    const context = testContext();
    const { shape } = parsePoint(context.interner, 'm f=1,g=1,h=1 1');
    const point = Point.fromValues(shape, 1, 0, [Number.NaN, -Infinity, 1]);
    const [same] = process(make('export default (m) => { m.fields.h = m.fields.f }', context), [point]);
    const [more] = process(make('export default (m) => { m.fields.x = m.fields.g }', context), [point]);

    expect(same.values).toEqual([Number.NaN, -Infinity, Number.NaN]);
    expect(more.values).toEqual([Number.NaN, -Infinity, 1, -Infinity]);
  });

  it('and values of any metric come back as they went', () => {
    const context = testContext();
    const identity = make('export default () => {}', context);
    const copying = make(
      'export default (m) => ({ ...m, tags: { ...m.tags, __proto__: null }, fields: Object.assign(Object.create(null), m.fields) })',
      context,
    );
    const name = fc.oneof(
      fc.constantFrom('__proto__', 'constructor', 'toString', 'length', 'a,b =c', '"', '\\', '\ud800', '\udc80', '\u2028', '😀'),
      fc.string({ minLength: 1 }),
    );
    const field = fc.oneof(
      fc.record({ kind: fc.constant(Kind.Float), value: fc.double() }),
      fc.record({ kind: fc.constant(Kind.Int), value: fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n) }),
      fc.record({ kind: fc.constant(Kind.Uint), value: fc.bigInt(0n, 2n ** 64n - 1n) }),
      fc.record({ kind: fc.constant(Kind.Bool), value: fc.boolean() }),
      fc.record({ kind: fc.constant(Kind.String), value: name }),
    );
    const safe = (value: unknown): unknown => (typeof value === 'bigint' && Number.isSafeInteger(Number(value)) ? Number(value) : value);
    fc.assert(
      fc.property(
        name,
        fc.array(fc.tuple(name, name)),
        fc.dictionary(name, field, { minKeys: 1, noNullPrototype: false }),
        (measurement, tags, fields) => {
          const shape = context.interner.shape(
            context.interner.series(measurement, tags),
            Object.entries(fields).map(([key, { kind }]) => ({ name: key, kind })),
          );
          const point = Point.fromValues(
            shape,
            1,
            5,
            shape.fields.map(({ key }) => safe(fields[key.name].value) as number),
          );

          expect(process(identity, [point])[0]).toBe(point);
          const [copy] = process(copying, [point]);
          expect([copy.shape, copy.ms, copy.ns, copy.values]).toEqual([shape, 1, 5, point.values]);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('and the point itself goes on where nothing changed', () => {
    const context = testContext();
    const point = parsePoint(context.interner, 'm,a=b s="x",v=1.50 7');

    expect(process(make('export default (m) => { m.fields.v = 1.5; return m; }', context), [point])[0]).toBe(point);
  });
});

describe('the sandbox', () => {
  it('has nothing but the language and a console', () => {
    const names = [
      'process',
      'require',
      'module',
      'fetch',
      'setTimeout',
      'WebAssembly',
      'Buffer',
      'global',
      'import.meta.dirname',
      'Deno',
      'std',
      'os',
    ];
    const source = `export default (m) => { m.fields = { t: ${names.map((name) => `typeof ${name}`).join(' + ')} } }`;

    expect(run(source, 'm v=1 1').lines).toEqual([`m t="${names.map(() => 'undefined').join('')}" 1`]);
    expect(problem({ source: 'import fs from "node:fs"; export default () => {}' })).toBe(
      "the script fails: ReferenceError: could not load module 'node:fs'",
    );
    expect(failure('export default async () => { await import("node:fs"); }')).toBe('TypeError: the function must not be async');
  });

  it('can not be left by the constructors of what comes in', () => {
    const source = `export default (m) => { m.fields.t = [m, m.tags, m.fields, console, console.log].map((o) => {
      const make = (Object.getPrototypeOf(o)?.constructor ?? Object).constructor;
      return make('return typeof process + typeof require')();
    }).join() }`;

    expect(run(source, 'm v=1 1').lines).toEqual([`m t="${Array.from({ length: 5 }, () => 'undefinedundefined').join()}",v=1 1`]);
  });

  it('keeps what a script does to prototypes from the host', () => {
    const source = `
Object.prototype.polluted = 'x'; Array.prototype.map = () => ['x']; Array.prototype.toJSON = () => 'x'; String.prototype.toString = () => 'x';
export default (m) => { m.tags.__proto__ = 'p'; m.fields.constructor = 1; m.fields.__proto__ = 2n; }`;
    const expected = ['m,__proto__=p,a=b __proto__=2i,constructor=1,v=1 1'];

    expect(run(source, 'm,a=b v=1 1').lines).toEqual(expected);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    expect(body("metric.tags.__proto__ = 'p'; metric.fields.constructor = 1; metric.fields.__proto__ = 2n;", 'm,a=b v=1 1')).toEqual(
      expected,
    );
  });

  it('takes hostile names for names', () => {
    expect(
      body(
        "metric.fields.n = Object.keys(metric.tags).join() + (metric.tags.toString ?? 'none');",
        'm,__proto__=a,constructor=b,hasOwnProperty=c v=1 1',
      ),
    ).toEqual(['m,__proto__=a,constructor=b,hasOwnProperty=c n="__proto__,constructor,hasOwnPropertynone",v=1 1']);
  });

  it.each([
    ['a loop without end', 'for (;;);', /^stopped: it took more than 50 ms$/],
    ['a regular expression without end', '/^(a+)+$/.test("a".repeat(40) + "b");', /^stopped: it took more than 50 ms$/],
    ['a loop that catches', 'for (;;) { try { for (;;); } catch {} }', /^stopped: it took more than 50 ms$/],
    ['a promise without end', 'const again = () => Promise.resolve().then(again); again(); for (;;);', /^stopped/],
    ['calls without end', 'const f = () => f() + 1; f();', /^RangeError: Maximum call stack size exceeded$/],
    [
      'a list without end',
      'const l = []; for (;;) l.push(new Array(1000).fill(l.length));',
      /^stopped|^out of memory: it may have 8000000 bytes$/,
    ],
    [
      'a text without end',
      'let s = "x"; for (;;) s += s;',
      /^(?:out of memory: it may have 8000000 bytes|InternalError: .*|RangeError: .*)$/,
    ],
    ['a large buffer', 'new ArrayBuffer(1e9);', /^out of memory/],
  ])('stops %s, and goes on with the next metric', (_, text, message) => {
    const options = { timeout: message.source.startsWith('^stopped') ? '50ms' : '30s', memory_limit: 8_000_000 };
    const source = `export default (metric) => { if (metric.fields.v === 1) { ${text} } }`;

    expect(failure(source, options, 'm v=1 1')).toMatch(message);
    expect(run(source, 'm v=1 1\nm v=2 2', options).lines).toEqual(['m v=2 2']);
  });

  it('gives its memory back', () => {
    const context = testContext();
    for (let round = 0; round < 200; round++) {
      expect(problem({ source: 'const keep = new Uint8Array(8e6); throw new Error("no");\nexport default () => keep;' })).toMatch(
        /^the script fails: Error: no/,
      );
    }
    expect(process(make('export default () => {}', context), [parsePoint(context.interner, 'm v=1 1')])).toHaveLength(1);
  });

  it('remembers thousands of shapes, and asks again for those that it forgot', () => {
    const context = testContext();
    const processor = make('let n = 0n;\nexport default (m) => { m.fields.n = n++; }', context);
    const points = parsePoints(context.interner, Array.from({ length: 5000 }, (_, index) => `m,t=${index} v=${index} 1`).join('\n'));
    const bindings = points.map((point) => processor.bind(point.shape));
    const out: Point[] = [];
    for (const index of [...points.keys(), ...points.keys()]) toTransform(bindings[index])(points[index], out);

    expect(toLines(context.interner, [out[4999], out[5000], out[9999]])).toEqual([
      'm,t=4999 n=4999i,v=4999 1',
      'm,t=0 n=5000i,v=0 1',
      'm,t=4999 n=9999i,v=4999 1',
    ]);
  });
});

describe('a script that fails', () => {
  it.each([
    ['throw new Error("no");', 'Error: no'],
    ['throw "text";', 'threw text'],
    ['throw null;', 'threw null'],
    ['metric.fields.i + 1;', 'TypeError: cannot convert BigInt to number'],
    ['return 1;', 'TypeError: the function must return nothing, null, a metric or a list of metrics, not number'],
    ['return [1];', 'TypeError: the function must return nothing, null, a metric or a list of metrics, not number'],
    ['return {};', 'TypeError: fields must be an object, not undefined'],
    ['metric.tags = 1;', 'TypeError: tags must be an object, not number'],
    ['metric.tags.x = 1;', 'TypeError: tag "x" must be a string, not number'],
    ['metric.fields.x = [];', 'TypeError: field "x" must be a number, a bigint, a string or a boolean, not a list'],
    ['metric.fields.x = 2n ** 64n;', 'TypeError: field "x" is an integer of more than 64 bits'],
    ['metric.name = 1;', 'TypeError: name must be a string, not number'],
    ['metric.time = 1;', 'TypeError: time must be a bigint, of nanoseconds since 1970, not number'],
    ['metric.time = 2n ** 63n;', 'TypeError: time must fit 64 bits'],
    ['return Promise.resolve(metric);', 'TypeError: the function must not be async'],
  ])('%s: %s', (text, message) => {
    expect(failure(`export default (metric) => { ${text} }`)).toBe(message);
  });

  it('lets the metric pass where that is wanted', () => {
    const { lines, context } = run('export default () => { throw new Error("no"); }', 'm v=1 1', { on_error: 'pass' });

    expect(lines).toEqual(['m v=1 1']);
    expect([context.errors(), context.dropped.size]).toEqual([1, 0]);
  });

  it('has nothing to do with staleness markers', () => {
    const context = testContext();
    const marker = Point.stale(parsePoint(context.interner, 'm v=1 1').shape, 5, 0);

    expect(process(make('export default () => { throw new Error("no"); }', context), [marker])).toEqual([marker]);
  });
});

describe('a script that can not be used', () => {
  it.each([
    [{}, 'one of source or script must be set'],
    [{ source: 'x', script: 'y' }, 'source and script are both set; leave one out'],
    [{ source: 'const x = 1;' }, 'the script fails: it has no function to call: write "export default function (metric) { … }"'],
    [{ source: 'export default 1;' }, 'the script fails: it has no function to call: write "export default function (metric) { … }"'],
    [{ source: '\nthrow new Error("top");\nexport default () => {};' }, 'the script fails: Error: top (source:2:11)'],
    [{ source: 'for (;;);\nexport default () => {};', timeout: '20ms' }, 'the script fails: stopped: it took more than 20 ms (source:1:1)'],
    [
      { source: 'export default (m) => {\n  m.x = ;\n}' },
      'the script is not right:\nsource:2:9: Expression expected\n  2 |   m.x = ;\n    |         ^',
    ],
    [
      { source: 'enum A { B }' },
      'the script is not right:\nsource:1:1: TypeScript enum is not supported in strip-only mode\n  1 | enum A { B }\n    | ^^^^^^^^^^^^',
    ],
  ])('%j', (options, message) => {
    expect(problem(options)).toBe(message);
  });

  it('is not there', () => {
    expect(problem({ script: 'nothing.ts' })).toMatch(/^the script can't be read: ENOENT/);
  });
});
