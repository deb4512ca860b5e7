import { describe, expect, it } from 'vitest';
import { ConfigError } from '../../../src/config/diagnostics.ts';
import { compileMetricpass } from '../../../src/pipeline/metricpass.ts';
import { testContext } from '../../support/context.ts';
import { parsePoint } from '../../support/points.ts';

const LINE = 'cpu,cpu=cpu0,host=kvm-0 f=97.5,i=9223372036854775807i,u=18446744073709551615u,s="on",b=true 1760000000123456789';

function evaluate(expression: string, line = LINE) {
  const context = testContext();
  const passes = compileMetricpass(expression, context)(parsePoint(context.interner, line));
  return { passes, logged: context.logged };
}

describe('an expression', () => {
  it.each([
    ["name == 'cpu'", true],
    ["name.startsWith('c') && name.matches('^c.u$')", true],
    ["tags.cpu != 'cpu-total'", true],
    ["tags['host'] == 'kvm-1'", false],
    ["'host' in tags && size(tags) == 2", true],
    ['fields.f < 98.0', true],
    ['fields.i == 9223372036854775807', true],
    ['fields.i < 9223372036854775807', false],
    ['fields.u == 18446744073709551615u', true],
    ['fields.u > 5', true],
    ["fields.s == 'on'", true],
    ['fields.s == 1', false],
    ['fields.b', true],
    ['has(fields.nope)', false],
    ["fields.exists(key, key == 'f')", true],
    ["time == timestamp('2025-10-09T08:53:20.123456789Z')", true],
    ["now() - time < duration('1s')", true],
    ["tags.host.split('-')[1] == '0'", true],
    ['math.greatest(fields.f, 100, 3u) == 100', true],
    ['math.least([fields.f, 100.0]) == 97.5', true],
    ['math.round(-2.5) == -3.0', true],
    ['math.abs(-7) == 7 && math.sign(-0.5) == -1.0', true],
    ['math.bitAnd(fields.i, 5) == 5 && math.bitShiftRight(-1, 63) == 1', true],
    ["base64.encode(b'hello') == 'aGVsbG8='", true],
  ])('%s is %s', (expression, passes) => {
    expect(evaluate(expression)).toEqual({ passes, logged: [] });
  });

  it.each([
    ['fields.nope > 5', 'filtering failed: no such key: nope'],
    ['fields.s > 5', 'filtering failed: no such overload'],
    ['fields.b < 5', 'filtering failed: no such overload'],
    ['fields.i / 0 == 1', 'filtering failed: int divide by zero'],
    ['fields.s', 'filtering failed: the expression gave no boolean'],
  ])('that fails for a metric lets it pass and says why: %s', (expression, message) => {
    const { passes, logged } = evaluate(expression);
    expect(passes).toBe(true);
    expect(logged).toEqual([{ level: 'error', message: expect.stringContaining(message), details: undefined }]);
  });

  it.each(['fields.nope > 5 || true', '!(fields.nope > 5 && false)'])(
    'swallows an error where the other side decides: %s',
    (expression) => {
      expect(evaluate(expression)).toEqual({ passes: true, logged: [] });
    },
  );

  it.each([
    ['1 +', 'expecting'],
    ["nme == 'x'", "undeclared reference to 'nme'"],
    ['fields.exists(k, j == 1)', "undeclared reference to 'j'"],
    ['foo(name)', "there is no function 'foo'"],
    ['math.cbrt(8.0) == 2.0', "undeclared reference to 'math'"],
    ['1 + 1', 'expression needs to return a boolean'],
    ['name', 'expression needs to return a boolean'],
    ["'x'", 'expression needs to return a boolean'],
    ['[true]', 'expression needs to return a boolean'],
  ])('that can never work is refused when the configuration is loaded: %s', (expression, reason) => {
    expect(() => compileMetricpass(expression, testContext())).toThrow(ConfigError);
    expect(() => compileMetricpass(expression, testContext())).toThrow(reason);
  });
});
