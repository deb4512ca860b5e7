/** The promise of docs/delivery.md while the servers come and go. `npm run soak` does the same with outages of ten minutes. */
import { expect, it } from 'vitest';
import { outages } from '../support/kill-rounds.ts';

it('loses nothing while each server, and then both, are killed under load and stay away for seconds', async () => {
  const result = await outages(3, 20_261_124);

  expect(result.repeats).toBe(0);
  expect(result.influxdb).toEqual(result.pushed);
  expect(result.prometheus).toEqual(result.pushed);
  expect(result.left).toEqual({ points: 0, deadLetters: 0 });
  expect(result.energy).toEqual(result.energyWithout);
  expect(result.energyInPrometheus).toEqual(result.energyWithout);
}, 300_000);
