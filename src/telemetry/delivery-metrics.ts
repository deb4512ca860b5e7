/** What `/metrics` tells of outputs: their queues, their requests, how long points were on their way, and dead letters. */
import type { Histogram } from 'prom-client';
import type { Registrar } from './registrar.ts';

export type AttemptResult = 'ok' | 'partial' | 'retry' | 'too_large' | 'reject';

/** `retrying`: the server is down or refuses for now; points wait. `refusing`: it answers, and took nothing of the last request. */
export const deliveryStates = ['starting', 'ok', 'retrying', 'refusing'] as const;
export type DeliveryState = (typeof deliveryStates)[number];

/** How full an output's queue is; `QueueDepth` of the queue has this form. */
export interface QueueReading {
  readonly payloads: number;
  readonly points: number;
  readonly bytes: number;
  readonly oldestMs: number | undefined;
}

/** An output at this moment. */
export interface OutputReading {
  readonly queue: QueueReading;
  readonly state: DeliveryState;
  /** Requests that wait for an answer. */
  readonly underWay: number;
}

export interface DeadLetterReading {
  readonly letters: number;
  readonly points: number;
  readonly bytes: number;
  readonly evictedPoints: number;
}

/** What servers refused; `DeadLetters` of the queue has this form. */
export interface DeadLetterReadings {
  /** By output. */
  counts(): ReadonlyMap<string, DeadLetterReading>;
}

/** Seconds: from a server next door to an outage of a day. */
const DELAY_BUCKETS = [0.01, 0.05, 0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800, 3600, 21_600, 86_400];

/** What one output reports as it goes, and how it is read at a scrape. */
export class OutputMetrics {
  readonly attempts = new Map<AttemptResult, number>();
  readonly #name: string;
  readonly #delays: Histogram<'output'>;
  #read: (() => OutputReading) | undefined;

  constructor(name: string, delays: Histogram<'output'>) {
    this.#name = name;
    this.#delays = delays;
  }

  /** Counts a request by what became of it. */
  attempt(result: AttemptResult): void {
    this.attempts.set(result, (this.attempts.get(result) ?? 0) + 1);
  }

  /** Tells how long a payload took from the queue's entrance to its delivery. */
  delivered(seconds: number): void {
    this.#delays.observe({ output: this.#name }, Math.max(0, seconds));
  }

  /** Says how the output is read at a scrape. */
  watch(read: () => OutputReading): void {
    this.#read = read;
  }

  /** Nobody reads the output any more, until `watch`. */
  forget(): void {
    this.#read = undefined;
  }

  /** The output now; undefined before `watch`. */
  reading(): OutputReading | undefined {
    return this.#read?.();
  }
}

export class DeliveryMetrics {
  readonly #outputs = new Map<string, OutputMetrics>();
  readonly #delays: Histogram<'output'>;
  readonly #registrar: Registrar;
  readonly #now: () => number;
  #deadLetters: DeadLetterReadings = { counts: () => new Map() };
  /** Points in dead letters that had to go before these, by output. */
  readonly #evictedBefore = new Map<string, number>();

  constructor(registrar: Registrar, now: () => number) {
    this.#registrar = registrar;
    this.#now = now;
    this.#describeQueues();
    this.#delays = registrar.histogram(
      'delivery_seconds',
      'How long payloads took from the entrance of the queue to their delivery.',
      ['output'],
      DELAY_BUCKETS,
    );
    this.#describeRequests();
    this.#describeDeadLetters();
  }

  /** The metrics of one output. The same name gives the same metrics. */
  output(name: string): OutputMetrics {
    const known = this.#outputs.get(name);
    if (known !== undefined) return known;
    const metrics = new OutputMetrics(name, this.#delays);
    this.#outputs.set(name, metrics);
    return metrics;
  }

  /** Reads the outputs of another pipeline from now on: dead letters from these, the rest as they say it. */
  beginPipeline(deadLetters: DeadLetterReadings): void {
    for (const output of this.#outputs.values()) output.forget();
    if (deadLetters === this.#deadLetters) return;
    for (const [output, { evictedPoints }] of this.#deadLetters.counts()) {
      this.#evictedBefore.set(output, (this.#evictedBefore.get(output) ?? 0) + evictedPoints);
    }
    this.#deadLetters = deadLetters;
  }

  #describeQueues(): void {
    const now = this.#now;
    this.#perOutput('queue_payloads', 'Payloads waiting for the output.', ({ queue }) => queue.payloads);
    this.#perOutput('queue_points', 'Points waiting for the output.', ({ queue }) => queue.points);
    this.#perOutput('queue_bytes', 'Bytes waiting for the output, before compression.', ({ queue }) => queue.bytes);
    this.#perOutput('queue_oldest_seconds', 'How long the oldest payload has been waiting.', ({ queue }) =>
      queue.oldestMs === undefined ? 0 : Math.max(0, (now() - queue.oldestMs) / 1000),
    );
  }

  #describeRequests(): void {
    this.#perOutput('delivery_requests_under_way', 'Requests waiting for an answer.', ({ underWay }) => underWay);
    const state = 'Whether the output is in this state: 1 for one of them.';
    this.#registrar.gauge('delivery_state', state, ['output', 'state'], (gauge) => {
      for (const [output, metrics] of this.#outputs) {
        const now = metrics.reading()?.state;
        for (const one of deliveryStates) gauge.set({ output, state: one }, one === now ? 1 : 0);
      }
    });
    this.#registrar.counter('delivery_attempts_total', 'Tries to send, by what became of them.', ['output', 'result'], (counter) => {
      for (const [output, { attempts }] of this.#outputs) {
        for (const [result, count] of attempts) counter.inc({ output, result }, count);
      }
    });
  }

  #describeDeadLetters(): void {
    const perOutput = (name: string, help: string, read: (reading: DeadLetterReading) => number): void => {
      this.#registrar.gauge(name, help, ['output'], (gauge) => {
        for (const [output, reading] of this.#deadLetters.counts()) gauge.set({ output }, read(reading));
      });
    };
    perOutput('dead_letters', 'Dead letters: what servers refused for good, to be looked at.', ({ letters }) => letters);
    perOutput('dead_letter_points', 'Points in dead letters.', ({ points }) => points);
    perOutput('dead_letter_bytes', 'Bytes of dead letters.', ({ bytes }) => bytes);
    const evicted = 'Points in dead letters that had to make room for younger ones.';
    this.#registrar.counter('dead_letter_points_evicted_total', evicted, ['output'], (counter) => {
      const before = this.#evictedBefore;
      for (const [output, { evictedPoints }] of this.#deadLetters.counts()) {
        counter.inc({ output }, (before.get(output) ?? 0) + evictedPoints);
      }
    });
  }

  #perOutput(name: string, help: string, read: (reading: OutputReading) => number): void {
    this.#registrar.gauge(name, help, ['output'], (gauge) => {
      for (const [output, metrics] of this.#outputs) {
        const reading = metrics.reading();
        if (reading !== undefined) gauge.set({ output }, read(reading));
      }
    });
  }
}
