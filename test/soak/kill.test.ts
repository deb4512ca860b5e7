import { expect, it } from 'vitest';
import { killRounds } from '../support/kill-rounds.ts';

it('keeps the promise of test/e2e/kill.test.ts 200 times', async () => {
  const result = await killRounds(200, 20_261_123);

  expect(result.influxdb).toEqual(result.pushed);
  for (const [key, watts] of result.prometheus) expect(result.pushed.get(key)).toBe(watts);
  expect(result.left.points).toBe(0);
  expect(result.energy).toEqual(result.energyWithout);
}, 3_600_000);
