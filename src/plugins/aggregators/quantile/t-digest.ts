/**
 * Dunning's t-digest in the form of caio/go-tdigest 3.1, which Telegraf uses: values one by one go to the nearest centroid that may still grow,
 * and in the middle centroids may hold more than at the ends (T. Dunning, O. Ertl, "Computing Extremely Accurate Quantiles Using t-Digests", 2019). The
 * order of every operation is theirs, so that results agree to the last digit.
 */
import { GoRandom } from './go-random.ts';
import type { Distribution } from './distribution.ts';

/** With more centroids than this many times the compression, they are put together anew. */
const MAX_CENTROIDS_FACTOR = 20;

export class TDigest implements Distribution {
  readonly #compression: number;
  readonly #random = new GoRandom();
  /** Centroids by their means, in ascending order. */
  #means: number[] = [];
  #counts: number[] = [];
  #count = 0;

  constructor(compression: number) {
    this.#compression = compression;
  }

  add(value: number): void {
    this.#add(value, 1);
  }

  /** The value below which the fraction `q` of the values lies, between the means of the two centroids around it. */
  quantile(q: number): number {
    const means = this.#means;
    if (means.length < 2) return means.length === 0 ? Number.NaN : means[0];
    const index = q * (this.#count - 1);
    let { at, before } = this.#centroidAt(index);
    let mean = at > 0 ? means[at - 1] : Number.NaN;
    let meanIndex = at > 0 ? before - (this.#counts[at - 1] + 1) / 2 : 0;
    for (; ; at++) {
      const nextIndex = before + (this.#counts[at] - 1) / 2;
      if (nextIndex >= index) return this.#beforeMiddle(at, before, index, meanIndex, nextIndex, mean);
      if (at + 1 === means.length) return this.#afterLast(at, index, meanIndex, nextIndex, mean);
      before += this.#counts[at];
      mean = means[at];
      meanIndex = nextIndex;
    }
  }

  /** The last centroid with no more than `index` values before it, and how many there are. */
  #centroidAt(index: number): { at: number; before: number } {
    let at = 0;
    let before = 0;
    while (at + 1 < this.#counts.length && before + this.#counts[at] <= index) before += this.#counts[at++];
    return { at, before };
  }

  /** Between the middle of the centroid before and that of centroid `at`; before the first one, growth is taken to be that to the second. */
  #beforeMiddle(at: number, before: number, index: number, meanIndex: number, nextIndex: number, mean: number): number {
    const means = this.#means;
    if (!Number.isNaN(mean)) return between(index, meanIndex, nextIndex, mean, means[at]);
    if (nextIndex === meanIndex) return means[at];
    const secondIndex = before + this.#counts[at] + (this.#counts[at + 1] - 1) / 2;
    const start = (secondIndex * means[at] - nextIndex * means[at + 1]) / (secondIndex - nextIndex);
    return between(index, meanIndex, nextIndex, start, means[at]);
  }

  /** Behind the middle of the last centroid; growth is taken to be that from the one before. */
  #afterLast(at: number, index: number, meanIndex: number, nextIndex: number, mean: number): number {
    const lastIndex = this.#count - 1;
    const last = this.#means[at];
    const end = (last * (lastIndex - meanIndex) - mean * (lastIndex - nextIndex)) / (nextIndex - meanIndex);
    return between(index, nextIndex, lastIndex, last, end);
  }

  #add(value: number, count: number): void {
    const centroid = this.#count === 0 ? undefined : this.#growing(value, count);
    if (centroid === undefined) this.#insert(value, count);
    else this.#grow(centroid, value, count);
    this.#count += count;
    if (this.#means.length > MAX_CENTROIDS_FACTOR * this.#compression) this.#compress();
  }

  /** One of the nearest centroids that may take so many values more, at random; undefined when none may. */
  #growing(value: number, count: number): number | undefined {
    const { from, to } = this.#nearest(value);
    let before = 0;
    for (let at = 0; at < from; at++) before += this.#counts[at];
    let chosen: number | undefined;
    let candidates = 0;
    for (let at = from; at < to; at++) {
      const size = this.#counts[at];
      if (size + count <= this.#maxSize(before, size) && this.#random.float32() < Math.fround(1 / ++candidates)) chosen = at;
      before += size;
    }
    return chosen;
  }

  /** How many values the centroid of `size` values with `before` values before it may hold. */
  #maxSize(before: number, size: number): number {
    const q = this.#count === 1 ? 0.5 : (before + (size - 1) / 2) / (this.#count - 1);
    return (4 * this.#count * q * (1 - q)) / this.#compression;
  }

  /** The centroids at the least distance from the value: some side by side, `to` not among them. */
  #nearest(value: number): { from: number; to: number } {
    const means = this.#means;
    let from = Math.max(0, firstAbove(means, value, true) - 1);
    let least = Number.MAX_VALUE;
    for (let at = from; at < means.length; at++) {
      const distance = Math.abs(means[at] - value);
      if (distance > least) return { from, to: at };
      if (distance < least) {
        from = at;
        least = distance;
      }
    }
    return { from, to: means.length };
  }

  #insert(mean: number, count: number): void {
    const at = firstAbove(this.#means, mean, false);
    this.#means.splice(at, 0, mean);
    this.#counts.splice(at, 0, count);
  }

  #grow(at: number, value: number, count: number): void {
    this.#means[at] = boundedMean(this.#means[at], this.#counts[at], value, count);
    this.#counts[at] += count;
    let place = at;
    for (; place + 1 < this.#means.length && this.#means[place] > this.#means[place + 1]; place++) this.#swap(place, place + 1);
    for (; place > 0 && this.#means[place - 1] > this.#means[place]; place--) this.#swap(place - 1, place);
  }

  #swap(a: number, b: number): void {
    [this.#means[a], this.#means[b]] = [this.#means[b], this.#means[a]];
    [this.#counts[a], this.#counts[b]] = [this.#counts[b], this.#counts[a]];
  }

  /** Adds all centroids anew, in a random order. */
  #compress(): void {
    for (let at = this.#means.length - 1; at > 1; at--) this.#swap(at, this.#random.below(at + 1));
    const means = this.#means;
    const counts = this.#counts;
    this.#means = [];
    this.#counts = [];
    this.#count = 0;
    for (const [at, mean] of means.entries()) this.#add(mean, counts[at]);
  }
}

/** Where the first of the ascending numbers stands that is above the value, or with `orEqual` not below it. */
function firstAbove(numbers: readonly number[], value: number, orEqual: boolean): number {
  let from = 0;
  let to = numbers.length;
  while (from < to) {
    const middle = (from + to) >>> 1;
    if (numbers[middle] > value || (orEqual && numbers[middle] === value)) to = middle;
    else from = middle + 1;
  }
  return from;
}

/** The mean of two means, never outside of them for all rounding. */
function boundedMean(a: number, countA: number, b: number, countB: number): number {
  if (a > b) return boundedMean(b, countB, a, countA);
  return Math.max(a, Math.min((a * countA + b * countB) / (countA + countB), b));
}

/** Linear between two values at two indexes. */
function between(index: number, fromIndex: number, toIndex: number, from: number, to: number): number {
  const length = toIndex - fromIndex;
  return from * ((toIndex - index) / length) + to * ((index - fromIndex) / length);
}
