/** The promise of docs/delivery.md, at any instant. `npm run soak` does the same 200 times. */
import { expect, it } from 'vitest';
import { killRounds } from '../support/kill-rounds.ts';

it('loses nothing that was acknowledged and counts no joule twice, however often it is killed', async () => {
  const result = await killRounds(20, 20_261_122);

  expect(result.repeats).toBeGreaterThan(0);
  expect(result.influxdb).toEqual(result.pushed);
  expect(result.prometheus).toEqual(result.pushed);
  expect(result.left).toEqual({ points: 0, deadLetters: 0 });
  expect(result.energy.size).toBe(result.energyWithout.size);
  expect(result.energy).toEqual(result.energyWithout);
  expect(result.energyInPrometheus).toEqual(result.energyWithout);
}, 300_000);
