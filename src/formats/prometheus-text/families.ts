/** Which family each sample belongs to, by what the metadata lines have said so far. */
import type { Dialect, Family, FamilyType } from './exposition.ts';

const PART = /_(?:total|created|bucket|count|sum)$/;

/** A metric name, the same object wherever it occurs. */
export class MetricName {
  readonly text: string;
  /** What of its end may say which part of a metric a sample is, such as `_total`; empty without. */
  readonly suffix: string;
  /** Whether samples of this name may say when others of their metric began. */
  readonly isCreated: boolean;
  /** The family of samples with this name, and the scrape for which that holds. */
  family = 0;
  familyOf = 0;
  /** As above, where the name is a family's own. */
  own = 0;
  ownOf = 0;

  constructor(text: string) {
    this.text = text;
    this.suffix = PART.exec(text)?.[0] ?? '';
    this.isCreated = this.suffix === '_created';
  }
}

type MutableFamily = { -readonly [Key in keyof Family]: Family[Key] };

/** The suffixes that samples of a family may have, and for which types. The text format has only those of histograms and summaries. */
const SUFFIXES: readonly { readonly suffix: string; readonly types: readonly FamilyType[]; readonly openMetricsOnly: boolean }[] = [
  { suffix: '_bucket', types: ['histogram', 'gaugehistogram'], openMetricsOnly: false },
  { suffix: '_count', types: ['histogram', 'summary'], openMetricsOnly: false },
  { suffix: '_sum', types: ['histogram', 'summary'], openMetricsOnly: false },
  { suffix: '_total', types: ['counter'], openMetricsOnly: true },
  { suffix: '_created', types: ['counter', 'histogram', 'summary'], openMetricsOnly: true },
  { suffix: '_info', types: ['info'], openMetricsOnly: true },
  { suffix: '_gcount', types: ['gaugehistogram'], openMetricsOnly: true },
  { suffix: '_gsum', types: ['gaugehistogram'], openMetricsOnly: true },
];

export class Families {
  #names = new Map<string, MetricName>();
  #families: MutableFamily[] = [];
  #scrape = 0;
  #dialect: Dialect = 'text';

  get list(): readonly Family[] {
    return this.#families;
  }

  /** Begins a scrape; what the last one said of families is no longer true. */
  begin(scrape: number, dialect: Dialect): void {
    this.#scrape = scrape;
    this.#dialect = dialect;
    this.#families = [];
  }

  name(text: string): MetricName {
    const known = this.#names.get(text);
    if (known !== undefined) return known;
    const name = new MetricName(text);
    this.#names.set(text, name);
    return name;
  }

  /** Forgets all names but these. */
  keep(names: Iterable<MetricName>): void {
    this.#names = new Map();
    for (const name of names) this.#names.set(name.text, name);
  }

  /** The family that a metadata line speaks of, to be filled in. */
  declare(name: MetricName): MutableFamily {
    if (name.ownOf !== this.#scrape) {
      name.own = this.#families.length;
      name.ownOf = this.#scrape;
      this.#families.push({ name: name.text, type: 'unknown', help: '', unit: '' });
    }
    name.family = name.own;
    name.familyOf = this.#scrape;
    return this.#families[name.own];
  }

  /** The index of the family that samples of this name belong to: its own; or the histogram's, say, that it is a part of; or a new one. */
  of(name: MetricName): number {
    if (name.familyOf !== this.#scrape) {
      const whole = this.#whole(name.text);
      if (whole === undefined) {
        this.declare(name);
      } else {
        name.family = whole.own;
        name.familyOf = this.#scrape;
      }
    }
    return name.family;
  }

  #whole(part: string): MetricName | undefined {
    for (const { suffix, types, openMetricsOnly } of SUFFIXES) {
      if (!part.endsWith(suffix) || (openMetricsOnly && this.#dialect === 'text')) continue;
      const name = this.#names.get(part.slice(0, -suffix.length));
      if (name?.ownOf === this.#scrape && types.includes(this.#families[name.own].type)) return name;
    }
    return undefined;
  }
}
