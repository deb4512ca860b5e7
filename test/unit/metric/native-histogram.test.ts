import { describe, expect, it } from 'vitest';
import { Interner } from '../../../src/metric/interner.ts';
import { Kind } from '../../../src/metric/kind.ts';
import { histogramFields, HistogramLayout, type HistogramField, type NativeHistogram } from '../../../src/metric/native-histogram.ts';

const histogram: NativeHistogram = {
  count: 12,
  sum: 36.8,
  schema: -1,
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
};
const nothing = { spans: [], counts: [] };
const interner = new Interner();

function shapeOf(fields: readonly Omit<HistogramField, 'value'>[]) {
  return interner.shape(interner.series('m', []), fields);
}

function read(fields: readonly HistogramField[]): NativeHistogram | string | undefined {
  const shape = shapeOf(fields);
  const byName = new Map(fields.map(({ name, value }) => [name, value]));
  return HistogramLayout.of(shape)?.read(shape.fields.map(({ key }) => byName.get(key.name) ?? 0));
}

describe('a native histogram', () => {
  it("is fields with Telegraf's names, and is read from them again", () => {
    const fields = histogramFields(histogram);
    expect(fields.map(({ name }) => name).sort()).toEqual([
      'count',
      'counter_reset_hint',
      'negative_bucket_0',
      'negative_span_0_length',
      'negative_span_0_offset',
      'positive_bucket_0',
      'positive_bucket_1',
      'positive_bucket_2',
      'positive_span_0_length',
      'positive_span_0_offset',
      'positive_span_1_length',
      'positive_span_1_offset',
      'schema',
      'sum',
      'zero_count',
      'zero_threshold',
    ]);
    expect(read(fields)).toEqual(histogram);
  });

  it('is read whatever kind of number its fields have become, beside buckets by their bounds and other fields', () => {
    const asIntegers = histogramFields(histogram).map((field) => (field.kind === Kind.Uint ? { ...field, kind: Kind.Int } : field));
    const more = ['-2.82842712474619', '+Inf', '0.001'].map((name) => ({ name, kind: Kind.Float, value: 1 }));
    expect(read([...asIntegers, ...more, { name: 'unit', kind: Kind.String, value: 's' }])).toEqual(histogram);
  });

  it('has more than ten buckets in the order of their numbers', () => {
    const counts = Array.from({ length: 25 }, (_, at) => at);
    const many = { ...histogram, count: 2 + 300, positive: { spans: [[0, 25]] as const, counts }, negative: nothing };
    expect(read(histogramFields(many))).toEqual(many);
  });

  it.each(['count', 'schema', 'counter_reset_hint', 'positive_bucket_0', 'positive_span_0_length', 'positive_span_1_offset'])(
    'is none without %s',
    (name) => {
      expect(HistogramLayout.of(shapeOf(histogramFields(histogram).filter((field) => field.name !== name)))).toBeUndefined();
    },
  );

  it('is none where a part of it is a text', () => {
    const fields = histogramFields(histogram).map((field) => (field.name === 'sum' ? { ...field, kind: Kind.String } : field));
    expect(HistogramLayout.of(shapeOf(fields))).toBeUndefined();
  });

  it.each<[string, Partial<NativeHistogram>]>([
    ['the buckets have 12 observations of 13', { count: 13 }],
    ['the buckets have 12 observations of 11', { count: 11, sum: NaN }],
    ['schema 9 is none', { schema: 9 }],
    ['schema -53 is none', { schema: -53 }],
    ['schema 0.5 is none', { schema: 0.5 }],
    ['counter_reset_hint 4', { resetHint: 4 }],
    ['zero_threshold -1', { zeroThreshold: -1 }],
    ['positive spans have 4 buckets, and there are 3', { positive: { spans: [[0, 4]], counts: [1, 2, 3] } }],
    [
      'positive span 1',
      {
        positive: {
          spans: [
            [0, 1],
            [-1, 2],
          ],
          counts: [1, 2, 3],
        },
      },
    ],
    ['a negative bucket is negative', { negative: { spans: [[0, 1]], counts: [-4] } }],
    ['a count is negative', { zeroCount: NaN }],
    ['more than 2048', { positive: { spans: [[0, 2049]], counts: Array.from({ length: 2049 }, () => 0) } }],
  ])('is refused before a server would: %s', (problem, changes) => {
    expect(read(histogramFields({ ...histogram, ...changes }))).toContain(problem);
  });

  it('may have observations that are in no bucket, since they are NaN, and fractions that do not add up', () => {
    expect(read(histogramFields({ ...histogram, count: 13, sum: NaN }))).toMatchObject({ count: 13 });
    expect(read(histogramFields({ ...histogram, count: 12.5 }))).toMatchObject({ count: 12.5 });
  });
});
