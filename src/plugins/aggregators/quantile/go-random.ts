/**
 * The random numbers of Go's `rand.New(rand.NewSource(1))`, which every digest of Telegraf's draws from a new one of. Without them equal values
 * could be put together in another order, and quantiles would differ in their last digits.
 *
 * Go's source is an additive lagged Fibonacci generator over 64 bits, x(n) = x(n - 607) + x(n - 273): its first 607 numbers are all its state.
 */
import { GO_NUMBERS } from './go-numbers.ts';

const LAG = 607;
const SHORT_LAG = 273;

const START = Buffer.from(GO_NUMBERS, 'base64');
const START_LOW = Uint32Array.from({ length: LAG }, (_, index) => START.readUInt32LE(index * 8));
const START_HIGH = Uint32Array.from({ length: LAG }, (_, index) => START.readUInt32LE(index * 8 + 4));

export class GoRandom {
  /** 607 numbers as halves of 32 bits. All begin with the same, and most digests never draw more. */
  #low = START_LOW;
  #high = START_HIGH;
  #drawn = 0;

  /** Go's `Float32`: from 0 to below 1, with the precision of 32 bits. */
  float32(): number {
    for (;;) {
      const at = this.#next();
      const float = Math.fround(((this.#high[at] & 0x7fff_ffff) * 2 ** 32 + this.#low[at]) / 2 ** 63);
      if (float < 1) return float;
    }
  }

  /** Go's `Intn`: a whole number from 0 to below `limit`, which is at most 2^31 - 1. */
  below(limit: number): number {
    const unbiased = 2 ** 31 - (2 ** 31 % limit);
    for (;;) {
      const at = this.#next();
      const number = this.#high[at] & 0x7fff_ffff;
      if (number < unbiased) return number % limit;
    }
  }

  /** Draws a number; returns where its halves stand. */
  #next(): number {
    if (this.#drawn === LAG) this.#renew();
    return this.#drawn++;
  }

  /** The next 607 numbers in place of those that were drawn. */
  #renew(): void {
    const low = this.#low.slice();
    const high = this.#high.slice();
    for (let at = 0; at < LAG; at++) {
      const other = (at + LAG - SHORT_LAG) % LAG;
      const sum = low[at] + low[other];
      low[at] = sum;
      high[at] += high[other] + (sum >= 2 ** 32 ? 1 : 0);
    }
    this.#low = low;
    this.#high = high;
    this.#drawn = 0;
  }
}
