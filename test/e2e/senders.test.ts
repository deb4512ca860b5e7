/** The promise of docs/delivery.md with `queue_driver: redis`. `npm run soak` does the same more often. */
import { expect, it } from 'vitest';
import { differences, senderRounds, type SenderRoundsResult } from '../support/sender-rounds.ts';

function expectAllDeliveredOnce({ pushed, influxdb, prometheus, left, log }: SenderRoundsResult): void {
  expect(pushed.size).toBeGreaterThan(0);
  expect(differences(pushed, influxdb), log).toEqual([]);
  expect(differences(pushed, prometheus), log).toEqual([]);
  expect(left, log).toEqual({ points: 0, deadLetters: 0 });
}

it('delivers every acknowledged point once and in order while its senders are killed', async () => {
  expectAllDeliveredOnce(await senderRounds({ rounds: 4, seed: 20_261_122, victim: 'sender' }));
});

it('loses nothing while Redis is killed under load', async () => {
  expectAllDeliveredOnce(await senderRounds({ rounds: 3, seed: 20_261_123, victim: 'redis' }));
});

it('loses nothing when Redis comes back empty', async () => {
  expectAllDeliveredOnce(await senderRounds({ rounds: 2, seed: 20_261_124, victim: 'redis', redis: { appendonly: 'no' } }));
});
