import { describe, expect, it } from 'vitest';
import { Interner } from '../../../../src/metric/interner.ts';
import { deliverPatiently } from '../../../../src/plugins/shared/patient-delivery.ts';
import { CollectingSink } from '../../../support/input.ts';
import { parsePoints } from '../../../support/points.ts';

const interner = new Interner();
const never = new AbortController().signal;

describe('deliverPatiently', () => {
  it('offers the same points again while the pipeline is busy, and loses none', async () => {
    const sink = new CollectingSink(interner);
    sink.busy = 3;
    expect(await deliverPatiently(sink, parsePoints(interner, 'm v=1 1\nm v=2 2'), never)).toBe(true);
    expect(sink.refused).toBe(3);
    expect(sink.lines).toEqual(['m v=1 1', 'm v=2 2']);
  });

  it('cuts many points in slices, in order', async () => {
    const sink = new CollectingSink(interner);
    const text = Array.from({ length: 12_000 }, (_, index) => `m v=1 ${index}`);
    expect(await deliverPatiently(sink, parsePoints(interner, text.join('\n')), never)).toBe(true);
    expect(sink.sizes).toEqual([5000, 5000, 2000]);
    expect(sink.lines).toEqual(text);
  });

  it('gives up a wait as soon as the signal aborts', async () => {
    const sink = new CollectingSink(interner);
    sink.busy = Infinity;
    sink.retryAfterSeconds = 3600;
    const abort = new AbortController();
    const delivering = deliverPatiently(sink, parsePoints(interner, 'm v=1 1'), abort.signal);
    abort.abort();
    expect(await delivering).toBe(false);
    expect(sink.lines).toEqual([]);
  });
});
