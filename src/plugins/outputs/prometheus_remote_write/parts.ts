/** Requests taken apart and put together again. */
import { decodeLabels, decodeRequest, type Sample, type TimeSeries } from '../../../formats/remote-write/decode.ts';
import { packRequest, unpackRequest } from '../../../formats/remote-write/packed-request.ts';
import { encodeRequest } from '../../../formats/remote-write/request-v1.ts';
import type { Payload } from '../../../queue/payload.ts';

/** Series of a request, in its order. One that is in several joined payloads is there several times, older samples first. */
export type Part = readonly TimeSeries[];

/** The part that is a packed request. Throws on bytes that are none of ours. */
export function decodePart(body: Buffer): Part {
  return decodeRequest(unpackRequest(body));
}

/** A part as a packed request. */
export function encodePart(part: Part): Buffer {
  return packRequest(encodeRequest(part));
}

/** A series' labels without its name: fields of one point have them in common. */
export function pointLabels({ labels }: TimeSeries): string {
  return JSON.stringify(decodeLabels(labels).filter(([name]) => name !== '__name__'));
}

/** Two halves of a part of several series, in order. */
export function halvesOf(part: Part): readonly [Part, Part] {
  const middle = part.length >> 1;
  return [part.slice(0, middle), part.slice(middle)];
}

/**
 * Two halves of a payload, older points first; the fields of a point stay together. Undefined for a single point, and for what can't
 * be told from one.
 */
export function splitPayload(payload: Payload): readonly [Payload, Payload] | undefined {
  if (payload.points <= 1) return undefined;
  const all = decodePart(payload.body);
  const names = all.map(pointLabels);
  const keys = all.flatMap(({ samples }, at) => samples.map(({ ms }) => ({ ms, key: `${ms} ${names[at]}` })));
  const order = [...new Set(keys.sort((a, b) => a.ms - b.ms).map(({ key }) => key))];
  if (order.length === 1) return undefined;
  const early = new Set(order.slice(0, order.length >> 1));
  const half = (wanted: boolean): Part =>
    all.map((series, at) => withSamples(series, ({ ms }) => early.has(`${ms} ${names[at]}`) === wanted));
  // Points that only their measurement tells apart were counted as one here.
  const points = Math.max(1, Math.round((payload.points * early.size) / order.length));
  return [payloadOf(payload, half(true), points), payloadOf(payload, half(false), payload.points - points)];
}

/** A series with those of its samples that are wanted. Its exemplars stay with the last one, so that they are sent in order and never alone. */
function withSamples({ labels, samples, exemplars = [] }: TimeSeries, isWanted: (sample: Sample) => boolean): TimeSeries {
  const wanted = samples.filter(isWanted);
  const hasLast = wanted.length > 0 && wanted.at(-1) === samples.at(-1);
  return { labels, samples: wanted, ...(hasLast && { exemplars }) };
}

/** The same payload without exemplars. */
export function withoutExemplars(payload: Payload): Payload {
  const all = decodePart(payload.body).map(({ labels, samples }) => ({ labels, samples }));
  return { ...payload, body: encodePart(all) };
}

/** A payload with these samples. */
export function payloadOf({ destination }: Payload, part: Part, points: number): Payload {
  let [firstMs, lastMs] = [Infinity, -Infinity];
  for (const { samples } of part) {
    for (const { ms } of samples) {
      firstMs = Math.min(firstMs, ms);
      lastMs = Math.max(lastMs, ms);
    }
  }
  return { destination, body: encodePart(part), points, firstMs, lastMs };
}

/** Layers of a request, in each of which every series is at most once; in order, they are the request. */
export function layersOf(part: Part): Part[] {
  const layers: TimeSeries[][] = [];
  let seen = new Set<string>();
  for (const series of part) {
    const key = series.labels.latin1Slice();
    if (layers.length === 0 || seen.has(key)) {
      layers.push([]);
      seen = new Set();
    }
    seen.add(key);
    layers.at(-1)?.push(series);
  }
  return layers;
}
