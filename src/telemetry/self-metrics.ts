/**
 * What the bridge tells about itself, as Prometheus reads it. The pipeline counts in plain numbers; this module turns them
 * into prom-client's metrics when somebody scrapes, so that nobody pays for metrics that nobody reads.
 */
import { collectDefaultMetrics, Registry } from 'prom-client';
import { DeliveryMetrics, type DeadLetterReadings, type OutputMetrics } from './delivery-metrics.ts';
import { PluginMetrics, type PluginTotals } from './plugin-metrics.ts';
import { Registrar } from './registrar.ts';

/** Prometheus' event-loop lag comes from a timer of this period; Node's 10 ms would wake an idle machine 100 times a second. */
const LOOP_SAMPLE_MS = 50;

/** A point that a filter or a processor was told to take out is dropped, but not lost: it is left out of the summary. */
export const FILTERED = 'filtered';

/** What an output counts points as that its server refused for good. */
export const REFUSED = 'refused';

/** Why what was queued never reaches its server. */
const UNDELIVERABLE: ReadonlySet<string> = new Set([REFUSED, 'overflow', 'expired', 'damaged']);

export interface InternerReading {
  /** Series known now. */
  readonly size: number;
  /** Series forgotten since the start. */
  readonly evicted: number;
}

/** What a pipeline is read by. */
export interface PipelineReadings {
  readonly interner: InternerReading;
  readonly deadLetters: DeadLetterReadings;
}

/** `refused`: the configuration had a mistake; `undone`: it could not be started, and the one before was put in force again. */
export type ReloadResult = 'done' | 'refused' | 'undone';

/** The whole process in one line. */
export interface Summary {
  /** Points that inputs delivered. */
  readonly pointsIn: number;
  /** Points that servers took; one that went to two servers counts twice. */
  readonly pointsOut: number;
  /** Points that were lost on the way, anywhere. */
  readonly dropped: number;
  /** Of these, those that were queued for a server and will not reach it: refused for good, or given up. */
  readonly undeliverable: number;
}

/** What the bridge knows of itself, for those who tell it in another form. */
export interface SelfReadings {
  readonly version: string;
  /** What each plugin has done, by its name in logs. */
  plugins(): Iterable<readonly [name: string, totals: PluginTotals]>;
  /** An output's queue and requests, by its name in logs. */
  output(name: string): Pick<OutputMetrics, 'attempts' | 'reading'>;
}

export class SelfMetrics implements SelfReadings {
  readonly version: string;
  /** Of this instance alone: two pipelines in one process don't mix. */
  readonly registry = new Registry();
  readonly #plugins = new Map<string, PluginMetrics>();
  readonly #registrar = new Registrar(this.registry);
  readonly #delivery: DeliveryMetrics;
  #interner: InternerReading = { size: 0, evicted: 0 };
  readonly #reloads = new Map<ReloadResult, number>();
  /** Series forgotten by the pipelines before. */
  #evictedBefore = 0;

  constructor(options: { readonly version: string; readonly now?: () => number }) {
    this.version = options.version;
    this.#describePlugins();
    this.#describeInterner();
    this.#registrar.counter('config_reloads_total', 'Reloads of the configuration, by what became of them.', ['result'], (counter) => {
      for (const [result, count] of this.#reloads) counter.inc({ result }, count);
    });
    this.#delivery = new DeliveryMetrics(this.#registrar, options.now ?? Date.now);
    this.#registrar.gauge('build_info', 'Always 1; the labels say what is running.', ['version', 'node'], (gauge) => {
      gauge.set({ version: options.version, node: process.version }, 1);
    });
  }

  /** Adds what Node tells of the process, for which it measures as long as the process lives. Call it once. */
  describeProcess(): void {
    collectDefaultMetrics({ register: this.registry, eventLoopMonitoringPrecision: LOOP_SAMPLE_MS });
  }

  /** The counters of one plugin, by its name in logs (`inputs.cpu`, `inputs.cpu::alias`). The same name gives the same counters. */
  plugin(name: string): PluginMetrics {
    let metrics = this.#plugins.get(name);
    if (metrics === undefined) {
      metrics = new PluginMetrics();
      this.#plugins.set(name, metrics);
    }
    return metrics;
  }

  *plugins(): Generator<readonly [name: string, totals: PluginTotals]> {
    for (const [name, metrics] of this.#plugins) yield [name, metrics.totals];
  }

  /** What an output tells of its queue and its requests. The same name gives the same metrics. */
  output(name: string): OutputMetrics {
    return this.#delivery.output(name);
  }

  /** Reads this pipeline from now on, in place of the one before; what was counted goes on. Outputs report to `output` anew. */
  beginPipeline({ interner, deadLetters }: PipelineReadings): void {
    this.#evictedBefore += this.#interner.evicted;
    this.#interner = interner;
    this.#delivery.beginPipeline(deadLetters);
  }

  /** Counts a reload of the configuration by what became of it. */
  reload(result: ReloadResult): void {
    this.#reloads.set(result, (this.#reloads.get(result) ?? 0) + 1);
  }

  /** The text of `/metrics`. */
  collect(): Promise<string> {
    return this.registry.metrics();
  }

  /** The media type of that text. */
  get contentType(): string {
    return this.registry.contentType;
  }

  /** What went in, out and missing since the start. */
  summary(): Summary {
    const sum = { pointsIn: 0, pointsOut: 0, dropped: 0, undeliverable: 0 };
    for (const [name, metrics] of this.#plugins) {
      const { pointsIn, pointsOut, dropped } = metrics.totals;
      if (name.startsWith('inputs.')) sum.pointsIn += pointsIn;
      if (name.startsWith('outputs.')) sum.pointsOut += pointsOut;
      for (const [reason, points] of dropped) {
        if (reason !== FILTERED) sum.dropped += points;
        if (UNDELIVERABLE.has(reason) && name.startsWith('outputs.')) sum.undeliverable += points;
      }
    }
    return sum;
  }

  #describeInterner(): void {
    this.#registrar.gauge('interned_series', 'Series held in memory now.', [], (gauge) => gauge.set(this.#interner.size));
    this.#registrar.counter('interned_series_evicted_total', 'Series forgotten because the table was full.', [], (counter) =>
      counter.inc(this.#evictedBefore + this.#interner.evicted),
    );
  }

  #describePlugins(): void {
    const perPlugin = (name: string, help: string, read: (totals: PluginTotals) => number): void => {
      this.#registrar.counter(`plugin_${name}_total`, help, ['plugin'], (counter) => {
        for (const [plugin, metrics] of this.#plugins) counter.inc({ plugin }, read(metrics.totals));
      });
    };
    perPlugin('points_in', 'Points handed to the plugin; for an input, points it delivered.', (totals) => totals.pointsIn);
    perPlugin('points_out', 'Points that left the plugin; for an output, points its server took.', (totals) => totals.pointsOut);
    perPlugin('errors', 'Failures that lost no point.', (totals) => totals.errors);
    perPlugin('seconds', 'Time spent in the plugin.', (totals) => totals.seconds);
    perPlugin(
      'skipped_ticks',
      'Gathers that did not take place: the one before was not done, or queues were full.',
      (totals) => totals.skippedTicks,
    );
    this.#registrar.counter('plugin_points_dropped_total', 'Points that went no further, by reason.', ['plugin', 'reason'], (counter) => {
      for (const [plugin, metrics] of this.#plugins) {
        for (const [reason, points] of metrics.totals.dropped) counter.inc({ plugin, reason }, points);
      }
    });
  }
}
