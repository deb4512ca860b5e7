import { describe, expect, it } from 'vitest';
import type { Point } from '../../../../src/metric/point.ts';
import { starlark } from '../../../../src/plugins/aggregators/starlark/plugin.ts';
import { testContext, type TestContext } from '../../../support/context.ts';
import { parsePoints, toLines } from '../../../support/points.ts';

/** What a script pushes after each of these windows of lines. */
function run(
  source: string,
  ...windows: readonly string[]
): { readonly pushed: readonly (readonly string[])[]; readonly context: TestContext } {
  const context = testContext();
  const aggregator = starlark.create(starlark.schema.parse({ source }), context);
  const pushed = windows.map((lines) => {
    for (const point of parsePoints(context.interner, lines)) {
      const add = aggregator.bind(point.shape);
      if (typeof add === 'function') add(point);
    }
    const out: Point[] = [];
    aggregator.push(out, false);
    return toLines(context.interner, out);
  });
  return { pushed, context };
}

const PEAK = `
state = {}
def add(metric):
    key = (metric.name, str(metric.tags))
    best = state.get(key)
    if best == None or metric.fields["w"] > best.fields["w"]:
        state[key] = deepcopy(metric)
def push():
    return [state[key] for key in state]
def reset():
    state.clear()
`;

describe('aggregators.starlark', () => {
  it('adds, pushes what the script returns, and lets it begin again', () => {
    expect(run(PEAK, 'p,h=a w=1,n=1i 1\np,h=a w=3,n=2i 2\np,h=b w=2,n=3i 3\n', 'p,h=a w=1 4\n', '').pushed).toEqual([
      ['p,h=a n=2i,w=3 2', 'p,h=b n=3i,w=2 3'],
      ['p,h=a w=1 4'],
      [],
    ]);
  });

  it('hands the same metric to add every time, which push finds as it was last', () => {
    const source =
      'state = {}\ndef add(metric):\n    state["last"] = metric\ndef push():\n    return state.get("last")\ndef reset():\n    state.clear()\n';

    expect(run(source, 'm v=1 1\nm v=2 2\n').pushed).toEqual([['m v=2 2']]);
  });

  it('gives a new metric the time of the clock', () => {
    expect(run('def add(metric): pass\ndef push(): return Metric("n", fields={"v": 1})\ndef reset(): pass', '').pushed).toEqual([
      ['n v=1i 1760000000000000000'],
    ]);
  });

  it('counts and logs what fails, and goes on', () => {
    const source = `
state = []
def add(metric):
    state.append(metric.fields["w"])
def push():
    return Metric("sum", fields={"n": len(state)})
def reset():
    fail("never")
`;
    const { pushed, context } = run(source, 'p v=1 1\np w=1 2\n');

    expect(pushed).toEqual([['sum n=1i 1760000000000000000']]);
    expect(context.dropped).toEqual(new Map([['script_error', 1]]));
    expect(context.errors()).toBe(2);
    expect(context.logged.map(({ message }) => message)).toEqual([
      'Traceback (most recent call last):',
      '  :4:31: in add',
      'Error: key "w" not in Fields',
      'Error in plugin: key "w" not in Fields',
      'Traceback (most recent call last):',
      '  :8:9: in reset',
      'Error in fail: fail: never',
      'Error in plugin: fail: never',
    ]);
  });

  it.each([
    ['1', 'Invalid type returned: int'],
    ['[1]', 'Invalid type returned in list: int'],
  ])('takes nothing but metrics: push returns %s', (value, message) => {
    const { pushed, context } = run(`def add(metric): pass\ndef push(): return ${value}\ndef reset(): pass`, '');

    expect(pushed).toEqual([[]]);
    expect(context.logged.map((entry) => entry.message)).toEqual([`Error in plugin: ${message}`]);
  });

  it.each(['add', 'push', 'reset'])('needs a function %s', (name) => {
    const others = ['add(metric)', 'push()', 'reset()']
      .filter((signature) => !signature.startsWith(name))
      .map((signature) => `def ${signature}: pass`);

    expect(() => run(others.join('\n'))).toThrow(`the script has no function ${name}: ${name} is not defined`);
  });
});
