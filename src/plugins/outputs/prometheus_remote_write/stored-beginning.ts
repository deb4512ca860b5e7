/** How much of a request that is sent a second time the server has already, found by asking for few of its series. */
import type { Sample, TimeSeries } from '../../../formats/remote-write/decode.ts';
import type { Part } from './parts.ts';
import type { Retry } from './verdict.ts';

/** A layer with no more series is worth asking for each of them. */
const FEW = 16;

/** Offers a series' oldest sample, which does no harm where it is not stored yet; whether it was refused for being stored. */
export type AskStored = (series: TimeSeries, oldest: Sample) => Promise<boolean | Retry>;

/**
 * How many series at the beginning of a layer are stored, whole. What is stored of a layer is a beginning of it (see `Salvage`), so its
 * end is found by halving. A refusal may also come from samples of others; so as many as `FEW` all over that beginning must agree,
 * or none counts as stored. `Retry` when an answer was missing.
 */
export async function storedBeginning(layer: Part, ask: AskStored): Promise<number | Retry> {
  if (layer.length <= FEW) return 0;
  let stored = -1;
  let missing = layer.length;
  // Mostly all of it is.
  for (let at = layer.length - 1; missing - stored > 1; at = (stored + missing) >> 1) {
    const answer = await ask(layer[at], layer[at].samples[0]);
    if (typeof answer === 'object') return answer;
    if (answer) stored = at;
    else missing = at;
  }
  for (let witness = 0; witness < FEW && witness < stored; witness++) {
    const series = layer[Math.floor((witness * stored) / FEW)];
    const answer = await ask(series, series.samples[0]);
    if (typeof answer === 'object') return answer;
    if (!answer) return 0;
  }
  // Of the last one, some samples may be missing.
  return Math.max(0, stored);
}
