import { expect, it } from 'vitest';
import { faults, senderRounds } from '../support/sender-rounds.ts';

it.each(['sender', 'redis'] as const)('keeps the promise of test/e2e/senders.test.ts 50 times, a %s killed each time', async (victim) => {
  expect(faults(await senderRounds({ rounds: 50, seed: 20_261_125, victim }))).toEqual([]);
});
