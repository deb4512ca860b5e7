/** What scrapes give, markers among it, in words that tests compare. */
import type { Interner } from '../../src/metric/interner.ts';
import type { Point } from '../../src/metric/point.ts';
import type { Delivery, Sink } from '../../src/pipeline/plugin.ts';
import { toLines } from './points.ts';

const ABOUT_SCRAPES = /\bup=/;

/** Keeps what one scrape after another delivers. */
export class ScrapeSink implements Sink {
  #points: Point[] = [];
  readonly #interner: Interner;

  constructor(interner: Interner) {
    this.#interner = interner;
  }

  deliver(points: readonly Point[]): Promise<Delivery> {
    this.#points.push(...points);
    return Promise.resolve({ status: 'ok' });
  }

  /** The samples since the last `take` as line protocol without time, markers as `name{tags} stale`; those about scrapes apart, as values. */
  take(): { samples: string[]; report: Record<string, unknown>; ms: number[] } {
    const texts = this.#points.map((point) => this.#text(point));
    const report = this.#points.find((point, at) => !point.stale && ABOUT_SCRAPES.test(texts[at]));
    const values = report?.shape.fields.map(({ key }, at) => [key.name, report.values[at]] as const) ?? [];
    const result = {
      samples: texts.filter((text) => !ABOUT_SCRAPES.test(text)),
      report: Object.fromEntries(values),
      ms: this.#points.map(({ ms }) => ms),
    };
    this.#points = [];
    return result;
  }

  #text(point: Point): string {
    if (!point.stale) return toLines(this.#interner, [point])[0].replace(/ \d+$/, '');
    const tags = point.series.tags.map(([key, value]) => `,${key}=${value}`).join('');
    return `${point.series.measurement}${tags} ${point.shape.fields.map(({ key }) => key.name).join(',')} stale`;
  }
}
