import type { ExposedSeries } from './exposed-series.ts';
import type { Exposition, Family, SampleExemplar } from './exposition.ts';

const FIRST_CAPACITY = 256;

/** The columns of an `Exposition`, used again for each. */
export class Columns<M> implements Exposition<M> {
  readonly ok = true;
  body: Buffer = Buffer.alloc(0);
  count = 0;
  families: readonly Family[] = [];
  from = new Int32Array(FIRST_CAPACITY);
  to = new Int32Array(FIRST_CAPACITY);
  series: ExposedSeries<M>[] = [];
  value = new Float64Array(FIRST_CAPACITY);
  timestampMs = new Float64Array(FIRST_CAPACITY);
  family = new Int32Array(FIRST_CAPACITY);
  exemplars: SampleExemplar[] = [];
  created: number[] = [];

  begin(body: Buffer): void {
    this.body = body;
    this.count = 0;
    this.exemplars = [];
    this.created = [];
  }

  add(series: ExposedSeries<M>, from: number, to: number, value: number, timestampMs: number, family: number): void {
    if (this.count === this.from.length) this.#grow();
    const row = this.count++;
    this.series[row] = series;
    this.from[row] = from;
    this.to[row] = to;
    this.value[row] = value;
    this.timestampMs[row] = timestampMs;
    this.family[row] = family;
  }

  /** Ends the scrape: rows of an earlier, longer one keep no series alive. */
  end(families: readonly Family[]): void {
    this.families = families;
    this.series.length = this.count;
  }

  #grow(): void {
    const capacity = this.from.length * 2;
    this.from = copyOf(this.from, new Int32Array(capacity));
    this.to = copyOf(this.to, new Int32Array(capacity));
    this.family = copyOf(this.family, new Int32Array(capacity));
    this.value = copyOf(this.value, new Float64Array(capacity));
    this.timestampMs = copyOf(this.timestampMs, new Float64Array(capacity));
  }
}

function copyOf<T extends Int32Array | Float64Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
