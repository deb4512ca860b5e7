import { expect, it } from 'vitest';
import { Pace } from '../../../../src/queue/redis/pace.ts';

const MINUTE = 60_000;

function pace(maxLeadMs = 10 * MINUTE): { pace: Pace; wait: (ms: number) => void } {
  let nowMs = 0;
  return { pace: new Pace({ maxLeadMs, self: 'me', now: () => nowMs }), wait: (ms) => (nowMs += ms) };
}

it('lets nothing go before it has heard of the other bridges', () => {
  const { pace: one } = pace();
  expect(one.allows(0)).toBe(false);
  one.heard(new Map());
  expect(one.allows(0)).toBe(true);
});

it('lets go what begins no more than the lead after the last of the partitions', () => {
  const { pace: one } = pace();
  one.heard(new Map());
  one.partition(0, 5 * MINUTE);
  one.partition(1, 100 * MINUTE);
  expect(one.firstMs).toBe(5 * MINUTE);
  expect(one.allows(15 * MINUTE)).toBe(true);
  expect(one.allows(15 * MINUTE + 1)).toBe(false);
  one.partition(0, 60 * MINUTE);
  expect(one.allows(70 * MINUTE)).toBe(true);
  one.partition(0, undefined);
  expect(one.firstMs).toBe(100 * MINUTE);
  one.partition(1, undefined);
  expect(one.firstMs).toBeUndefined();
  expect(one.allows(1e9)).toBe(true);
});

it('waits for other bridges, and not for what it said itself', () => {
  const { pace: one } = pace();
  const others = new Map([
    ['me', 0],
    ['other', 20 * MINUTE],
    ['idle', undefined],
  ]);
  one.heard(others);
  one.partition(0, 40 * MINUTE);
  expect(one.firstMs).toBe(40 * MINUTE);
  expect(one.allows(30 * MINUTE)).toBe(true);
  expect(one.allows(40 * MINUTE)).toBe(false);
  one.heard(new Map());
  expect(one.allows(40 * MINUTE)).toBe(true);
});

it('leaves behind who stands still for more than a minute while others move', () => {
  const { pace: one, wait } = pace();
  one.heard(new Map());
  one.partition(0, 0);
  one.partition(1, 1 * MINUTE);
  wait(60 * MINUTE);
  // An outage: nobody moved.
  expect(one.allows(20 * MINUTE)).toBe(false);
  one.partition(1, 2 * MINUTE);
  wait(1 * MINUTE);
  expect(one.allows(11 * MINUTE)).toBe(false);
  wait(1);
  expect(one.firstMs).toBe(2 * MINUTE);
  expect(one.allows(11 * MINUTE)).toBe(true);
  // It moves again.
  one.partition(0, 1);
  expect(one.allows(11 * MINUTE)).toBe(false);
});

it('leaves another bridge behind that stands still while this one moves', () => {
  const { pace: one, wait } = pace();
  const others = new Map([['other', 0]]);
  one.heard(others);
  one.partition(0, 5 * MINUTE);
  one.partition(0, 6 * MINUTE);
  wait(1 * MINUTE + 1);
  one.heard(others);
  expect(one.allows(16 * MINUTE)).toBe(true);
});

it('holds nothing back where the server does not care', () => {
  const { pace: one } = pace(Infinity);
  one.partition(0, 0);
  expect(one.allows(1e15)).toBe(true);
});
