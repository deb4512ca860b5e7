import { describe, expect, it } from 'vitest';
import type { Dialect } from '../../../../src/formats/prometheus-text/exposition.ts';
import { ExpositionParser } from '../../../../src/formats/prometheus-text/parse.ts';
import type { Point } from '../../../../src/metric/point.ts';
import { ExpositionPoints, type ExpositionPointsOptions, type SampleMemo } from '../../../../src/plugins/shared/exposition-points.ts';
import { testContext, type TestContext } from '../../../support/context.ts';
import { toLines } from '../../../support/points.ts';

const NOW = { ms: 1_760_000_000_000, ns: 5 };
const now = '1760000000000000005';

/** One target: its text at each scrape becomes lines. */
class Target {
  readonly context: TestContext = testContext();
  readonly #parser = new ExpositionParser<SampleMemo>();
  readonly #points: ExpositionPoints;
  readonly #dialect: Dialect;

  constructor(options: Partial<ExpositionPointsOptions>, dialect: Dialect = 'text') {
    this.#dialect = dialect;
    this.#points = new ExpositionPoints({ version: 1, ignoreTimestamp: false, ...options }, this.context);
  }

  points(body: string): Point[] {
    const exposition = this.#parser.parse(Buffer.from(body), this.#dialect);
    if (!exposition.ok) throw new Error(exposition.reason);
    return this.#points.points(exposition, this.#dialect, NOW);
  }

  lines(body: string): string[] {
    return toLines(this.context.interner, this.points(body));
  }
}

// What Telegraf itself makes of expositions is in test/golden/telegraf/prometheus; here is what those cases do not say.
describe('points of an exposition', () => {
  it('follow a family whose type changes from one scrape to the next', () => {
    const target = new Target({});

    expect(target.lines('# TYPE a counter\na 1\n')).toEqual([`a counter=1 ${now}`]);
    expect(target.lines('# TYPE a gauge\na 2\n')).toEqual([`a gauge=2 ${now}`]);
    expect(target.lines('a 3\n')).toEqual([`a value=3 ${now}`]);
    expect(target.lines('# TYPE a histogram\na_count 4\n')).toEqual([`a count=4,sum=0 ${now}`]);
  });

  it('have the fields that the scrape has, whatever the last one had', () => {
    const target = new Target({});
    const head = '# TYPE h summary\nh_sum 1\nh_count 2\n';

    expect(target.lines(`${head}h{quantile="0.5"} 7\n`)).toEqual([`h 0.5=7,count=2,sum=1 ${now}`]);
    expect(target.lines(`${head}h{quantile="0.5"} NaN\n`)).toEqual([`h count=2,sum=1 ${now}`]);
    expect(target.lines(`${head}h{quantile="0.5"} 8\n`)).toEqual([`h 0.5=8,count=2,sum=1 ${now}`]);
    expect(target.lines('# TYPE h summary\nh_sum 3\n')).toEqual([`h count=0,sum=3 ${now}`]);
  });

  it('keep exemplars and start times where a sample is a point of its own, and only there', () => {
    const body = `# TYPE hits counter
hits_total 3 # {trace_id="a"} 0.5 1700000000.25
hits_created 1600000000
# TYPE took histogram
took_bucket{le="1.0"} 1 # {trace_id="b"} 0.75
took_bucket{le="+Inf"} 1
took_count 1
took_sum 0.75
took_created 1600000001
# EOF
`;
    const target = new Target({ version: 2 }, 'openmetrics');
    const origins = target.points(body).map(({ shape, origin }) => [shape.fields.map(({ key }) => key.name).join(), origin]);
    const startMs = 1_600_000_001_000;
    expect(origins).toEqual([
      ['hits', { startMs: 1_600_000_000_000, exemplars: [expect.objectContaining({ value: 0.5, timestampMs: 1_700_000_000_250 })] }],
      ['took_bucket', { startMs, exemplars: [expect.objectContaining({ value: 0.75, timestampMs: NaN })] }],
      ['took_bucket', { startMs, exemplars: [] }],
      ['took_count,took_created,took_sum', null],
    ]);
    const joined = new Target({ version: 1 }, 'openmetrics').points(body).map(({ origin }) => origin?.startMs);
    expect(joined).toEqual([1_600_000_000_000, undefined]);
  });

  it('of version 2 get the bucket without an upper bound where it is missing, each time', () => {
    const target = new Target({ version: 2 });
    const body = '# TYPE h histogram\nh_bucket{le="1"} 1\nh_count 2\nh_sum 3\n';
    const lines = [`prometheus,le=1 h_bucket=1 ${now}`, `prometheus h_count=2,h_sum=3 ${now}`, `prometheus,le=+Inf h_bucket=2 ${now}`];

    expect(target.lines(body)).toEqual(lines);
    expect(target.lines(body)).toEqual(lines);
    expect(target.lines(`${body}h_bucket{le="+Inf"} 5\n`)).toContain(`prometheus,le=+Inf h_bucket=5 ${now}`);
  });

  it('carry the tags of their target over labels of the same name', () => {
    const target = new Target({ tags: [['url', 'http://a/metrics']] });

    expect(target.lines('a{url="mine",x="",y="1"} 1\n')).toEqual([`a,url=http://a/metrics,y=1 value=1 ${now}`]);
  });

  it('have the times of their samples, unless told not to', () => {
    const body = 'a 1 1500\nb 2 0\nc 3 -5\n';

    expect(new Target({}).lines(body)).toEqual(['a value=1 1500000000', `b value=2 ${now}`, `c value=3 ${now}`]);
    expect(new Target({ ignoreTimestamp: true }).lines(body)[0]).toBe(`a value=1 ${now}`);
  });

  it('are counted as dropped where there is nothing to write', () => {
    const target = new Target({});

    expect(target.lines('a NaN\nb 1 9223372036854775\nc 1\n')).toEqual([`c value=1 ${now}`]);
    expect([...target.context.dropped]).toEqual([
      ['not_a_number', 1],
      ['time_out_of_range', 1],
    ]);
  });

  it('of a histogram that OpenMetrics has at two times are two', () => {
    const target = new Target({}, 'openmetrics');

    expect(target.lines('# TYPE h histogram\nh_count 1 10\nh_sum 2 10\nh_count 3 20\nh_sum 4 20\n# EOF\n')).toEqual([
      'h count=1,sum=2 10000000000',
      'h count=3,sum=4 20000000000',
    ]);
  });

  it('of OpenMetrics, version 2', () => {
    const target = new Target({ version: 2 }, 'openmetrics');
    const body =
      '# TYPE c counter\nc_total 1\nc_created 5\n# TYPE i info\ni_info{v="1"} 1\n# TYPE p stateset\np{p="shut off",n="a"} 1\np{p="on",n="a"} 0\n' +
      '# TYPE e_joules gauge\n# UNIT e_joules joules\ne_joules 4\n# TYPE g gaugehistogram\ng_bucket{le="1"} 1\ng_gcount 2\ng_gsum 3\n# EOF\n';

    expect(target.lines(body)).toEqual([
      `openmetric c=1 ${now}`,
      `openmetric,v=1 i_info=1u ${now}`,
      `openmetric,n=a p_shut_off=true ${now}`,
      `openmetric,n=a p_on=false ${now}`,
      `openmetric,unit=joules e_joules=4 ${now}`,
      `openmetric,le=1 g_bucket=1 ${now}`,
      `openmetric g_count=2,g_sum=3 ${now}`,
      `openmetric,le=+Inf g_bucket=2 ${now}`,
    ]);
  });

  it('of metrics that come and go do not pile up, and those that stay are complete', () => {
    const target = new Target({});
    for (let scrape = 0; scrape < 400; scrape++) {
      const churn = Array.from({ length: 5 }, (_, index) => `h_count{pid="${scrape * 5 + index}"} 1\n`).join('');
      const lines = target.lines(`# TYPE h histogram\n${churn}h_count 1\nh_sum ${scrape}\n`);
      expect(lines.at(-1)).toBe(`h count=1,sum=${scrape} ${now}`);
    }
  });
});
