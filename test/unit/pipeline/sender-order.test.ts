import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { SendResult } from '../../../src/pipeline/plugin.ts';
import type { Payload } from '../../../src/queue/payload.ts';
import { Random } from '../../support/random.ts';
import { fakeTime, linesOf, startSender } from '../../support/sender.ts';

const SERIES = 23;

beforeEach(fakeTime);
afterEach(() => void vi.useRealTimers());

/**
 * Takes `series number` lines, slowly and badly: it fails before or after storing, finds requests too large, has outages. It
 * checks that no series is in two requests at a time, and that none of its points comes before one that was queued earlier.
 */
class MoodyReceiver {
  readonly #random: Random;
  readonly #last = new Map<string, number>();
  readonly #underWay = new Set<string>();
  readonly violations: string[] = [];
  isDown = false;
  mostAtOnce = 0;
  #requests = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  async take(payload: Payload): Promise<SendResult> {
    const lines = linesOf(payload);
    const series = new Set(lines.map((line) => line.split(' ')[0]));
    for (const one of series) if (this.#underWay.has(one)) this.violations.push(`${one} is in two requests at a time`);
    for (const one of series) this.#underWay.add(one);
    this.mostAtOnce = Math.max(this.mostAtOnce, ++this.#requests);
    await new Promise((resolve) => setTimeout(resolve, this.#random.below(200)));
    const result = this.#answer(payload, lines);
    for (const one of series) this.#underWay.delete(one);
    this.#requests--;
    return result;
  }

  #answer(payload: Payload, lines: readonly string[]): SendResult {
    const mood = this.#random.next();
    if (this.isDown || mood < 0.15) return { status: 'retry', reason: '503 not now', retryAfterMs: this.#random.below(2000) };
    if (lines.length > 20 && mood < 0.3) return { status: 'too_large', reason: '413' };
    for (const line of lines) this.#store(line);
    if (mood < 0.4) return { status: 'retry', reason: 'no answer in time' };
    if (mood > 0.97) return { status: 'partial', refused: [{ ...payload, body: Buffer.from(lines[0]), points: 1, reason: '400 no' }] };
    return { status: 'ok' };
  }

  /** A repeat is fine, a gap is a point that overtook another. */
  #store(line: string): void {
    const [series, number] = line.split(' ');
    const last = this.#last.get(series) ?? 0;
    if (Number(number) > last + 1) this.violations.push(`${line} came after ${series} ${last}`);
    this.#last.set(series, Math.max(last, Number(number)));
  }

  last(series: string): number | undefined {
    return this.#last.get(series);
  }
}

describe('order', () => {
  it.each([1, 2, 3, 4, 5, 6])(
    'holds for every series through failures, repeats, halves and outages, with lanes coming and going (seed %i)',
    async (seed) => {
      const random = new Random(seed);
      const receiver = new MoodyReceiver(random);
      const { sender, add, waiting } = startSender({
        send: (payload) => receiver.take(payload),
        batchSize: 40,
        maxParallelRequests: 1 + random.below(4),
      });
      const numbers = new Map<string, number>();
      for (let round = 0; round < 2000; round++) {
        const partition = random.below(4);
        const lines = Array.from({ length: 1 + random.below(12) }, () => {
          // A series is always in the same partition.
          const series = `s${partition + 4 * random.below(SERIES / 4)}`;
          numbers.set(series, (numbers.get(series) ?? 0) + 1);
          return `${series} ${numbers.get(series)}`;
        });
        await add(partition, lines);
        if (random.next() < 0.01) receiver.isDown = !receiver.isDown;
        // Rushes and lulls, so that one lane suffices at times.
        await vi.advanceTimersByTimeAsync(random.below(round % 500 < 250 ? 20 : 300));
      }
      receiver.isDown = false;
      for (let minutes = 0; minutes < 600 && waiting() > 0; minutes++) await vi.advanceTimersByTimeAsync(60_000);
      expect(receiver.violations).toEqual([]);
      expect(waiting()).toBe(0);
      for (const [series, number] of numbers) expect([series, receiver.last(series)]).toEqual([series, number]);
      const stopped = sender.stop(1000);
      await vi.advanceTimersByTimeAsync(2000);
      expect(await stopped).toBe(0);
    },
  );
});
