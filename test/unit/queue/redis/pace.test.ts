import { expect, it } from 'vitest';
import { Pace, type Place, type Report } from '../../../../src/queue/redis/pace.ts';

const MINUTE = 60_000;

function pace(maxLeadMs = 10 * MINUTE): { pace: Pace; wait: (ms: number) => void } {
  let nowMs = 0;
  return { pace: new Pace({ maxLeadMs, now: () => nowMs }), wait: (ms) => (nowMs += ms) };
}

/** A place whose readings were added as they were read. */
function at(minutes: number, addedMinutes = minutes): Place {
  return { partition: 0, id: minutes, firstMs: minutes * MINUTE, addedMs: addedMinutes * MINUTE };
}

function reports(places: Record<string, Place[]>, atMs = 0): ReadonlyMap<string, Report> {
  return new Map(Object.entries(places).map(([bridge, told]) => [bridge, { places: told, atMs }]));
}

it('lets nothing go before it has heard of the other bridges', () => {
  const { pace: one } = pace();
  expect(one.allows(at(0))).toBe(false);
  one.heard(new Map(), 0);
  expect(one.allows(at(0))).toBe(true);
});

it('lets go what begins no more than the lead after the last of the partitions', () => {
  const { pace: one } = pace();
  one.heard(new Map(), 0);
  one.partition(0, at(5));
  one.partition(1, { ...at(100), partition: 1 });
  expect(one.allows(at(15))).toBe(true);
  expect(one.allows(at(16))).toBe(false);
  one.partition(0, at(60));
  expect(one.allows(at(70))).toBe(true);
  one.partition(0, undefined);
  one.partition(1, undefined);
  expect(one.places).toEqual([]);
  expect(one.allows(at(10_000))).toBe(true);
});

it('does not wait for what came later, whatever the times in it', () => {
  const { pace: one } = pace();
  one.heard(reports({ other: [at(0, 101)] }), 0);
  one.partition(0, at(0, 102));
  expect(one.allows(at(100))).toBe(true);
  expect(one.allows(at(100, 101))).toBe(false);
});

it('waits for other bridges until they are silent, by the clock of Redis, though Redis has lost what they said', () => {
  const { pace: one } = pace();
  one.heard(reports({ other: [at(20)], idle: [] }), 0);
  expect(one.allows(at(30))).toBe(true);
  expect(one.allows(at(40))).toBe(false);
  one.heard(new Map(), MINUTE);
  expect(one.allows(at(40))).toBe(false);
  one.heard(new Map(), MINUTE + 1);
  expect(one.allows(at(40))).toBe(true);
});

it('leaves behind who stands still for more than a minute while others move', () => {
  const { pace: one, wait } = pace();
  one.heard(reports({ other: [at(0)] }), 0);
  one.partition(1, at(1));
  wait(5 * MINUTE);
  // An outage: nobody moved.
  expect(one.allows(at(20))).toBe(false);
  one.partition(1, at(2));
  wait(1 * MINUTE);
  expect(one.allows(at(11))).toBe(false);
  wait(1);
  expect(one.allows(at(11))).toBe(true);
  // It moves again.
  one.heard(reports({ other: [{ ...at(0), id: 1 }] }), 0);
  expect(one.allows(at(11))).toBe(false);
});

it('goes on after ten minutes in which the one that all wait for did not move: it may fail until others are delivered', () => {
  const { pace: one, wait } = pace();
  one.heard(new Map(), 0);
  wait(60 * MINUTE);
  one.partition(0, at(0));
  wait(10 * MINUTE);
  one.partition(0, at(0));
  expect(one.allows(at(100))).toBe(false);
  wait(1);
  expect(one.allows(at(100))).toBe(true);
});

it('waits as long as an outage lasts where several may go and none moves', () => {
  const { pace: one, wait } = pace();
  one.heard(new Map(), 0);
  one.partition(0, at(0));
  one.partition(1, { ...at(5), partition: 1 });
  one.partition(2, { ...at(100), partition: 2 });
  wait(300 * MINUTE);
  expect(one.allows(at(100))).toBe(false);
});

it('holds nothing back where the server does not care', () => {
  const { pace: one } = pace(Infinity);
  one.partition(0, at(0));
  expect(one.allows(at(1e9))).toBe(true);
});
