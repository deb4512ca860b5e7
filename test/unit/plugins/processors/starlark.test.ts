import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ConfigError } from '../../../../src/config/diagnostics.ts';
import { Point } from '../../../../src/metric/point.ts';
import { starlark } from '../../../../src/plugins/processors/starlark/plugin.ts';
import { testContext, type TestContext } from '../../../support/context.ts';
import { decoded, parsePoint, parsePoints, process, toLines } from '../../../support/points.ts';

interface Run {
  readonly lines: readonly string[];
  readonly context: TestContext;
}

/** What a script makes of some lines. */
function run(source: string, lines: string, options: object = {}): Run {
  const context = testContext();
  const processor = starlark.create(starlark.schema.parse({ source, ...options }), context);
  return { lines: toLines(context.interner, process(processor, parsePoints(context.interner, lines))), context };
}

function problem(options: object, baseDirectory?: string): string {
  try {
    starlark.create(starlark.schema.parse(options), testContext(baseDirectory === undefined ? {} : { baseDirectory }));
    return 'none';
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
}

describe('scripts as people write them', () => {
  it('give the ratio of two fields', () => {
    const source = `
def apply(metric):
    used, total = metric.fields["used"], metric.fields["total"]
    metric.fields["usage"] = 100.0 * used / total
    return metric`;

    expect(run(source, 'mem used=11i,total=42i 1').lines).toEqual(['mem total=42i,usage=26.19047619047619,used=11i 1']);
  });

  it('pivot a tag into the name of a field', () => {
    const source = `
def apply(metric):
    metric.fields[str(metric.tags["sensor"])] = metric.fields.pop("value")
    metric.tags.pop("sensor", None)
    return metric`;

    expect(run(source, 't,room=a,sensor=001A0 value=111.48 1').lines).toEqual(['t,room=a 001A0=111.48 1']);
  });

  it('rename tags and fields by a table', () => {
    const source = `
renames = {"lower": "min", "upper": "max"}
def apply(metric):
    for k, v in metric.tags.items():
        if k in renames:
            metric.tags[renames[k]] = v
            metric.tags.pop(k)
    for k, v in metric.fields.items():
        if k in renames:
            metric.fields[renames[k]] = v
            metric.fields.pop(k)
    metric.name = metric.name.removeprefix("raw_").replace(".", "_")
    return metric`;

    expect(run(source, 'raw_a.b,lower=x lower=0,upper=10i,z=t 1').lines).toEqual(['a_b,min=x max=10i,min=0,z=true 1']);
  });

  it('drop fields by their type, and metrics by their values', () => {
    const source = `
def apply(metric):
    for k, v in metric.fields.items():
        if type(v) == "string":
            metric.fields.pop(k)
    if metric.fields["value"] > 10: return metric
    return None`;
    const { lines, context } = run(source, 'a value=5,s="x" 1\na value=11,s="x" 2\n');

    expect(lines).toEqual(['a value=11 2']);
    expect(context.dropped).toEqual(new Map([['filtered', 1]]));
  });

  it('compare with the metric before', () => {
    const source = `
state = {"last": None}
def apply(metric):
    last = state["last"]
    state["last"] = deepcopy(metric)
    if last == None:
        return metric
    result = Metric("cmp", tags={"host": metric.tags["host"]})
    for k, v in metric.fields.items():
        if type(v) in ("int", "float"):
            result.fields[k + "_diff"] = v - last.fields[k]
    result.time = metric.time
    return [metric, result]`;

    expect(run(source, 'p,host=h w=40,n=1i,s="x" 1\np,host=h w=42.5,n=4i,s="y" 2\n').lines).toEqual([
      'p,host=h n=1i,s="x",w=40 1',
      'p,host=h n=4i,s="y",w=42.5 2',
      'cmp,host=h n_diff=3i,w_diff=2.5 2',
    ]);
  });

  it('count operations per second in a state by device', () => {
    const source = `
state = {}
def apply(metric):
    key = (metric.tags["name"], metric.tags.get("host"))
    last = state.get(key)
    state[key] = {"t": metric.time, "reads": metric.fields["reads"]}
    if last == None: return None
    seconds = (metric.time - last["t"]) / 1e9
    metric.fields["read_iops"] = int((metric.fields["reads"] - last["reads"]) // seconds)
    return metric`;

    expect(run(source, 'diskio,name=sda reads=100i 0\ndiskio,name=sdb reads=7i 0\ndiskio,name=sda reads=350i 10000000000\n').lines).toEqual(
      ['diskio,name=sda read_iops=25i,reads=350i 10000000000'],
    );
  });

  it('make metrics of JSON', () => {
    const source = `
load("json.star", "json")
def apply(metric):
    out = []
    for item in json.decode(metric.fields["value"]):
        m = Metric("reading")
        m.tags["label"] = str(item["label"])
        m.fields["count"] = item["count"]
        m.fields["ratio"] = item["ratio"]
        m.time = metric.time
        out.append(m)
    return out`;

    expect(
      run(source, String.raw`raw value="[{\"label\":\"a\",\"count\":3,\"ratio\":2.0},{\"label\":\"b\",\"count\":-1,\"ratio\":1e3}]" 5`)
        .lines,
    ).toEqual(['reading,label=a count=3i,ratio=2 5', 'reading,label=b count=-1i,ratio=1000 5']);
  });

  it('set and show times', () => {
    const source = `
load("time.star", "time")
def apply(metric):
    t = time.parse_time(metric.fields["at"], format="2006-01-02 15:04:05.999", location="UTC")
    metric.fields["day"] = t.format("2006-01-02")
    metric.fields["year"] = t.year
    metric.fields["took"] = time.parse_duration(metric.fields["took"]).seconds
    metric.time = t.unix_nano
    return metric`;

    expect(run(source, 'm at="2021-03-22 18:00:00.25",took="1h30m" 1').lines).toEqual([
      'm at="2021-03-22 18:00:00.25",day="2021-03-22",took=5400,year=2021i 1616436000250000000',
    ]);
  });

  it('log, print, and go on after an error that they catch', () => {
    const source = `
load("logging.star", "log")
def failing(metric): return 1 // metric.fields["n"]
def apply(metric):
    log.info("info %s" % metric.name); log.warn("warn"); log.error("error"); log.debug("debug")
    print("printed", metric)
    error = catch(lambda: failing(metric))
    if error != None: metric.tags["error"] = error
    return metric`;
    const { lines, context } = run(source, 'm,t=a n=0i,f=1.5,s="x",b=t 5');

    expect(lines).toEqual(['m,error=floored\\ division\\ by\\ zero,t=a b=true,f=1.5,n=0i,s="x" 5']);
    expect(context.logged.map(({ level, message }) => `${level} ${message}`)).toEqual([
      'info info m',
      'warn warn',
      'error error',
      'debug debug',
      'debug printed Metric("m", tags={"t": "a"}, fields={"n": 0, "f": 1.5, "s": "x", "b": True}, time=5)',
    ]);
  });

  it('keep a state without having said so', () => {
    const source = `
def apply(metric):
    state["n"] = state.get("n", 0) + 1
    metric.fields["n"] = state["n"]
    return metric`;

    expect(run(source, 'm v=1 1\nm v=1 2\n').lines).toEqual(['m n=1i,v=1 1', 'm n=2i,v=1 2']);
  });

  it('have constants of every type, which keep their kinds', () => {
    const source = `
def apply(metric):
    metric.fields["types"] = ",".join([type(x) for x in (i, f, s, b, l, d)])
    metric.fields["i"] = i; metric.fields["f"] = f; metric.fields["big"] = l[1]; metric.fields["deep"] = d["x"][0]
    l.append(4)
    metric.fields["n"] = len(l)
    return metric`;
    const constants = { i: 2, f: 2.5, s: 'x', b: true, l: [1, 2n ** 60n], d: { x: [0.5] } };

    expect(run(source, 'm v=1 1', { constants }).lines).toEqual([
      'm big=1152921504606846976i,deep=0.5,f=2.5,i=2i,n=3i,types="int,float,string,bool,list,dict",v=1 1',
    ]);
  });
});

describe('a metric in the hands of a script', () => {
  const inspect = (expression: string, line = 'm,b=2,a=1 z=1,a=2i,u=3u 5'): string | undefined =>
    run(`def apply(metric):\n    print(${expression})`, line).context.logged[0]?.message;

  it.each([
    // In the order on the wire, tags by key.
    ['[k for k in metric.fields]', '["z", "a", "u"]'],
    ['metric.fields.items()', '[("z", 1.0), ("a", 2), ("u", 3)]'],
    ['[k for k in metric.tags]', '["a", "b"]'],
    ['metric.tags.values(), len(metric.tags), len(metric.fields)', '(["1", "2"], 2, 3)'],
    [
      'metric.fields.get("x"), metric.fields.get("x", 7), metric.tags.get("a"), "z" in metric.fields, 1 in metric.fields',
      '(None, 7, "1", True, False)',
    ],
    ['type(metric), type(metric.tags), type(metric.fields), type(metric.time)', '("Metric", "Tags", "Fields", "int")'],
    ['metric == metric, metric.tags == metric.tags, deepcopy(metric) == metric, bool(Metric("x").fields)', '(True, True, False, False)'],
    ['metric.fields.setdefault("q", 1.5), metric.fields.pop("z"), metric.fields.keys()', '(1.5, 1.0, ["a", "u", "q"])'],
    ['metric.fields.popitem(), metric.tags.popitem(), metric.fields.clear(), metric.fields', '(("z", 1.0), ("a", "1"), None, {})'],
    ['metric.tags.update([("c", "3")], d="4"), metric.tags', '(None, {"a": "1", "b": "2", "c": "3", "d": "4"})'],
    ['sorted(dir(metric)), hasattr(metric, "time"), "%(z)s" % metric.fields', '(["fields", "name", "tags", "time"], True, "1.0")'],
    ['Metric("x", {"t": "1"}, fields={"f": 1}).fields, dict(metric.tags)', '({"f": 1}, {"a": "1", "b": "2"})'],
    ['metric.time', '9007199254740993', 'm v=1 9007199254740993'],
  ])('%s is %s', (expression, value, line?: string) => {
    expect(inspect(`repr((${expression}))`, line)).toBe(value);
  });

  it.each([
    ['metric.fields["x"]', 'key "x" not in Fields'],
    ['metric.fields[1]', "key must be of type 'str'"],
    ['metric.tags.pop("x")', 'pop: missing key'],
    ['metric.tags.update(a=1)', "tag value must be of type 'str'"],
    ['metric.fields.update([(1, 2)])', "field key must be of type 'str'"],
    ['metric.fields.update(a=[])', "invalid starlark type: a field can't be of type list"],
    ['metric.fields.update(a=1 << 63)', 'cannot represent integer as int64'],
    ['[metric.tags.clear() for k in metric.tags]', 'cannot delete during iteration'],
    ['[metric.fields.update(x=1) for k in metric.fields]', 'cannot insert during iteration'],
    ['metric.foo', 'Metric has no .foo field or method'],
    ['metric.fields.append(1)', 'Fields has no .append field or method'],
    ['Metric(1)', 'Metric: for parameter name: got int, want string'],
    ['Metric("x", {"a": 1})', 'The type int is unsupported as type of value for tags'],
    ['deepcopy(1)', 'deepcopy: for parameter source: got int, want Metric'],
    ['{metric: 1}', 'not hashable'],
  ])('%s: %s', (expression, message) => {
    expect(inspect(`catch(lambda: ${expression})`)).toBe(message);
  });

  it.each([
    ['metric.name = 1', 'type error'],
    ['metric.time = 1.5', 'type error'],
    ['metric.time = 1 << 63', 'type error: unrepresentable time'],
    ['metric.tags = {}', 'cannot set tags'],
    ['metric.foo = 1', 'cannot assign to field "foo"'],
  ])('%s: %s', (statement, message) => {
    expect(run(`def apply(metric):\n    ${statement}`, 'm v=1 1').context.logged.at(-1)?.message).toBe(`Error in plugin: ${message}`);
  });

  it('keeps the kinds of what is not touched, and unsigned integers become integers only when they are set', () => {
    expect(
      run('def apply(metric):\n    metric.fields["f"] = 1\n    return metric', 'm u=18446744073709551615u,i=9223372036854775807i,f=1.0 1')
        .lines,
    ).toEqual(['m f=1i,i=9223372036854775807i,u=18446744073709551615u 1']);
    expect(run('def apply(metric):\n    metric.fields["u"] = metric.fields["u"] + 1\n    return metric', 'm u=7u 1').lines).toEqual([
      'm u=8i 1',
    ]);
  });

  it('goes on as the point it was when nobody touched it, and keeps its bytes when only names and times changed', () => {
    const context = testContext();
    const identity = starlark.create(
      starlark.schema.parse({ source: 'def apply(metric):\n    metric.fields["v"]\n    return metric' }),
      context,
    );
    const renaming = starlark.create(
      starlark.schema.parse({ source: 'def apply(metric):\n    metric.tags["x"] = "1"\n    metric.time += 1\n    return metric' }),
      context,
    );
    const point = parsePoint(context.interner, 'm,a=b v=1.50 7');

    expect(process(identity, [point])[0]).toBe(point);
    expect(process(renaming, [point])[0]).toMatchObject({ source: point.source, ns: 8 });
    expect(toLines(context.interner, process(renaming, [point]))).toEqual(['m,a=b,x=1 v=1.50 8']);
  });

  it('is the same object every time, so that only a copy remembers', () => {
    const source = `
def apply(metric):
    kept, copied = state.get("kept"), state.get("copied")
    state["kept"], state["copied"] = metric, deepcopy(metric)
    if kept != None:
        metric.fields["same"] = kept == metric
        metric.fields["copied"] = copied.fields["v"]
    return metric`;

    expect(run(source, 'm v=1 1\nm v=2 2\n').lines[1]).toBe('m copied=1,same=true,v=2 2');
  });

  it('may have empty tags, which are not written', () => {
    expect(
      run('def apply(metric):\n    metric.tags["e"] = ""\n    metric.fields["n"] = len(metric.tags)\n    return metric', 'm,a=b v=1 1')
        .lines,
    ).toEqual(['m,a=b n=2i,v=1 1']);
  });
});

describe('what a script returns', () => {
  const returned = (expression: string): [readonly string[], readonly string[], object] => {
    const { lines, context } = run(`def apply(metric):\n    return ${expression}`, 'm v=1 1');
    return [lines, context.logged.map(({ message }) => message), Object.fromEntries(context.dropped)];
  };

  it.each([
    ['None', [[], [], { filtered: 1 }]],
    ['[]', [[], [], { filtered: 1 }]],
    ['[metric, deepcopy(metric)]', [['m v=1 1', 'm v=1 1'], [], {}]],
    ['[metric, metric]', [['m v=1 1'], ['Error in plugin: Duplicate metric reference detected'], {}]],
    ['[1, metric]', [['m v=1 1'], ['Error in plugin: Invalid type returned in list: int'], {}]],
    ['"x"', [[], ['Error in plugin: invalid type returned: string'], { script_error: 1 }]],
    ['Metric("empty")', [[], [], { no_fields: 1 }]],
  ])('%s', (expression, outcome) => {
    expect(returned(expression)).toEqual(outcome);
  });

  it('of a script that fails is nothing: the metric is dropped, counted, and the log has the way there', () => {
    const { lines, context } = run(
      'def f(m):\n    return m.fields["x"]\ndef apply(metric):\n    return f(metric)\n',
      'm v=1 1\nm x=1 2',
      {},
    );

    expect(lines).toEqual([]);
    expect(context.dropped).toEqual(new Map([['script_error', 2]]));
    expect(context.errors()).toBe(2);
    expect(context.logged.slice(0, 5).map(({ level, message }) => `${level} ${message}`)).toEqual([
      'error Traceback (most recent call last):',
      'error   :4:13: in apply',
      'error   :2:20: in f',
      'error Error: key "x" not in Fields',
      'error Error in plugin: key "x" not in Fields',
    ]);
  });

  it('of a script without end is nothing, and the next metric has its turn', () => {
    const source = 'def apply(metric):\n    if metric.fields["v"] == 1:\n        for i in range(1 << 40): pass\n    return metric';
    const { lines, context } = run(source, 'm v=1 1\nm v=2 2\n', { max_steps: 10_000 });

    expect(lines).toEqual(['m v=2 2']);
    expect(context.logged.at(-1)?.message).toBe('Error in plugin: too many steps: stopped after 10000');
  });

  it('of a staleness marker is the marker', () => {
    const context = testContext();
    const processor = starlark.create(starlark.schema.parse({ source: 'def apply(metric): return None' }), context);
    const marker = Point.stale(parsePoint(context.interner, 'm v=1 1').shape, 5, 0);

    expect(process(processor, [marker])).toEqual([marker]);
  });

  it('is the same for decoded points, but for the order of fields', () => {
    const context = testContext();
    const processor = starlark.create(
      starlark.schema.parse({ source: 'def apply(metric):\n    metric.tags["k"] = "".join(metric.fields.keys())\n    return metric' }),
      context,
    );
    const point = parsePoint(context.interner, 'm z=1,a=2 1');

    expect(toLines(context.interner, process(processor, [point, decoded(point)]))).toEqual(['m,k=za a=2,z=1 1', 'm,k=az a=2,z=1 1']);
  });
});

describe('global variables', () => {
  it('can not be changed by metrics, but for state', () => {
    const source =
      'seen = []\nstate = {"l": [], "n": 0}\ndef apply(metric):\n    state["n"] += 1\n    state["l"].append(1)\n    seen.append(1)';

    expect(run(source, 'm v=1 1').context.logged.at(-1)?.message).toBe('Error in plugin: append: cannot append to frozen list');
  });
});

describe('a script that can not be used', () => {
  it.each([
    [{}, 'one of source or script must be set'],
    [{ source: 'x', script: 'y' }, 'both source or script cannot be set'],
    [{ source: 'x = 1' }, 'the script has no function apply: apply is not defined'],
    [{ source: 'apply = 1' }, 'apply is not a function'],
    [{ source: 'def apply(): pass' }, 'apply function must take 1 parameter(s)'],
    [{ source: 'def apply(m): pass', constants: { state: 1 } }, "'state' constant uses reserved name"],
    [
      { source: 'def apply(m): pass\nfail("no")' },
      'the script fails:\nTraceback (most recent call last):\n  :2:5: in <toplevel>\nError in fail: fail: no',
    ],
    [
      { source: 'def apply(metric):\n\treturn metrik\nx = leng([])' },
      `the script is not right:
source:2:9: undefined: metrik
  2 |  return metrik
    |         ^^^^^^ did you mean "metric"?

source:3:5: undefined: leng
  3 | x = leng([])
    |     ^^^^ did you mean "len"?`,
    ],
  ])('%j', (options, message) => {
    expect(problem(options)).toBe(message);
  });

  it('is shown around the place of the problem, and stopped when it does not end', () => {
    const long = `def apply(metric):\n    return ${'1 + '.repeat(40)}}`;

    expect(problem({ source: long })).toMatch(
      /^the script is not right:\nsource:2:172: unexpected '\}'\n {2}2 \| [ +1]{99}\}\n {4}\| {100}\^$/,
    );
    expect(problem({ source: 'def apply(m): pass\n[0 for i in range(1 << 40)]' })).toMatch(/too many steps: stopped after 1000000$/);
    expect(problem({ script: 'nothing.star' })).toMatch(/^the script can't be read: ENOENT/);
  });

  it('is read from its file, which tracebacks name', () => {
    const directory = mkdtempSync(join(tmpdir(), 'starlark-'));
    onTestFinished(() => rmSync(directory, { recursive: true }));
    writeFileSync(join(directory, 'a.star'), '\uFEFFdef apply(metric):\r\n    return metric.fields["x"]\r\n');
    writeFileSync(join(directory, 'bad.star'), 'def apply(metric)\n    pass\n');
    const context = testContext({ baseDirectory: directory });
    const processor = starlark.create(starlark.schema.parse({ script: 'a.star' }), context);
    process(processor, parsePoints(context.interner, 'm v=1 1'));

    expect(context.logged[1].message).toBe('  a.star:2:25: in apply');
    expect(problem({ script: 'bad.star' }, directory)).toBe(
      "the script is not right:\nbad.star:1:18: got newline, want ':'\n  1 | def apply(metric)\n    |                  ^",
    );
  });
});
