import { readFileSync } from 'node:fs';
import parsePrometheusTextFormat from 'parse-prometheus-text-format';
import { describe, expect, it } from 'vitest';
import { dialectOf } from '../../../../src/formats/prometheus-text/dialect.ts';
import { expositionErrorText, type Dialect, type Exposition } from '../../../../src/formats/prometheus-text/exposition.ts';
import { ExpositionParser } from '../../../../src/formats/prometheus-text/parse.ts';
import { readSamples } from '../../../support/exposition.ts';

const SCRAPES = Array.from({ length: 12 }, (_, index) =>
  readFileSync(new URL(`../../../data/scaphandre/${String(index + 1).padStart(2, '0')}.prom`, import.meta.url)),
);

function parse<M>(parser: ExpositionParser<M>, body: string | Buffer, dialect: Dialect = 'text'): Exposition<M> {
  const exposition = parser.parse(Buffer.from(body), dialect);
  if (!exposition.ok) throw new Error(expositionErrorText(exposition));
  return exposition;
}

/** `sample -> family (type)` for each sample. */
function familiesIn(body: string, dialect: Dialect = 'text'): string[] {
  return readSamples(body, dialect).map(({ name, family, type }) => `${name} -> ${family} (${type})`);
}

describe('a family', () => {
  it('of the text format takes in the parts of histograms and summaries, wherever they stand', () => {
    const body = '# TYPE h histogram\nh_bucket{le="1"} 1\nx 1\n# TYPE s summary\ns{quantile="0.5"} 1\ns_sum 1\nh_count 1\nh_total 1\n';

    expect(familiesIn(body)).toEqual([
      'h_bucket -> h (histogram)',
      'x -> x (unknown)',
      's -> s (summary)',
      's_sum -> s (summary)',
      'h_count -> h (histogram)',
      'h_total -> h_total (unknown)',
    ]);
  });

  it('of its own name comes before the one it could be a part of', () => {
    expect(familiesIn('# TYPE h histogram\n# TYPE h_count counter\nh_count 1\nh_sum 1\n')).toEqual([
      'h_count -> h_count (counter)',
      'h_sum -> h (histogram)',
    ]);
  });

  it('of OpenMetrics takes in what its type may have', () => {
    const body =
      '# TYPE c counter\nc_total 1\nc_created 1\nc_sum 1\n# TYPE i info\ni_info 1\n# TYPE g gaugehistogram\ng_gcount 1\ng_gsum 1\ng_count 1\n# EOF\n';

    expect(familiesIn(body, 'openmetrics')).toEqual([
      'c_total -> c (counter)',
      'c_created -> c (counter)',
      'c_sum -> c_sum (unknown)',
      'i_info -> i (info)',
      'g_gcount -> g (gaugehistogram)',
      'g_gsum -> g (gaugehistogram)',
      'g_count -> g_count (unknown)',
    ]);
  });

  it('has the texts of its metadata, unescaped as each format has it', () => {
    const text = parse(new ExpositionParser(), '# HELP a two\\nlines, a \\\\ and a \\"\n# TYPE a untyped\na 1\n');
    const openMetrics = parse(new ExpositionParser(), '# HELP a_s a \\"\n# UNIT a_s s\n# TYPE a_s stateset\n# EOF\n', 'openmetrics');

    expect(text.families).toEqual([{ name: 'a', type: 'unknown', help: 'two\nlines, a \\ and a \\"', unit: '' }]);
    expect(openMetrics.families).toEqual([{ name: 'a_s', type: 'stateset', help: 'a "', unit: 's' }]);
  });

  it('is what this scrape says of it, not the last one', () => {
    const parser = new ExpositionParser();
    readSamples('# TYPE h histogram\nh_count 1\n', 'text', parser);

    expect(readSamples('h_count 1\n', 'text', parser)).toMatchObject([{ family: 'h_count', type: 'unknown' }]);
  });
});

it('keeps an exemplar with its sample', () => {
  const samples = readSamples('a_total 1\nb_total 2 3.5 # {trace_id="x\\"y"} 0.25 1.5\nc_total 1\n# EOF\n', 'openmetrics');

  expect(samples.map(({ exemplar }) => exemplar)).toEqual([
    undefined,
    { labels: [['trace_id', 'x"y']], value: 0.25, timestampMs: 1500 },
    undefined,
  ]);
});

describe('what is kept on a series', () => {
  it('is there again at the next scrape, whatever came in between, and not for another spelling', () => {
    const parser = new ExpositionParser<string>();
    const first = parse(parser, 'a{x="1",y="2"} 1\nb 1\n');
    first.series[0].memo = 'kept';

    const second = parse(parser, 'c 1\nb 1\na{x="1",y="2"} 2\na{y="2",x="1"} 3\n');

    expect(second.series.map(({ memo }) => memo)).toEqual([undefined, undefined, 'kept', undefined]);
  });

  it('is forgotten in time: series that come and go do not pile up', () => {
    const parser = new ExpositionParser<number>();
    parse(parser, 'first 1\n').series[0].memo = 1;
    for (let scrape = 0; scrape < 300; scrape++) {
      parse(parser, Array.from({ length: 10 }, (_, index) => `a{pid="${scrape * 10 + index}"} 1\n`).join(''));
    }

    expect(parse(parser, 'first 1\n').series[0].memo).toBeUndefined();
  });

  it('survives its neighbours being forgotten', () => {
    const parser = new ExpositionParser<string>();
    parse(parser, 'stays{x="1"} 1\n').series[0].memo = 'kept';
    for (let scrape = 0; scrape < 300; scrape++) {
      const churn = Array.from({ length: 10 }, (_, index) => `a{pid="${scrape * 10 + index}"} ${index}\n`).join('');
      const exposition = parse(parser, `# HELP stays text\nstays{x="1"} ${scrape}\n${churn}`);
      expect([exposition.series[0].memo, exposition.value[0], exposition.families[0].help]).toEqual(['kept', scrape, 'text']);
    }
  });
});

it('reads a target that moves its lines about as one that it never saw', () => {
  const parser = new ExpositionParser();
  for (const scrape of [...SCRAPES, ...SCRAPES.toReversed()]) {
    expect(readSamples(scrape, 'text', parser)).toEqual(readSamples(scrape));
  }
});

it("agrees with the library on a real Scaphandre's text, which has none of what the library gets wrong", () => {
  for (const scrape of SCRAPES) {
    // The library reads a family in one piece only, and Scaphandre scatters its samples: each goes in alone.
    const lines = scrape
      .toString()
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'));
    const theirs = lines.flatMap((line) =>
      parsePrometheusTextFormat(`${line}\n`).flatMap(({ name, metrics }) =>
        metrics.map(({ value, labels }) => ({ name, labels: Object.entries(labels ?? {}), value: Number(value) })),
      ),
    );
    const ours = readSamples(scrape).map(({ name, labels, value }) => ({ name, labels, value }));

    expect(ours).toEqual(theirs);
  }
});

it('says where a long text goes wrong, and what stands there', () => {
  const answer = new ExpositionParser().parse(Buffer.from(`${'good 1\n'.repeat(999)}bad{x=1} 2\n`), 'text');

  expect(answer).toEqual({ ok: false, line: 1000, column: 7, reason: 'expected a label value in double quotes, found "1} 2"' });
});

it('takes the format from the Content-Type, and 0.0.4 where there is none', () => {
  const types = [
    'application/openmetrics-text; version=1.0.0; charset=utf-8',
    'Application/OpenMetrics-Text',
    'text/plain; version=0.0.4',
    'text/html',
    '',
    undefined,
  ];

  expect(types.map(dialectOf)).toEqual(['openmetrics', 'openmetrics', 'text', 'text', 'text', 'text']);
});
