/** Scrapes as Telegraf's plugin does: all URLs at once at every interval, and metrics by its `metric_version`. */
import { ExpositionParser } from '../../../formats/prometheus-text/parse.ts';
import { Kind } from '../../../metric/kind.ts';
import { Point } from '../../../metric/point.ts';
import type { Tags } from '../../../metric/series.ts';
import type { PluginContext, PolledInput, Sink } from '../../../pipeline/plugin.ts';
import { ExpositionPoints, type SampleMemo } from '../../shared/exposition-points.ts';
import { deliverPatiently } from '../../shared/patient-delivery.ts';
import type { Address } from './address.ts';
import type { PrometheusConfig } from './config.ts';
import { Scraper, type AnswerFacts } from './scraper.ts';
import { TargetHealth } from './target-health.ts';

interface UrlTarget {
  readonly address: Address;
  /** The URL, if it is to be a tag. */
  readonly tags: Tags;
  readonly parser: ExpositionParser<SampleMemo>;
  readonly points: ExpositionPoints;
  readonly health: TargetHealth;
}

export class UrlScrapes implements PolledInput {
  readonly #config: PrometheusConfig;
  readonly #context: PluginContext;
  readonly #scraper: Scraper;
  readonly #targets: readonly UrlTarget[];

  constructor(addresses: readonly Address[], config: PrometheusConfig, context: PluginContext) {
    this.#config = config;
    this.#context = context;
    this.#scraper = new Scraper(config, context.baseDirectory, context.intervalMs);
    const byUrl = new Map(addresses.map((address) => [address.shown, address]));
    this.#targets = [...byUrl.values()].map((address) => this.#target(address));
  }

  async gather(sink: Sink, signal: AbortSignal): Promise<void> {
    await Promise.all(this.#targets.map((target) => this.#scrape(target, sink, signal)));
  }

  async close(): Promise<void> {
    await this.#scraper.close();
  }

  #target(address: Address): UrlTarget {
    const { metric_version: version, ignore_timestamp: ignoreTimestamp = false, url_tag: urlTag = 'url' } = this.#config;
    const tags: Tags = urlTag === '' ? [] : [[urlTag, address.shown]];
    return {
      address,
      tags,
      parser: new ExpositionParser(),
      points: new ExpositionPoints({ version: version === 2 ? 2 : 1, ignoreTimestamp, tags }, this.#context),
      health: new TargetHealth(this.#context, { url: address.shown }),
    };
  }

  async #scrape({ address, tags, parser, points: mapping, health }: UrlTarget, sink: Sink, signal: AbortSignal): Promise<void> {
    const scrape = await this.#scraper.scrape(address, parser, signal);
    if (signal.aborted) return;
    health.note(scrape.ok ? undefined : scrape.reason);
    if (!scrape.ok) return;
    const points = mapping.points(scrape.exposition, scrape.dialect, this.#context.clock.now());
    if (this.#config.enable_request_metrics === true) points.push(this.#requestPoint(tags, scrape.answer));
    await deliverPatiently(sink, points, signal);
  }

  #requestPoint(tags: Tags, { seconds, bytes }: AnswerFacts): Point {
    const { interner, clock } = this.#context;
    const { ms, ns } = clock.now();
    const shape = interner.shape(interner.series('prometheus_request', tags), [
      { name: 'content_length', kind: Kind.Int },
      { name: 'response_time', kind: Kind.Float },
    ]);
    return Point.fromValues(shape, ms, ns, [bytes, seconds]);
  }
}
