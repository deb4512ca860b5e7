import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { legalLabels, metricName, metricNames } from '../../../../src/formats/remote-write/names.ts';

describe('metricName', () => {
  // What Telegraf 1.40's prometheusremotewrite sends, from the golden README.
  it.each([
    ['cpu', 'usage_idle', 'cpu_usage_idle'],
    ['prometheus', 'go_goroutines', 'go_goroutines'],
    ['1cpu', 'value', 'cpu_value'],
    ['cpu-load', 'é', 'cpu_load'],
    ['cpu-load', '_', 'cpu_load'],
    ['cpu', 'usage.idle', 'cpu_usage_idle'],
    ['a:b', 'c', 'a:b_c'],
    ['_a', 'b_', '_a_b_'],
    ['prometheus', 'é', ''],
    ['prometheus', '11x', 'x'],
  ])('makes %s and %s into %s', (measurement, field, name) => {
    expect(metricName(measurement, field)).toBe(name);
  });

  it('is legal or empty for any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (measurement, field) => {
        expect(metricName(measurement, field)).toMatch(/^([a-zA-Z_:][a-zA-Z0-9_:]*)?$/);
      }),
    );
  });
});

describe('metricNames', () => {
  it('lets the field that was legal keep its name and gives the others a number', () => {
    expect(metricNames('cpu', ['usage idle', 'usage.idle', 'usage_idle', 'usage_idle_2'])).toEqual([
      'cpu_usage_idle_3',
      'cpu_usage_idle_4',
      'cpu_usage_idle',
      'cpu_usage_idle_2',
    ]);
  });
});

describe('legalLabels', () => {
  const names = (...tags: [string, string][]): string[] => legalLabels(tags).labels.map(([name]) => name);

  it('cleans names as Telegraf does and sorts them by bytes', () => {
    expect(names(['1x', 'v'], ['b c', 'v'], ['Z', 'v'], ['é', 'v'], ['_y', 'v'])).toEqual(['Z', '_y', 'b_c', 'x']);
  });

  it('keeps the names that belong to Prometheus out', () => {
    expect(names(['__name__', 'evil'], ['___address__', 'evil'])).toEqual(['_address__', '_name__']);
  });

  it('gives no two labels one name, and says which were renamed', () => {
    const { labels, renamed } = legalLabels([
      ['t 1', 'a'],
      ['t-1', 'b'],
      ['t_1', 'c'],
    ]);
    expect(labels).toEqual([
      ['t_1', 'c'],
      ['t_1_2', 'a'],
      ['t_1_3', 'b'],
    ]);
    expect(renamed).toEqual([
      ['t 1', 't_1_2'],
      ['t-1', 't_1_3'],
    ]);
  });

  it('adds extra labels where no tag has their name, and none that is empty', () => {
    const { labels } = legalLabels(
      [['host', 'a']],
      [
        ['host', 'b'],
        ['state', 'on'],
        ['note', ''],
      ],
    );
    expect(labels).toEqual([
      ['host', 'a'],
      ['state', 'on'],
    ]);
  });

  it('makes invalid UTF-8 in values valid', () => {
    expect(legalLabels([['a', 'x\udcff']]).labels).toEqual([['a', 'x\ufffd']]);
  });

  it('is legal, sorted and without repeats for any tags', () => {
    const tags = fc.array(fc.tuple(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary', minLength: 1 })));
    fc.assert(
      fc.property(tags, (given) => {
        const { labels } = legalLabels([...new Map(given)]);
        const got = labels.map(([name]) => name);
        for (const name of got) expect(name).toMatch(/^(?!__)[a-zA-Z_][a-zA-Z0-9_]*$/);
        expect(got).toEqual([...new Set(got)].sort());
      }),
    );
  });
});
