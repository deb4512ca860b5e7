import { expect, it } from 'vitest';
import { killRounds } from '../support/kill-rounds.ts';

it('keeps the promise of test/e2e/kill.test.ts 200 times', async () => {
  const result = await killRounds(200, 20_261_123);

  expect(result.influxdb).toEqual(result.pushed);
  expect(result.prometheus).toEqual(result.pushed);
  expect(result.left).toEqual({ points: 0, deadLetters: 0 });
  expect(result.energy).toEqual(result.energyWithout);
  expect(result.energyInPrometheus).toEqual(result.energyWithout);
}, 3_600_000);
