/** Reasons of one plugin that are told apart; a plugin names a few, and a bug or hostile text in a reason must not fill the memory. */
const MAX_REASONS = 50;
const OTHER_REASONS = 'other';

export interface PluginTotals {
  /** Points handed to the plugin; for an input, points it delivered. */
  readonly pointsIn: number;
  /** Points that left the plugin; for an output, points its server took. */
  readonly pointsOut: number;
  readonly errors: number;
  /** Time spent in the plugin, in seconds, and how often it was its turn. */
  readonly seconds: number;
  readonly turns: number;
  /** Of the errors, those while it was to start. */
  readonly startupErrors: number;
  readonly skippedTicks: number;
  /** Points that went no further here, by reason. */
  readonly dropped: ReadonlyMap<string, number>;
}

/** What one plugin has done. Called once per batch or less, so it is plain additions; Prometheus' form is made when it is asked for. */
export class PluginMetrics {
  readonly #dropped = new Map<string, number>();
  #pointsIn = 0;
  #pointsOut = 0;
  #errors = 0;
  #seconds = 0;
  #turns = 0;
  #startupErrors = 0;
  #skippedTicks = 0;

  pointsIn(points: number): void {
    this.#pointsIn += points;
  }

  pointsOut(points: number): void {
    this.#pointsOut += points;
  }

  /** Counts points that go no further, and why, in one of few fixed words. */
  drop(reason: string, points = 1): void {
    if (points <= 0) return;
    const isKnown = this.#dropped.has(reason) || this.#dropped.size < MAX_REASONS;
    const counted = isKnown ? reason : OTHER_REASONS;
    this.#dropped.set(counted, (this.#dropped.get(counted) ?? 0) + points);
  }

  /** Counts a failure that lost no point. */
  error(): void {
    this.#errors++;
  }

  /** Counts a try to start that failed. */
  startupError(): void {
    this.#errors++;
    this.#startupErrors++;
  }

  /** Adds the time of one turn of the plugin: a gather, a batch, a request. */
  seconds(seconds: number): void {
    this.#seconds += seconds;
    this.#turns++;
  }

  /** Counts gathers that did not take place because the one before was not done. */
  skippedTicks(ticks: number): void {
    this.#skippedTicks += ticks;
  }

  /** What was counted so far. */
  get totals(): PluginTotals {
    return {
      pointsIn: this.#pointsIn,
      pointsOut: this.#pointsOut,
      errors: this.#errors,
      seconds: this.#seconds,
      turns: this.#turns,
      startupErrors: this.#startupErrors,
      skippedTicks: this.#skippedTicks,
      dropped: this.#dropped,
    };
  }
}
