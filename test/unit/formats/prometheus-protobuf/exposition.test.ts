import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isProtobufExposition, readProtobufExposition } from '../../../../src/formats/prometheus-protobuf/exposition.ts';
import { readSamples } from '../../../support/exposition.ts';
import { PROTOBUF_TYPE, protobufPage, type PageFamily, type PageMetric } from '../../../support/protobuf-exposition.ts';

const MS = 1_760_000_000_123;
const LIMIT = 1_000_000;

function family(type: PageFamily['type'], name: string, ...metrics: readonly PageMetric[]): PageFamily {
  return { type, name, metrics };
}

/** The samples as `name label… value`, with what stands beside them. */
function samples(...families: readonly PageFamily[]): string[] {
  const { text, startOf } = readProtobufExposition(protobufPage(families), LIMIT);
  return readSamples(text, 'openmetrics').map(({ name, labels, value, timestampMs, exemplar }, row) => {
    const parts = [name, ...labels.map(([key, label]) => `${key}=${label}`), String(value)];
    if (timestampMs !== undefined) parts.push(`@${timestampMs}`);
    if (startOf(row) !== 0) parts.push(`since ${startOf(row)}`);
    if (exemplar !== undefined) parts.push(`# ${JSON.stringify(exemplar.labels)} ${exemplar.value} ${exemplar.timestampMs}`);
    return parts.join(' ');
  });
}

describe('a protobuf exposition', () => {
  it('has the samples that its text would have', () => {
    const got = samples(
      family('counter', 'hits_total', {
        labels: { code: '200' },
        counter: { value: 3, createdMs: MS - 5000, exemplar: { labels: { trace_id: 'a"\\\n' }, value: 0.5, ms: MS } },
      }),
      family('gauge', 'heat', { gauge: -1.5e-7, timestampMs: MS }, { labels: { zone: 'é', empty: '' }, gauge: NaN }),
      family('untyped', 'what', { untyped: -Infinity }),
      family('summary', 'took', {
        summary: {
          count: 2,
          sum: 0.3,
          quantiles: [
            [0.5, 0.1],
            [1, Infinity],
          ],
        },
      }),
    );
    expect(got).toEqual([
      `hits_total code=200 3 since ${MS - 5000} # [["trace_id","a\\"\\\\\\n"]] 0.5 ${MS}`,
      `heat -1.5e-7 @${MS}`,
      'heat zone=é empty= NaN',
      'what -Infinity',
      'took quantile=0.5 0.1',
      'took quantile=1.0 Infinity',
      'took_count 2',
      'took_sum 0.3',
    ]);
  });

  it('has the buckets of a histogram, the last one also where the page left it out', () => {
    const histogram = {
      count: 3,
      sum: 4,
      createdMs: MS,
      buckets: [
        [0.25, 1],
        [1, 2, { labels: { id: 'x' }, value: 0.9 }],
        [1e6, 3],
      ] as const,
    };
    expect(samples(family('histogram', 'h', { labels: { a: 'b' }, histogram }))).toEqual([
      `h_bucket a=b le=0.25 1 since ${MS}`,
      `h_bucket a=b le=1.0 2 since ${MS} # [["id","x"]] 0.9 NaN`,
      `h_bucket a=b le=1e+06 3 since ${MS}`,
      `h_bucket a=b le=+Inf 3 since ${MS}`,
      `h_count a=b 3 since ${MS}`,
      `h_sum a=b 4 since ${MS}`,
    ]);
  });

  it('has names in quotes, types, units and help', () => {
    const page = [
      { ...family('gauge', 'power.in watts', { labels: { 'outlet id': '1' }, gauge: 1 }), help: 'Of "all"\nkinds.', unit: 'watts' },
    ];
    expect(readProtobufExposition(protobufPage(page), LIMIT).text.toString()).toBe(
      '# TYPE "power.in watts" gauge\n# HELP "power.in watts" Of \\"all\\"\\nkinds.\n{"power.in watts","outlet id"="1"} 1\n# EOF\n',
    );
    expect(samples(...page)).toEqual(['power.in watts outlet id=1 1']);
  });

  it('has times to the millisecond, before 1970 too', () => {
    fc.assert(
      fc.property(fc.integer({ min: -4e12, max: 4e12 }), (timestampMs) => {
        expect(samples(family('gauge', 'a', { gauge: 1, timestampMs }))).toEqual([`a 1 @${timestampMs}`.replace('@-0', '@0')]);
      }),
      { numRuns: 500 },
    );
  });

  it.each([false, true])('has native histograms instead of their buckets, packed: %s', (packed) => {
    const histogram = {
      count: 12,
      sum: 36.8,
      createdMs: MS - 1000,
      buckets: [
        [1, 5, { labels: { id: 'late' }, value: 1, ms: MS }],
        [2, 12, { labels: { id: 'timeless' }, value: 1 }],
      ] as const,
      schema: 2,
      zeroThreshold: 0.001,
      zeroCount: 2,
      spans: [
        [-2, 1],
        [3, 2],
      ] as const,
      deltas: [1, 1, 1],
      negativeSpans: [[0, 1]] as const,
      negativeDeltas: [4],
      exemplars: [{ labels: { id: 'early' }, value: 2, ms: MS - 1 }],
      packed,
    };
    const page = protobufPage([family('histogram', 'h', { labels: { a: 'b' }, histogram, timestampMs: MS })]);
    const { text, histograms } = readProtobufExposition(page, LIMIT);
    expect(text.toString()).toBe('# TYPE h histogram\n# EOF\n');
    expect(histograms).toEqual([
      {
        name: 'h',
        labels: [['a', 'b']],
        timestampMs: MS,
        histogram: {
          count: 12,
          sum: 36.8,
          schema: 2,
          resetHint: 0,
          zeroThreshold: 0.001,
          zeroCount: 2,
          positive: {
            spans: [
              [-2, 1],
              [3, 2],
            ],
            counts: [1, 2, 3],
          },
          negative: { spans: [[0, 1]], counts: [4] },
        },
        origin: {
          startMs: MS - 1000,
          exemplars: [
            { labels: [['id', 'early']], value: 2, timestampMs: MS - 1 },
            { labels: [['id', 'late']], value: 1, timestampMs: MS },
          ],
        },
      },
    ]);
  });

  it('knows a native histogram without observations, and a gauge of one', () => {
    const page = protobufPage([
      family('histogram', 'h', { histogram: { count: 0, sum: 0, schema: 3, zeroThreshold: 0, spans: [[0, 0]] } }),
      family('gaugehistogram', 'g', { histogram: { count: 0, sum: 0, schema: 3, zeroThreshold: 0.1 } }),
    ]);
    const { histograms } = readProtobufExposition(page, LIMIT);
    expect(histograms.map(({ name, origin, histogram }) => [name, origin, histogram.resetHint])).toEqual([
      ['h', null, 0],
      ['g', null, 3],
    ]);
  });

  it('is refused where it is damaged, of no known type, not UTF-8, or far larger as text', () => {
    const page = protobufPage([family('counter', 'hits_total', { labels: { a: 'b' }, counter: { value: 1 } })]);
    for (let length = 1; length < page.length; length++) expect(() => readProtobufExposition(page.subarray(0, length), LIMIT)).toThrow();
    expect(() => readProtobufExposition(Buffer.from('hits_total 1\n'), LIMIT)).toThrow();
    expect(() => readProtobufExposition(Buffer.from('0318630a', 'hex').subarray(0, 3), LIMIT)).toThrow(/./);
    const latin = Buffer.from(page);
    latin[latin.indexOf('hits')] = 0xff;
    expect(() => readProtobufExposition(latin, LIMIT)).toThrow(/encoded data|valid/);
    const buckets = Array.from({ length: 1000 }, (_, at) => [at, at] as const);
    const wide = protobufPage([family('histogram', 'h', { labels: { a: 'x'.repeat(10_000) }, histogram: { count: 1, sum: 1, buckets } })]);
    expect(() => readProtobufExposition(wide, LIMIT)).toThrow('written as text it is larger than 1000000 bytes');
  });

  it.each([
    [PROTOBUF_TYPE, true],
    ['application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited', true],
    ['application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=text', false],
    ['text/plain; version=0.0.4', false],
    [undefined, false],
  ])('is what %s says: %s', (contentType, expected) => {
    expect(isProtobufExposition(contentType)).toBe(expected);
  });
});
