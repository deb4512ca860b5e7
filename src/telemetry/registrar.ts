import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

/** Registers metrics of ours, whose values are read at every scrape: nobody pays for metrics that nobody reads. */
export class Registrar {
  readonly #registry: Registry;

  constructor(registry: Registry) {
    this.#registry = registry;
  }

  /** prom-client's counters can't be set, so they start over each time. */
  counter<Label extends string>(name: string, help: string, labelNames: Label[], read: (counter: Counter<Label>) => void): void {
    function collect(this: Counter<Label>): void {
      this.reset();
      read(this);
    }
    this.#registry.registerMetric(new Counter({ name: `wattbridge_${name}`, help, labelNames, registers: [], collect }));
  }

  gauge<Label extends string>(name: string, help: string, labelNames: Label[], read: (gauge: Gauge<Label>) => void): void {
    function collect(this: Gauge<Label>): void {
      this.reset();
      read(this);
    }
    this.#registry.registerMetric(new Gauge({ name: `wattbridge_${name}`, help, labelNames, registers: [], collect }));
  }

  /** The exception: a distribution can't be read at the end, so its values are told as they come. */
  histogram<Label extends string>(name: string, help: string, labelNames: Label[], buckets: number[]): Histogram<Label> {
    const histogram = new Histogram({ name: `wattbridge_${name}`, help, labelNames, buckets, registers: [] });
    this.#registry.registerMetric(histogram);
    return histogram;
  }
}
