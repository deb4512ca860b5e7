/** Scrapes one target of a job, at its own moment of every interval. */
import { ExpositionParser } from '../../../formats/prometheus-text/parse.ts';
import type { Point } from '../../../metric/point.ts';
import type { PluginContext, Sink } from '../../../pipeline/plugin.ts';
import { runTicker } from '../../../pipeline/ticker.ts';
import { deliverPatiently } from '../../shared/patient-delivery.ts';
import type { PrometheusConfig } from './config.ts';
import { ReportPoints } from './report.ts';
import type { Scrape, Scraper } from './scraper.ts';
import { scrapeOffsetMs, type Target } from './target.ts';
import { TargetHealth } from './target-health.ts';
import { TargetSeries, type FollowedSeries, type Moment, type TakenScrape } from './target-series.ts';

/** Timers come late by a millisecond or so; times at even distances compress better, so Prometheus overlooks as much. */
const TOLERANCE_MS = 2;

export interface LoopOptions {
  readonly config: PrometheusConfig;
  readonly context: PluginContext;
  readonly scraper: Scraper;
  readonly sink: Sink;
}

export class TargetLoop {
  readonly target: Target;
  readonly #options: LoopOptions;
  readonly #parser = new ExpositionParser<FollowedSeries>();
  readonly #series: TargetSeries;
  readonly #report: ReportPoints;
  readonly #health: TargetHealth;
  readonly #offsetMs: number;
  readonly #abort = new AbortController();
  #running: Promise<void> = Promise.resolve();
  #isGone = false;

  constructor(target: Target, options: LoopOptions) {
    const { config, context } = options;
    const { interner } = context;
    this.target = target;
    this.#options = options;
    this.#series = new TargetSeries({
      interner,
      tags: target.tags,
      honorLabels: config.honor_labels ?? false,
      honorTimestamps: config.honor_timestamps ?? true,
    });
    this.#report = new ReportPoints(interner, target.tags);
    this.#health = new TargetHealth(context, this.#name);
    this.#offsetMs = scrapeOffsetMs(target, context.intervalMs);
  }

  /** Begins to scrape. */
  start(): void {
    const { clock, intervalMs, log } = this.#options.context;
    // The intervals of a target begin at its own moment.
    const ticker = { intervalMs, round: true, offsetMs: 0, jitterMs: 0, nowMs: () => clock.now().ms - this.#offsetMs };
    this.#running = runTicker(
      ticker,
      this.#abort.signal,
      () => this.#tick(),
      (scrapes) => log.warn('scrapes were left out: the target or the pipeline takes longer than the interval', { ...this.#name, scrapes }),
    );
  }

  /** One scrape, now. */
  async once(): Promise<void> {
    await this.#scrape(this.#options.context.clock.now());
  }

  /** Whether the target is one no more: at its next moment its series end, unless it has come back by then. */
  set gone(isGone: boolean) {
    this.#isGone = isGone;
  }

  /** Resolves when the loop has ended of itself, or been stopped. */
  get ended(): Promise<void> {
    return this.#running;
  }

  /** Ends the loop. As in Prometheus no series ends with it: after a restart they go on. */
  async stop(): Promise<void> {
    this.#abort.abort();
    await this.#running;
  }

  get #name(): object {
    const instance = this.target.tags.find(([name]) => name === 'instance')?.[1];
    return { instance, url: this.target.address.shown };
  }

  async #tick(): Promise<void> {
    const { context } = this.#options;
    try {
      await this.#turn();
    } catch (error) {
      context.error();
      context.log.error('bug in the input, the target is scraped again', { ...this.#name, error });
    }
  }

  async #turn(): Promise<void> {
    const now = this.#aligned(this.#options.context.clock.now());
    if (!this.#isGone) return this.#scrape(now);
    this.#abort.abort();
    await this.#deliver([...this.#series.endAll(now), this.#report.end(now)]);
  }

  /** The moment that was meant, where the timer missed it by a little only. */
  #aligned(now: Moment): Moment {
    const { intervalMs } = this.#options.context;
    const meantMs = Math.round((now.ms - this.#offsetMs) / intervalMs) * intervalMs + this.#offsetMs;
    const isClose = Math.abs(now.ms - meantMs) <= Math.min(TOLERANCE_MS, intervalMs / 100);
    return { ms: isClose ? meantMs : now.ms, ns: 0 };
  }

  async #scrape(now: Moment): Promise<void> {
    const { scraper, context } = this.#options;
    const startedMs = performance.now();
    const scrape = await scraper.scrape(this.target.address, this.#parser, this.#abort.signal);
    if (this.#abort.signal.aborted) return;
    const problem = this.#problemOf(scrape);
    if (scrape.ok) for (const family of scrape.exposition.families) context.metadata.note(family.name, family);
    const scraped = scrape.ok ? countOf(scrape) : 0;
    const taken = scrape.ok && problem === undefined ? this.#series.take(scrape.exposition, now, scrape.extras) : this.#nothing(now);
    if (taken.duplicates > 0) context.drop('duplicate', taken.duplicates);
    if (taken.outOfRange > 0) context.drop('time_out_of_range', taken.outOfRange);
    if (taken.badHistograms > 0) context.drop('bad_histogram', taken.badHistograms);
    const seconds = (performance.now() - startedMs) / 1000;
    taken.points.push(this.#report.point({ up: problem === undefined, seconds, scraped, added: taken.added }, now));
    this.#health.note(problem);
    await this.#deliver(taken.points);
  }

  #nothing(now: Moment): TakenScrape {
    return { points: this.#series.endAll(now), added: 0, duplicates: 0, outOfRange: 0, badHistograms: 0 };
  }

  #problemOf(scrape: Scrape<FollowedSeries>): string | undefined {
    if (!scrape.ok) return scrape.reason;
    const { sample_limit: limit = 0 } = this.#options.config;
    const count = countOf(scrape);
    return limit > 0 && count > limit ? `${count} samples, more than the sample_limit of ${limit}` : undefined;
  }

  async #deliver(points: readonly Point[]): Promise<void> {
    await deliverPatiently(this.#options.sink, points, this.#abort.signal);
  }
}

/** Samples, native histograms among them. */
function countOf({ exposition, extras }: Extract<Scrape<unknown>, { ok: true }>): number {
  return exposition.count + (extras?.histograms.length ?? 0);
}
