import { describe, expect, it } from 'vitest';
import { ExpositionParser } from '../../../../src/formats/prometheus-text/parse.ts';
import { readSeries } from '../../../../src/formats/prometheus-text/series.ts';
import { startTimes } from '../../../../src/formats/prometheus-text/start-times.ts';
import type { Dialect } from '../../../../src/formats/prometheus-text/exposition.ts';

/** The start of each series, by its text. */
function starts(text: string, dialect: Dialect = 'openmetrics', parser = new ExpositionParser()): Record<string, number> | undefined {
  const exposition = parser.parse(Buffer.from(`${text}# EOF\n`), dialect);
  if (!exposition.ok) throw new Error(exposition.reason);
  const startOf = startTimes(exposition);
  if (startOf === undefined) return undefined;
  const { count, body, from, to } = exposition;
  return Object.fromEntries(
    Array.from({ length: count }, (_, row) => {
      const { name, labels } = readSeries(body, from[row], to[row]);
      return [`${name}${labels.map(([, value]) => ` ${value}`).join('')}`, startOf(row)];
    }),
  );
}

describe('start times', () => {
  it('are those of the counter with the same labels, whatever their order, and not of its neighbour', () => {
    const text = `# TYPE a counter
a_total{x="1",y="2"} 1
a_created{y="2",x="1"} 1700000000.5
a_total{x="3"} 1
a_created{x="3"} 1700000001
a_total{x="4"} 1
`;
    expect(starts(text)).toEqual({
      'a_total 1 2': 1_700_000_000_500,
      'a_created 2 1': 0,
      'a_total 3': 1_700_000_001_000,
      'a_created 3': 0,
      'a_total 4': 0,
    });
  });

  it('are those of all that a histogram and a summary count, and of no quantile', () => {
    const text = `# TYPE h histogram
h_bucket{le="1.0"} 1
h_bucket{le="+Inf"} 2
h_count 2
h_sum 3
h_created 1700000000
# TYPE s summary
s{quantile="0.5"} 1
s_count 2
s_sum 3
s_created 1700000001
`;
    expect(starts(text)).toEqual({
      'h_bucket 1.0': 1_700_000_000_000,
      'h_bucket +Inf': 1_700_000_000_000,
      h_count: 1_700_000_000_000,
      h_sum: 1_700_000_000_000,
      h_created: 0,
      's 0.5': 0,
      s_count: 1_700_000_001_000,
      s_sum: 1_700_000_001_000,
      s_created: 0,
    });
  });

  it.each(['0', '-1', 'NaN', '+Inf', '1e300'])('are none where it is %s', (value) => {
    expect(starts(`# TYPE a counter\na_total 1\na_created ${value}\n`)).toBeUndefined();
  });

  it('are said by no gauge that happens to have such a name, nor by the text format', () => {
    expect(starts('# TYPE a_created gauge\na_created 1700000000\n')).toBeUndefined();
    expect(starts('# TYPE a counter\na 1\na_created 1700000000\n', 'text')).toBeUndefined();
  });

  it('are those of each scrape anew', () => {
    const parser = new ExpositionParser();
    const text = (start: number): string => `# TYPE a counter\na_total 1\na_created ${start}\n`;
    expect(starts(text(1_700_000_000), 'openmetrics', parser)?.['a_total']).toBe(1_700_000_000_000);
    expect(starts(text(1_700_000_009), 'openmetrics', parser)?.['a_total']).toBe(1_700_000_009_000);
    expect(starts('# TYPE a counter\na_total 1\n', 'openmetrics', parser)).toBeUndefined();
  });
});
