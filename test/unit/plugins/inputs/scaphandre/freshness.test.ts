import { describe, expect, it } from 'vitest';
import { FreshnessCheck } from '../../../../../src/plugins/inputs/scaphandre/freshness.ts';
import { ENERGY, emptySnapshot, HOST, POWER, SOCKET, type Snapshot } from '../../../../../src/plugins/inputs/scaphandre/snapshot.ts';

function snapshotOf(counters: readonly number[], watts?: number): Snapshot {
  const snapshot = emptySnapshot();
  const host = new Map([
    [ENERGY, counters.reduce((sum, counter) => sum + counter, 0)],
    ...(watts === undefined ? [] : [[POWER, watts] as const]),
  ]);
  snapshot.things.set(HOST, { measurement: HOST, tags: [], fields: host });
  for (const [id, counter] of counters.entries()) {
    snapshot.things.set(String(id), { measurement: SOCKET, tags: [['socket_id', String(id)]], fields: new Map([[ENERGY, counter]]) });
  }
  return snapshot;
}

describe('FreshnessCheck', () => {
  it('takes what moves for fresh, one socket of two being enough', () => {
    const check = new FreshnessCheck(30_000);
    expect(check.judge(snapshotOf([1, 5]), false, 0)).toBe('fresh');
    expect(check.judge(snapshotOf([1, 6], 9), false, 60_000)).toBe('fresh');
    expect(check.judge(snapshotOf([1, 7], 9), false, 120_000)).toBe('fresh');
  });

  it('takes equal counters with equal power for a repetition, and with no power for a rest', () => {
    const check = new FreshnessCheck(30_000);
    check.judge(snapshotOf([5], 9), false, 0);
    expect(check.judge(snapshotOf([5], 9), false, 1000)).toBe('repeated');
    expect(check.judge(snapshotOf([5], 0), false, 2000)).toBe('fresh');
    expect(check.judge(snapshotOf([5], 0), false, 3000)).toBe('fresh');
  });

  it('takes counters that stood still for the time given for frozen, until they move', () => {
    const check = new FreshnessCheck(30_000);
    check.judge(snapshotOf([5], 0), false, 0);
    expect(check.judge(snapshotOf([5], 0), false, 29_999)).toBe('fresh');
    expect(check.judge(snapshotOf([5], 0), false, 30_000)).toBe('frozen');
    expect(check.judge(snapshotOf([6], 0), false, 35_000)).toBe('fresh');
  });

  it('takes 0 in a VM for no reading, and on a host for one', () => {
    expect(new FreshnessCheck(30_000).judge(snapshotOf([0]), true, 0)).toBe('zero');
    expect(new FreshnessCheck(30_000).judge(snapshotOf([0]), false, 0)).toBe('fresh');
  });

  it('takes a host of 0 without sockets for one that may not be read', () => {
    expect(new FreshnessCheck(30_000).judge(snapshotOf([]), false, 0)).toBe('unreadable');
  });
});
