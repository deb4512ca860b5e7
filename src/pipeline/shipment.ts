/** Sends the payloads of one lease, in pieces where they are too large for one request. */
import { joinPayloads, type Payload, type Refused } from '../queue/payload.ts';
import type { Output, SendResult } from './plugin.ts';
import type { SizeLimit } from './size-limit.ts';

export type Send = (payload: Payload) => Promise<SendResult>;
export type Split = NonNullable<Output['split']>;
export type Retry = Extract<SendResult, { status: 'retry' }>;

/** `settled`: the server has all of it but what it refused for good. */
export type Outcome = { readonly status: 'settled'; readonly refused: readonly Refused[] } | Retry;

/** For outputs that can't take a payload apart. */
export const noSplit: Split = () => undefined;

/** Sends payloads of one destination, joined, in order. `retry`: some of it may be stored all the same, and all of it is to be sent again. */
export async function ship(payloads: readonly Payload[], send: Send, split: Split, limit: SizeLimit): Promise<Outcome> {
  const rest: (readonly Payload[])[] = [payloads];
  const refused: Refused[] = [];
  for (let piece = rest.shift(); piece !== undefined; piece = rest.shift()) {
    const payload = joinPayloads(piece);
    const known = payload.body.length > limit.bytes ? halve(piece, split) : undefined;
    if (known !== undefined) {
      rest.unshift(...known);
      continue;
    }
    const result = await send(payload);
    if (result.status === 'retry') return result;
    if (result.status !== 'too_large') {
      limit.taken();
      refused.push(...refusedOf(payload, result));
      continue;
    }
    const halves = halve(piece, split);
    if (halves === undefined) {
      // A single point: its size says nothing about requests.
      refused.push({ ...payload, reason: result.reason });
      continue;
    }
    limit.refused(payload.body.length);
    rest.unshift(...halves);
  }
  return { status: 'settled', refused };
}

/** What a server refused of a payload for good. */
function refusedOf(payload: Payload, result: Exclude<SendResult, Retry>): readonly Refused[] {
  if (result.status === 'ok') return [];
  return result.status === 'partial' ? result.refused : [{ ...payload, reason: result.reason }];
}

function halve(payloads: readonly Payload[], split: Split): readonly (readonly Payload[])[] | undefined {
  if (payloads.length === 1) return split(payloads[0])?.map((half) => [half]);
  const middle = payloads.length >> 1;
  return [payloads.slice(0, middle), payloads.slice(middle)];
}
