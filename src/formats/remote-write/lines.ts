/** A request as line protocol, for people who look at what a server refused. */
import { Interner } from '../../metric/interner.ts';
import { Kind } from '../../metric/kind.ts';
import { histogramFields, type HistogramField } from '../../metric/native-histogram.ts';
import { Point } from '../../metric/point.ts';
import type { Series } from '../../metric/series.ts';
import { LineWriter } from '../line-protocol/write.ts';
import { decodeLabels, decodeRequest } from './decode.ts';
import { readHistogram } from './histogram.ts';

const NAME = '__name__';

/**
 * Each sample as a line `name,labels value=…`, as the server would have stored it; a native histogram with the fields that it came with.
 * Line protocol has no NaN, no infinity and no staleness marker: those samples are left out. Throws on bytes that are no request of ours.
 */
export function requestLines(body: Buffer): Buffer {
  const interner = new Interner();
  const writer = new LineWriter(interner);
  for (const { labels: bytes, samples } of decodeRequest(body)) {
    const labels = decodeLabels(bytes);
    const name = labels.find(([label]) => label === NAME)?.[1] ?? NAME;
    const tags = labels.filter(([label]) => label !== NAME);
    const series = interner.series(name, tags);
    for (const { ms, value, stale, histogram } of samples) {
      if (stale || !Number.isFinite(value)) continue;
      const fields =
        histogram === undefined ? [{ name: 'value', kind: Kind.Float, value }] : histogramFields(readHistogram(histogram).histogram);
      writer.append(pointOf(interner, series, fields, ms));
    }
  }
  return writer.take();
}

function pointOf(interner: Interner, series: Series, fields: readonly HistogramField[], ms: number): Point {
  const shape = interner.shape(series, fields);
  const byName = new Map(fields.map(({ name, value }) => [name, value]));
  const values = shape.fields.map(({ key }) => byName.get(key.name) ?? 0);
  return Point.fromValues(shape, ms, 0, values);
}
