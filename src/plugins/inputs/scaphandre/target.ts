/** One Scaphandre that is scraped. */
import { expositionErrorText, type Exposition, type ExpositionError } from '../../../formats/prometheus-text/exposition.ts';
import { dialectOf } from '../../../formats/prometheus-text/dialect.ts';
import { ExpositionParser } from '../../../formats/prometheus-text/parse.ts';
import type { Point } from '../../../metric/point.ts';
import type { Tags } from '../../../metric/series.ts';
import type { PluginContext } from '../../../pipeline/plugin.ts';
import type { ScrapeClient } from '../../shared/scrape.ts';
import type { ScaphandreConfig } from './config.ts';
import { readSnapshot, type Meaning } from './exposition-snapshot.ts';
import { FreshnessCheck, type Freshness } from './freshness.ts';
import { Groups, type Membership } from './groups.ts';
import { looksLikeGuest, renameShare } from './guest.ts';
import { withLegalLabels } from './repair.ts';
import type { Labels } from './services.ts';
import { PointMaker, type Moment } from './snapshot-points.ts';
import { ENERGY, POWER, scale, SOCKET, thingsOf, type Snapshot } from './snapshot.ts';
import { lies, type Troubles } from './troubles.ts';
import type { Units } from './units.ts';

export interface TargetOptions {
  /** What to ask, and how it is called in logs and tags: without a user. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The tag `host` where the target is another machine. */
  readonly tags: Tags;
  readonly config: ScaphandreConfig;
  readonly context: PluginContext;
  readonly client: ScrapeClient;
  readonly troubles: Troubles;
  /** For targets on this machine, if a service asks for it. */
  readonly units: Units | undefined;
  readonly membershipsOf: (labels: Labels) => readonly Membership[];
  /** Milliseconds of a clock that nobody sets. */
  readonly monotonicMs: () => number;
}

/** How a scrape went. */
type Outcome = Freshness | 'down';

export class Target {
  readonly #options: TargetOptions;
  readonly #parser = new ExpositionParser<Meaning | null>();
  readonly #freshness: FreshnessCheck;
  readonly #groups: Groups;
  #isGuest: boolean | undefined;
  /** Whether this one has shown labels of containers whose names are not allowed. */
  #hasBadLabels = false;
  /** The sockets' counters at the last scrape that counts, by their tags. */
  #counters = new Map<string, number>();

  constructor(options: TargetOptions) {
    const { config } = options;
    this.#options = options;
    this.#freshness = new FreshnessCheck(config.frozen_after);
    this.#groups = new Groups(options.membershipsOf, config.max_processes);
    this.#isGuest = config.guest === 'auto' ? undefined : config.guest === 'always';
  }

  /** Scrapes once and appends what there is to say. Never throws for what a network or a target may do. */
  async gather(out: Point[], signal: AbortSignal): Promise<void> {
    const { context, monotonicMs } = this.#options;
    const now = context.clock.now();
    const startedMs = monotonicMs();
    const snapshot = await this.#scrape(signal);
    if (signal.aborted) return;
    const outcome = snapshot === undefined ? 'down' : this.#judge(snapshot, startedMs);
    if (snapshot !== undefined && outcome === 'fresh') await this.#tell(snapshot, now, out);
    out.push(this.#maker().point(this.#status(outcome, (monotonicMs() - startedMs) / 1000), now));
  }

  async #scrape(signal: AbortSignal): Promise<Snapshot | undefined> {
    const { url, headers, client, context, troubles } = this.#options;
    const answer = await client.get(url, headers, signal);
    if (signal.aborted) return undefined;
    if (!answer.ok) return this.#fail(`cannot scrape: ${answer.reason}`);
    const exposition = this.#parse(answer.body, answer.contentType);
    if (!exposition.ok) return this.#fail(frontPage(answer.body) ?? `the answer is no exposition: ${expositionErrorText(exposition)}`);
    const { snapshot, foreign, notFinite } = readSnapshot(exposition);
    if (foreign > 0) context.drop('not_scaphandre', foreign);
    if (notFinite > 0) context.drop('not_finite', notFinite);
    if (snapshot.things.size === 0) return this.#fail('the answer has no metric of Scaphandre');
    troubles.over(url, 'down');
    this.#isGuest ??= this.#detectGuest(answer.body, snapshot);
    return snapshot;
  }

  #parse(body: Buffer, contentType: string | undefined): Exposition<Meaning | null> | ExpositionError {
    const dialect = dialectOf(contentType);
    const exposition = this.#parser.parse(this.#hasBadLabels ? withLegalLabels(body) : body, dialect);
    if (exposition.ok || this.#hasBadLabels) return exposition;
    const repaired = this.#parser.parse(withLegalLabels(body), dialect);
    this.#hasBadLabels = repaired.ok;
    return repaired.ok ? repaired : exposition;
  }

  #fail(text: string): undefined {
    this.#options.troubles.tell(this.#options.url, 'down', text);
    return undefined;
  }

  #detectGuest(body: Buffer, snapshot: Snapshot): boolean | undefined {
    const { context, url, config } = this.#options;
    const isGuest = looksLikeGuest(body, snapshot);
    if (isGuest === true) {
      context.log.warn('this is a Scaphandre in a VM: what it says is multiplied, since its host says too little (issue #428)', {
        url,
        guest_scale: config.guest_scale,
      });
    }
    return isGuest;
  }

  /** What the scrape is worth; nothing of it counts unless it is fresh. */
  #judge(snapshot: Snapshot, nowMs: number): Freshness {
    const { url, context, troubles } = this.#options;
    const freshness = this.#freshness.judge(snapshot, this.#isGuest === true, nowMs);
    for (const lie of Object.keys(lies)) if (lie !== freshness) troubles.over(url, lie);
    if (freshness !== 'fresh') {
      troubles.tell(url, freshness, lies[freshness]);
      context.drop(freshness, snapshot.things.size + snapshot.processes.size);
    }
    return freshness;
  }

  async #tell(snapshot: Snapshot, now: Moment, out: Point[]): Promise<void> {
    this.#removeWrappedPower(snapshot);
    if (this.#isGuest === true) {
      scale(snapshot, this.#options.config.guest_scale);
      renameShare(snapshot);
    }
    const maker = this.#maker();
    for (const thing of snapshot.things.values()) {
      if (thing.fields.size > 0) out.push(maker.point(thing, now));
    }
    await this.#options.units?.label(snapshot);
    this.#groups.take(snapshot, now, (group, at) => out.push(maker.point(group, at)));
  }

  /** A socket whose counter has wrapped shows 0 W, which is not so. */
  #removeWrappedPower(snapshot: Snapshot): void {
    const counters = new Map<string, number>();
    for (const { tags, fields } of thingsOf(snapshot, SOCKET)) {
      const counter = fields.get(ENERGY);
      if (counter === undefined) continue;
      const key = JSON.stringify(tags);
      counters.set(key, counter);
      if (counter < (this.#counters.get(key) ?? 0) && fields.delete(POWER)) this.#options.context.drop('wrapped_power');
    }
    this.#counters = counters;
  }

  #maker(): PointMaker {
    const { context, tags, config } = this.#options;
    const scaled = this.#isGuest === true ? [['scale', String(config.guest_scale)] as const] : [];
    return new PointMaker(context.interner, [...tags, ...scaled]);
  }

  #status(outcome: Outcome, seconds: number): { measurement: string; tags: Tags; fields: Map<string, number> } {
    const flags = Object.keys(lies).map((lie) => [lie, Number(lie === outcome)] as const);
    const fields = new Map([['up', Number(outcome !== 'down')], ['scrape_duration_seconds', seconds], ...flags]);
    return { measurement: 'scaphandre', tags: [['url', this.#options.url]], fields };
  }
}

/** What is wrong when the answer is Scaphandre's own page, which it gives for every path but its metrics'. */
function frontPage(body: Buffer): string | undefined {
  const text = body.subarray(0, 200).toString();
  return text.includes('Scaphandre') && text.includes('<a href')
    ? 'this path is not that of the metrics: Scaphandre has them at /metrics'
    : undefined;
}
