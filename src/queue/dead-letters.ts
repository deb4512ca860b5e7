/** What the dead letters of all drivers have in common: which ones a filter means, what they may take, and how one is sent again. */
import type { QueuedPayload } from './payload.ts';
import type { DeadLetter, DeadLetterFilter } from './store.ts';

/** Of all outputs together. Millions of refused points are one mistake a million times; the first are as telling as all. */
export const MAX_DEAD_LETTER_BYTES = 64 * 1024 * 1024;

/** Where a replayed letter goes: its series are not known any more, and one partition keeps letters in their order. */
const REPLAY_PARTITION = 0;

/** Whether a dead letter is one of those that a filter means. */
export function matchesLetter(letter: Pick<DeadLetter, 'id' | 'output' | 'reason'>, { ids, output, reason }: DeadLetterFilter): boolean {
  if (ids !== undefined && !ids.includes(letter.id)) return false;
  if (output !== undefined && letter.output !== output) return false;
  return reason === undefined || letter.reason.toLowerCase().includes(reason.toLowerCase());
}

/** What a letter takes of the bound: its words count, since a server may say ten times as much of a point as there is in it. */
export function letterSize({ body, reason, destination }: Pick<DeadLetter, 'body' | 'reason' | 'destination'>): number {
  return body.length + Buffer.byteLength(reason) + Buffer.byteLength(destination);
}

/** The payload that a letter was, to be queued again. */
export function replayed({ destination, body, points, firstMs, lastMs }: DeadLetter): QueuedPayload {
  return { destination, body, points, firstMs, lastMs, partition: REPLAY_PARTITION };
}
