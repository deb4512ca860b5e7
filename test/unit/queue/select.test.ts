import { expect, it } from 'vitest';
import type { QueuedPayload } from '../../../src/queue/payload.ts';
import { selectOldest } from '../../../src/queue/select.ts';
import type { TakeLimits } from '../../../src/queue/store.ts';

const limits = { maxPoints: 1000, maxBytes: 1000, maxPartitions: 4, separateResent: true };

/** Takes from a queue of partitions and times, oldest first; gives the times of what was taken. */
function taken(
  queue: readonly (readonly [partition: number, firstMs: number])[],
  lead: TakeLimits['lead'],
  leased: number[] = [],
): number[] {
  const entries = queue.map(([partition, firstMs]) => ({ payload: payloadOf(partition, firstMs), tried: false }));
  return selectOldest(entries, new Set(leased), { ...limits, ...(lead && { lead }) }).map(({ payload }) => payload.firstMs);
}

function payloadOf(partition: number, firstMs: number): QueuedPayload {
  return { partition, firstMs, lastMs: firstMs, points: 1, destination: '', body: Buffer.from('x') };
}

it('takes nothing that begins more than the lead after the first that it takes', () => {
  const queue = [
    [0, 10],
    [1, 15],
    [1, 16],
    [0, 12],
  ] as const;
  expect(taken(queue, { maxMs: 5, oldestMs: Infinity })).toEqual([10, 15, 12]);
  expect(taken(queue, undefined)).toEqual([10, 15, 16, 12]);
});

it('takes nothing that begins more than the lead after what is under way', () => {
  const queue = [
    [1, 15],
    [2, 9],
  ] as const;
  expect(taken(queue, { maxMs: 5, oldestMs: 4 }, [0])).toEqual([9]);
  expect(taken([[1, 15]], { maxMs: 5, oldestMs: 4 }, [0])).toEqual([]);
});

it('lets nothing of a partition overtake what is held back of it', () => {
  const queue = [
    [0, 1],
    [1, 20],
    [1, 2],
    [0, 3],
  ] as const;
  expect(taken(queue, { maxMs: 5, oldestMs: Infinity })).toEqual([1, 3]);
});
