import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countContent, decodeRequest } from '../../../../src/formats/remote-write/decode.ts';
import { exemplarField } from '../../../../src/formats/remote-write/exemplar.ts';
import { histogramField, readHistogram, staleHistogramField } from '../../../../src/formats/remote-write/histogram.ts';
import { labelSet } from '../../../../src/formats/remote-write/label-set.ts';
import { requestLines } from '../../../../src/formats/remote-write/lines.ts';
import { toVersion1 } from '../../../../src/formats/remote-write/request-v1.ts';
import { toVersion2 } from '../../../../src/formats/remote-write/request-v2.ts';
import { RequestWriter, sampleGroup } from '../../../../src/formats/remote-write/request-writer.ts';
import type { BucketSide, NativeHistogram } from '../../../../src/metric/native-histogram.ts';
import { readVersion1, readVersion2 } from '../../../support/remote-write-message.ts';

const MS = 1_760_000_000_000;

/** Histograms of whole numbers, or of floats. */
function histograms(count: fc.Arbitrary<number>): fc.Arbitrary<NativeHistogram> {
  const side = fc
    .array(fc.tuple(fc.integer({ min: 0, max: 1000 }), fc.array(count, { maxLength: 5 })), { maxLength: 4 })
    .map((spans): BucketSide => ({
      spans: spans.map(([offset, counts], at) => [at === 0 ? offset - 500 : offset, counts.length] as const),
      counts: spans.flatMap(([, counts]) => counts),
    }));
  return fc
    .record({
      sum: fc.double(),
      schema: fc.integer({ min: -4, max: 8 }),
      resetHint: fc.integer({ min: 0, max: 3 }),
      zeroThreshold: fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }),
      zeroCount: count,
      positive: side,
      negative: side,
    })
    .map((parts) => ({
      ...parts,
      count: [parts.zeroCount, ...parts.positive.counts, ...parts.negative.counts].reduce((a, b) => a + b, 0),
    }));
}

const whole = histograms(fc.integer({ min: 0, max: 2 ** 45 }));
const fractions = histograms(fc.double({ min: 0.1, max: 1e9, noNaN: true }).map((value) => value + 0.001));

/** Counts by the index of their bucket. */
function byIndex({ spans, counts }: BucketSide): [number, number][] {
  const all: [number, number][] = [];
  let index = 0;
  for (const [offset, length] of spans) {
    index += offset;
    for (let left = length; left > 0; left--) all.push([index++, counts[all.length]]);
  }
  return all;
}

describe('a histogram in a request', () => {
  it('is what it was for a strict reader of either version, and for our own', () => {
    fc.assert(
      fc.property(fc.oneof(whole, fractions), fc.boolean(), (histogram, isTimed) => {
        const startMs = isTimed ? MS - 5000 : 0;
        const writer = new RequestWriter();
        const group = sampleGroup(labelSet('request_seconds', [['job', 'a']]).bytes);
        writer.appendHistogram(group, histogramField(histogram, MS, startMs));
        writer.appendExemplar(group, exemplarField([['trace_id', 'x']], 0.5, MS));
        const body = writer.take();
        const [second] = readVersion2(
          toVersion2(body, () => undefined),
          'legacy',
        );
        const [first] = readVersion1(toVersion1(body), 'legacy');
        for (const { name, histograms: got, exemplars } of [first, second]) {
          expect(name).toBe('request_seconds{job="a"}');
          expect(got).toHaveLength(1);
          expect(got[0]).toMatchObject({ ms: MS, stale: false, sum: histogram.sum, count: histogram.count, schema: histogram.schema });
          expect(got[0]).toMatchObject({ zeroCount: histogram.zeroCount, resetHint: histogram.resetHint });
          expect([...got[0].positive]).toEqual(byIndex(histogram.positive));
          expect([...got[0].negative]).toEqual(byIndex(histogram.negative));
          expect(exemplars).toEqual([{ labels: [['trace_id', 'x']], value: 0.5, ms: MS }]);
        }
        expect([first.histograms[0].startMs, second.histograms[0].startMs]).toEqual([undefined, isTimed ? startMs : undefined]);
        const [{ samples }] = decodeRequest(body);
        expect(readHistogram(samples[0].histogram ?? Buffer.alloc(0))).toEqual({ histogram, ms: MS, stale: false, startMs });
        expect(countContent(body)).toEqual({ samples: 1, exemplars: 1 });
      }),
      { numRuns: 200 },
    );
  });

  it('stands apart from numbers of the same series in 2.0, and with its like', () => {
    const writer = new RequestWriter();
    const { bytes } = labelSet('up', []);
    const histogram = fc.sample(whole, 1)[0];
    writer.append(sampleGroup(bytes), MS, 1);
    const group = sampleGroup(bytes);
    writer.appendHistogram(group, histogramField(histogram, MS + 1));
    const first = Buffer.from(writer.take());
    writer.appendHistogram(group, staleHistogramField(MS + 2));
    const got = readVersion2(
      toVersion2(Buffer.concat([first, writer.take()]), () => undefined),
      'legacy',
    );
    expect(got.map(({ samples, histograms: all }) => [samples.length, all.map(({ ms, stale }) => [ms - MS, stale])])).toEqual([
      [1, []],
      [
        0,
        [
          [1, false],
          [2, true],
        ],
      ],
    ]);
  });

  it('reads as line protocol with the fields that it came with', () => {
    const positive = { spans: [[-1, 2]] as const, counts: [1, 2] };
    const histogram = { count: 3, sum: 4.5, schema: 3, resetHint: 0, zeroThreshold: 0.001, zeroCount: 0, positive };
    const writer = new RequestWriter();
    writer.appendHistogram(
      sampleGroup(labelSet('request_seconds', [['job', 'a']]).bytes),
      histogramField({ ...histogram, negative: { spans: [], counts: [] } }, MS),
    );
    expect(requestLines(writer.take()).toString()).toBe(
      'request_seconds,job=a count=3,counter_reset_hint=0i,positive_bucket_0=1,positive_bucket_1=2,positive_span_0_length=2i,positive_span_0_offset=-1i,schema=3i,sum=4.5,zero_count=0,zero_threshold=0.001 1760000000000000000\n',
    );
  });

  it('that is cut off is refused', () => {
    const field = histogramField(fc.sample(whole, 1)[0], MS);
    for (let length = 3; length < field.length; length++) {
      expect(() => decodeRequest(Buffer.concat([Buffer.from([0x0a, length]), field.subarray(0, length)]))).toThrow();
    }
  });
});
