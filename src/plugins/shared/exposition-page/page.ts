/**
 * The metrics that Prometheus finds when it scrapes: families, each of one type, and in them one metric a set of labels, with its
 * latest value. Everything here expires, and there is a bound on it.
 */
import { goFloatText } from '../../../metric/go-float.ts';
import { compareText } from '../../../metric/text.ts';

export type PageType = 'counter' | 'gauge' | 'untyped' | 'histogram' | 'summary';

/** Which number of a metric a value is: the metric's own, or of a histogram or summary a bucket (or quantile), the sum or the count. */
export type Part = 'value' | 'sum' | 'count' | number;

/** Where a value belongs. */
export interface Place {
  readonly family: string;
  readonly type: PageType;
  /** Of the family; empty: a sentence that says nothing. */
  readonly help: string;
  /** As they stand between the braces, without those of a part. */
  readonly labels: string;
  readonly part: Part;
}

interface Metric {
  readonly labels: string;
  readonly parts: Map<Part, number>;
  ms: number;
  /** When it was last told of, on a clock of its own. */
  addedMs: number;
}

interface Family {
  readonly type: PageType;
  readonly help: string;
  readonly metrics: Map<string, Metric>;
}

/** Metrics of one page: a scrape of so many is some 20 MB. */
const MAX_METRICS = 200_000;

/** Buckets and quantiles of one metric. */
const MAX_PARTS = 1000;

const NO_HELP = 'Telegraf collected metric';

export interface PageOptions {
  /** 0: never. */
  readonly expirationMs: number;
  /** Whether types and help are left out. */
  readonly isCompact?: boolean;
  /** Whether times of points are shown. */
  readonly showsTimes: boolean;
  /** Whether a value that is older than the one that is there is passed over. */
  readonly keepsLatest: boolean;
}

/** One page of metrics. Times are in milliseconds: `ms` of points since the epoch, `nowMs` on a monotonic clock. */
export class Page {
  readonly #options: PageOptions;
  readonly #families = new Map<string, Family>();
  #size = 0;

  constructor(options: PageOptions) {
    this.#options = options;
  }

  /** Metrics on the page, expired ones among them until somebody looks. */
  get size(): number {
    return this.#size;
  }

  /** Puts a value on the page. False when there is no room for it. */
  set(place: Place, value: number, ms: number, nowMs: number): boolean {
    const metric = this.#metric(place, nowMs);
    if (metric === undefined) return false;
    if (this.#options.keepsLatest && ms < metric.ms) return true;
    metric.ms = ms;
    metric.addedMs = nowMs;
    if (metric.parts.size >= MAX_PARTS && !metric.parts.has(place.part)) return false;
    metric.parts.set(place.part, value);
    return true;
  }

  /** Takes everything off the page. */
  clear(): void {
    this.#families.clear();
    this.#size = 0;
  }

  /** The page as Prometheus reads it, without what has expired by now. */
  text(nowMs: number): string {
    this.#expire(nowMs);
    const names = [...this.#families.keys()].sort(compareText);
    return names.map((name) => this.#familyText(name)).join('');
  }

  #metric({ family: name, type, help, labels }: Place, nowMs: number): Metric | undefined {
    // As in Telegraf, the first of a family says what all of it is.
    const family = this.#families.get(name) ?? { type, help, metrics: new Map<string, Metric>() };
    const known = family.metrics.get(labels);
    if (known !== undefined) return known;
    if (this.#size >= MAX_METRICS) this.#expire(nowMs);
    if (this.#size >= MAX_METRICS) return undefined;
    const metric: Metric = { labels, parts: new Map(), ms: Number.NEGATIVE_INFINITY, addedMs: nowMs };
    this.#families.set(name, family);
    family.metrics.set(labels, metric);
    this.#size++;
    return metric;
  }

  #expire(nowMs: number): void {
    const { expirationMs } = this.#options;
    if (expirationMs === 0) return;
    for (const [name, { metrics }] of this.#families) {
      for (const [labels, { addedMs }] of metrics) {
        if (nowMs - addedMs <= expirationMs) continue;
        metrics.delete(labels);
        this.#size--;
      }
      if (metrics.size === 0) this.#families.delete(name);
    }
  }

  #familyText(name: string): string {
    const { type, help, metrics } = this.#families.get(name) as Family;
    const head = this.#options.isCompact === true ? '' : `# HELP ${name} ${escapeHelp(help || NO_HELP)}\n# TYPE ${name} ${type}\n`;
    return head + Array.from(metrics.values(), (metric) => this.#metricText(name, type, metric)).join('');
  }

  #metricText(name: string, type: PageType, metric: Metric): string {
    const time = this.#options.showsTimes ? ` ${metric.ms}` : '';
    return linesOf(type, metric.parts)
      .map(({ suffix, label, value }) => `${name}${suffix}${bracesText(metric.labels, label)} ${goFloatText(value)}${time}\n`)
      .join('');
  }
}

/** A line of a metric. */
interface Line {
  /** What its name has after that of the family. */
  readonly suffix: string;
  /** The label that the metric's other lines have not, as it stands between the braces; empty for none. */
  readonly label: string;
  readonly value: number;
}

function linesOf(type: PageType, parts: Metric['parts']): Line[] {
  switch (type) {
    case 'histogram': {
      // Prometheus asks for the bucket that holds everything.
      const all = parts.has(Infinity) ? parts : new Map([...parts, [Infinity, parts.get('count') ?? 0] as const]);
      return [...boundLines('_bucket', 'le', all), ...totalLines(parts)];
    }
    case 'summary':
      return [...boundLines('', 'quantile', parts), ...totalLines(parts)];
    default: {
      const value = parts.get('value');
      return value === undefined ? [] : [{ suffix: '', label: '', value }];
    }
  }
}

/** The buckets of a histogram, or the quantiles of a summary, the lowest first. */
function boundLines(suffix: string, label: string, parts: Metric['parts']): Line[] {
  const bounds = [...parts].filter((part): part is [number, number] => typeof part[0] === 'number');
  return bounds.sort(([a], [b]) => a - b).map(([bound, value]) => ({ suffix, label: `${label}="${goFloatText(bound)}"`, value }));
}

function totalLines(parts: Metric['parts']): Line[] {
  return [
    { suffix: '_sum', label: '', value: parts.get('sum') ?? 0 },
    { suffix: '_count', label: '', value: parts.get('count') ?? 0 },
  ];
}

function bracesText(labels: string, own: string): string {
  if (labels === '' && own === '') return '';
  return `{${labels}${labels === '' || own === '' ? '' : ','}${own}}`;
}

/** The text between the braces, of legal names and values that may say anything. */
export function labelsText(labels: readonly (readonly [name: string, value: string])[]): string {
  return labels.map(([name, value]) => `${name}="${escapeValue(value)}"`).join(',');
}

function escapeValue(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}

function escapeHelp(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
}
