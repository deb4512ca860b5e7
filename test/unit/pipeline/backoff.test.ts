import { expect, it } from 'vitest';
import { backoffMs } from '../../../src/pipeline/backoff.ts';

const longest = (failures: number, retryAfterMs?: number): number => backoffMs(failures, retryAfterMs, () => 1);

it('doubles its bound with every failure, up to half a minute', () => {
  expect([0, 1, 2, 3, 6, 7, 8, 1e6].map((failures) => longest(failures))).toEqual([500, 500, 1000, 2000, 16_000, 30_000, 30_000, 30_000]);
});

it('is random below that', () => {
  expect(backoffMs(8, 0, () => 0)).toBe(0);
  expect(backoffMs(8, 0, () => 0.5)).toBe(15_000);
});

it('waits as long as the server asks for, ten minutes at most', () => {
  expect(backoffMs(1, 20_000, () => 0)).toBe(20_000);
  expect(backoffMs(1, 3_600_000, () => 1)).toBe(600_000);
});
