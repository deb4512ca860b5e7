import { describe, expect, it } from 'vitest';
import { unpackRequest } from '../../../../../src/formats/remote-write/packed-request.ts';
import type { Exemplar } from '../../../../../src/metric/origin.ts';
import { Point } from '../../../../../src/metric/point.ts';
import { RemoteWriteEncoder } from '../../../../../src/plugins/outputs/prometheus_remote_write/encode.ts';
import { testContext, type TestContext } from '../../../../support/context.ts';
import { pointsOf } from '../../../../support/output.ts';
import { readVersion1, type ReceivedSeries } from '../../../../support/remote-write-message.ts';

const MS = 1_760_000_000_000;
const PARTS = 'schema=3i,counter_reset_hint=0i,zero_threshold=0.001,zero_count=0,positive_span_0_offset=0i';

function open(): { context: TestContext; encode: (points: readonly Point[]) => ReceivedSeries[] } {
  const context = testContext({ nowMs: MS });
  const encoder = new RemoteWriteEncoder(context, { stringAsLabel: false, maxFutureMs: 600_000, names: 'legacy', startTimes: false });
  return { context, encode: (points) => encoder.encode(points, 100).flatMap(({ body }) => readVersion1(unpackRequest(body), 'legacy')) };
}

/** A histogram of one bucket. */
function line(ms: number, count: number, more = ''): string {
  return `latency,job=a count=${count},sum=1,${PARTS},positive_span_0_length=1i,positive_bucket_0=${count}${more} ${ms}000000`;
}

describe('points that are native histograms', () => {
  it('are one series, named by the measurement, whatever buckets they have; other fields are series of their own', () => {
    const { context, encode } = open();
    const wider = `latency,job=a count=3,sum=1,${PARTS},positive_span_0_length=2i,positive_bucket_0=1,positive_bucket_1=2 ${MS + 1}000000`;
    const got = encode(pointsOf(context, `${line(MS, 1, ',1.09=1,errors=2i')}\n${wider}`));
    expect(got.map(({ name, samples, histograms }) => [name, samples.length, histograms.map(({ count }) => count)])).toEqual([
      ['latency{job="a"}', 0, [1, 3]],
      ['latency_errors{job="a"}', 1, []],
    ]);
  });

  it('go out once and in order, and end with a marker of their own kind', () => {
    const { context, encode } = open();
    const [point] = pointsOf(context, line(MS, 1));
    expect(encode([point])).toHaveLength(1);
    expect(encode(pointsOf(context, `${line(MS, 1)}\n${line(MS - 1, 1)}`))).toEqual([]);
    expect([...context.dropped]).toEqual([
      ['out_of_order', 1],
      ['duplicate', 1],
    ]);
    const [{ histograms }] = encode([Point.stale(point.shape, MS + 1, 0)]);
    expect(histograms).toMatchObject([{ ms: MS + 1, stale: true }]);
  });

  it('have those of their exemplars that are news, at every scrape', () => {
    const { context, encode } = open();
    const [{ shape, values }] = pointsOf(context, line(MS, 1));
    const exemplars = Array.from({ length: 6 }, (_, at): Exemplar => ({ labels: [['id', `${at}`]], value: at, timestampMs: MS + at }));
    const scrape = (at: number, from: number, to: number): Point =>
      Point.fromValues(shape, MS + at, 0, values, { startMs: 0, exemplars: exemplars.slice(from, to) });
    const sent = [scrape(10, 0, 3), scrape(20, 0, 3), scrape(30, 1, 5), scrape(40, 2, 6)].map((point) =>
      encode([point]).flatMap((series) => series.exemplars.map(({ value }) => value)),
    );
    expect(sent).toEqual([[0, 1, 2], [], [3, 4], [5]]);
    expect([...context.dropped]).toEqual([]);
  });

  it('that are none lose nothing else', () => {
    const { context, encode } = open();
    const bad = line(MS, 2).replace('positive_bucket_0=2', 'positive_bucket_0=1');
    expect(encode(pointsOf(context, bad.replace(' ', ' errors=1,'))).map(({ name }) => name)).toEqual(['latency_errors{job="a"}']);
    expect([...context.dropped]).toEqual([['bad_histogram', 1]]);
  });

  it('that have lost a bucket to a filter are fields like others', () => {
    const { context, encode } = open();
    const names = encode(pointsOf(context, line(MS, 1).replace(',positive_span_0_length=1i', ''))).map(({ name }) => name);
    expect(names).toContain('latency_positive_bucket_0{job="a"}');
    expect(names).not.toContain('latency{job="a"}');
  });
});
