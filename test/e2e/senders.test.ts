/** The promise of docs/delivery.md with `queue_driver: redis`. `npm run soak` does the same more often. */
import { expect, it } from 'vitest';
import { faults, senderRounds } from '../support/sender-rounds.ts';

it('delivers every acknowledged point once and in order while its senders are killed', async () => {
  expect(faults(await senderRounds({ rounds: 4, seed: 20_261_122, victim: 'sender' }))).toEqual([]);
});

it('loses nothing while Redis is killed under load', async () => {
  expect(faults(await senderRounds({ rounds: 3, seed: 20_261_123, victim: 'redis' }))).toEqual([]);
});

it('loses nothing when Redis comes back empty', async () => {
  expect(faults(await senderRounds({ rounds: 2, seed: 20_261_124, victim: 'redis', redis: { appendonly: 'no' } }))).toEqual([]);
});
