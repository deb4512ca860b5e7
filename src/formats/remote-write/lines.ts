/** A request as line protocol, for people who look at what a server refused. */
import { Interner } from '../../metric/interner.ts';
import { Kind } from '../../metric/kind.ts';
import { Point } from '../../metric/point.ts';
import { LineWriter } from '../line-protocol/write.ts';
import { decodeLabels, decodeRequest } from './decode.ts';

const NAME = '__name__';

/**
 * Each sample as a line `name,labels value=…`, as the server would have stored it. Line protocol has no NaN, no infinity and no
 * staleness marker: those samples are left out. Throws on bytes that are no request of ours.
 */
export function requestLines(body: Buffer): Buffer {
  const interner = new Interner();
  const writer = new LineWriter(interner);
  for (const { labels: bytes, samples } of decodeRequest(body)) {
    const labels = decodeLabels(bytes);
    const name = labels.find(([label]) => label === NAME)?.[1] ?? NAME;
    const tags = labels.filter(([label]) => label !== NAME);
    const shape = interner.shape(interner.series(name, tags), [{ name: 'value', kind: Kind.Float }]);
    for (const { ms, value, stale } of samples) {
      if (!stale && Number.isFinite(value)) writer.append(Point.fromValues(shape, ms, 0, [value]));
    }
  }
  return writer.take();
}
