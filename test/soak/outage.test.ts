import { expect, it } from 'vitest';
import { outages } from '../support/kill-rounds.ts';

const OUTAGE_SECONDS = Number(process.env['SOAK_OUTAGE_SECONDS'] ?? 600);

it(`keeps the promise of test/e2e/outage.test.ts over outages of ${OUTAGE_SECONDS} seconds`, async () => {
  const result = await outages(OUTAGE_SECONDS, 20_261_125);

  expect(result.influxdb).toEqual(result.pushed);
  expect(result.prometheus).toEqual(result.pushed);
  expect(result.left).toEqual({ points: 0, deadLetters: 0 });
  expect(result.energy).toEqual(result.energyWithout);
  expect(result.energyInPrometheus).toEqual(result.energyWithout);
}, 3_600_000);
