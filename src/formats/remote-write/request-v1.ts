/** What a receiver of 1.0 is sent of a body that was written for 2.0: everything but the start times, for which 1.0 has no field. */
import { contentAt, decodeRequest, seriesAt, timeEnd, type TimeSeries } from './decode.ts';
import { readHistogram, withoutStart } from './histogram.ts';
import { TAG } from './protobuf.ts';
import { RequestWriter, sampleGroup } from './request-writer.ts';

/** The request without start times: the same buffer where it has none. Throws on bytes that are no request of ours. */
export function toVersion1(body: Buffer): Buffer {
  if (!hasStartTimes(body)) return body;
  return encodeRequest(decodeRequest(body), { startTimes: false });
}

/** The request of these series, in their order. */
export function encodeRequest(all: readonly TimeSeries[], { startTimes = true }: { startTimes?: boolean } = {}): Buffer {
  const writer = new RequestWriter();
  for (const { labels, samples, exemplars = [] } of all) {
    const group = sampleGroup(labels);
    for (const { ms, value, stale, startMs, histogram } of samples) {
      if (histogram !== undefined) writer.appendHistogram(group, withoutStart(histogram, startTimes ? 0 : startMs));
      else writer.append(group, ms, value, stale, startTimes ? startMs : 0);
    }
    for (const exemplar of exemplars) writer.appendExemplar(group, exemplar);
  }
  return writer.take();
}

function hasStartTimes(body: Buffer): boolean {
  for (let at = 0; at < body.length;) {
    const { labelsTo, end } = seriesAt(body, at);
    for (at = labelsTo; at < end;) {
      const tag = body[at];
      const [start, next] = contentAt(body, at);
      if (tag === TAG.second && timeEnd(body, start) < next) return true;
      if (tag === TAG.histograms && readHistogram(body.subarray(start, next)).startMs !== 0) return true;
      at = next;
    }
  }
  return false;
}
