/**
 * Native histograms of Prometheus as fields of one point, with the names that Telegraf gives them: `count`, `sum`, `schema`,
 * `counter_reset_hint`, `zero_threshold`, `zero_count`, and for each side `positive_span_0_offset`, `positive_span_0_length`,
 * `positive_bucket_0` and so on. Buckets are counts of their own, neither cumulative nor differences. The measurement is the metric's name.
 *
 * So they pass filters, queues, files and InfluxDB like anything else, and remote write makes histograms of them again.
 * https://prometheus.io/docs/specs/native_histograms/
 */
import { Kind, type FieldValue } from './kind.ts';
import type { Shape } from './shape.ts';

export interface BucketSide {
  /** Runs of buckets: how many empty ones lie before it (before the first: its index), and how many there are. */
  readonly spans: readonly (readonly [offset: number, length: number])[];
  /** Observations of each bucket. */
  readonly counts: readonly number[];
}

export interface NativeHistogram {
  readonly count: number;
  readonly sum: number;
  /** Each power of two has `2^schema` buckets. */
  readonly schema: number;
  /** As remote write numbers it: 0 unknown, 1 reset, 2 no reset, 3 a gauge. */
  readonly resetHint: number;
  readonly zeroThreshold: number;
  readonly zeroCount: number;
  readonly positive: BucketSide;
  readonly negative: BucketSide;
}

export interface HistogramField {
  readonly name: string;
  readonly kind: Kind;
  readonly value: FieldValue;
}

const MIN_SCHEMA = -4;
const MAX_SCHEMA = 8;
const MAX_RESET_HINT = 3;
/** Clients keep to some 160; each is a field. */
const MAX_BUCKETS = 2048;

const HEAD = ['count', 'sum', 'schema', 'counter_reset_hint', 'zero_threshold', 'zero_count'] as const;
const SIDES = ['positive', 'negative'] as const;
const PART = /^(?:positive|negative)_(?:bucket_\d+|span_\d+_(?:offset|length))$/;
const BOUND = /^[+-]?(?:\d+(?:\.\d+)?(?:e[+-]?\d+)?|Inf)$/;

/** The fields of a histogram, in no particular order. */
export function histogramFields(histogram: NativeHistogram): HistogramField[] {
  const { count, sum, schema, resetHint, zeroThreshold, zeroCount } = histogram;
  return [
    { name: 'count', kind: Kind.Float, value: count },
    { name: 'sum', kind: Kind.Float, value: sum },
    { name: 'schema', kind: Kind.Int, value: schema },
    { name: 'counter_reset_hint', kind: Kind.Uint, value: resetHint },
    { name: 'zero_threshold', kind: Kind.Float, value: zeroThreshold },
    { name: 'zero_count', kind: Kind.Float, value: zeroCount },
    ...SIDES.flatMap((side) => sideFields(side, histogram[side])),
  ];
}

function sideFields(side: string, { spans, counts }: BucketSide): HistogramField[] {
  return [
    ...spans.flatMap(([offset, length], at): HistogramField[] => [
      { name: `${side}_span_${at}_offset`, kind: Kind.Int, value: offset },
      { name: `${side}_span_${at}_length`, kind: Kind.Uint, value: length },
    ]),
    ...counts.map((value, at): HistogramField => ({ name: `${side}_bucket_${at}`, kind: Kind.Float, value })),
  ];
}

/** Whether a field says nothing that a histogram with these fields does not say: a part of it, or a bucket by its bound, which Telegraf adds. */
export function isHistogramField(name: string): boolean {
  return (HEAD as readonly string[]).includes(name) || PART.test(name) || BOUND.test(name);
}

interface SideLayout {
  readonly offsets: readonly number[];
  readonly lengths: readonly number[];
  readonly buckets: readonly number[];
}

/** Where the parts of a histogram stand among the values of a shape. */
export class HistogramLayout {
  readonly #head: readonly number[];
  readonly #positive: SideLayout;
  readonly #negative: SideLayout;

  private constructor(head: readonly number[], positive: SideLayout, negative: SideLayout) {
    this.#head = head;
    this.#positive = positive;
    this.#negative = negative;
  }

  /** The layout of a shape that has all fields of a histogram, as numbers; undefined for any other. */
  static of(shape: Shape): HistogramLayout | undefined {
    const head = HEAD.map((name) => shape.indexOf(name));
    if (head.includes(-1)) return undefined;
    const numeric = shape.fields.every(
      ({ key, kind }) => kind === Kind.Float || kind === Kind.Int || kind === Kind.Uint || !isHistogramField(key.name),
    );
    const [positive, negative] = SIDES.map((side) => sideLayout(shape, side));
    return numeric && positive !== undefined && negative !== undefined ? new HistogramLayout(head, positive, negative) : undefined;
  }

  /** The histogram that the values of a point are, or why they are none that a server would take. */
  read(values: readonly FieldValue[]): NativeHistogram | string {
    const [count, sum, schema, resetHint, zeroThreshold, zeroCount] = this.#head.map((place) => Number(values[place]));
    const positive = readSide(this.#positive, values);
    const negative = readSide(this.#negative, values);
    const histogram = { count, sum, schema, resetHint, zeroThreshold, zeroCount, positive, negative };
    return whyInvalid(histogram) ?? histogram;
  }
}

/** What is wrong with a histogram; undefined where Prometheus takes it. */
export function whyInvalid(histogram: NativeHistogram): string | undefined {
  const { count, sum, schema, resetHint, zeroThreshold, zeroCount, positive, negative } = histogram;
  if (!Number.isInteger(schema) || schema < MIN_SCHEMA || schema > MAX_SCHEMA) {
    return `schema ${schema} is none from ${MIN_SCHEMA} to ${MAX_SCHEMA}`;
  }
  if (!Number.isInteger(resetHint) || resetHint < 0 || resetHint > MAX_RESET_HINT) {
    return `counter_reset_hint ${resetHint} is none from 0 to ${MAX_RESET_HINT}`;
  }
  if (!(zeroThreshold >= 0 && zeroThreshold < Infinity)) return `zero_threshold ${zeroThreshold} is no width`;
  const side = sideProblem(positive, 'positive') ?? sideProblem(negative, 'negative');
  if (side !== undefined) return side;
  if (!isCount(count) || !isCount(zeroCount)) return 'a count is negative or no number';
  // Observations that are NaN are in no bucket. Fractions add up to what floating point makes of them.
  const counted = [zeroCount, ...positive.counts, ...negative.counts].reduce((total, one) => total + one, 0);
  const isOff = Number.isNaN(sum) ? counted > count : counted !== count;
  return isIntegral(histogram) && isOff ? `the buckets have ${counted} observations of ${count}` : undefined;
}

/** Whether all counts are whole numbers, as those of a real histogram are; a rate of one has fractions. */
export function isIntegral({ count, zeroCount, positive, negative }: NativeHistogram): boolean {
  return [count, zeroCount, ...positive.counts, ...negative.counts].every(Number.isSafeInteger);
}

function sideProblem({ spans, counts }: BucketSide, side: string): string | undefined {
  let length = 0;
  for (const [at, span] of spans.entries()) {
    if (!span.every(Number.isInteger) || span[1] < 0 || (at > 0 && span[0] < 0)) return `${side} span ${at} is none`;
    length += span[1];
  }
  if (length !== counts.length) return `${side} spans have ${length} buckets, and there are ${counts.length}`;
  if (counts.length > MAX_BUCKETS) return `there are ${counts.length} ${side} buckets, more than ${MAX_BUCKETS}`;
  return counts.every(isCount) ? undefined : `a ${side} bucket is negative or no number`;
}

function isCount(value: number): boolean {
  return value >= 0 && value < Infinity;
}

function sideLayout(shape: Shape, side: string): SideLayout | undefined {
  const offsets = places(shape, (at) => `${side}_span_${at}_offset`);
  const lengths = places(shape, (at) => `${side}_span_${at}_length`);
  const buckets = places(shape, (at) => `${side}_bucket_${at}`);
  const parts = shape.fields.filter(({ key }) => key.name.startsWith(`${side}_`) && PART.test(key.name)).length;
  // A number is missing, or a span has lost one of its two.
  if (offsets.length !== lengths.length || parts !== offsets.length + lengths.length + buckets.length) return undefined;
  return { offsets, lengths, buckets };
}

/** The places of the fields with these names, as far as they are numbered without a gap. */
function places(shape: Shape, nameOf: (at: number) => string): number[] {
  const byName = new Map(shape.fields.map(({ key }, place) => [key.name, place]));
  const found: number[] = [];
  for (let place = byName.get(nameOf(0)); place !== undefined; place = byName.get(nameOf(found.length))) found.push(place);
  return found;
}

function readSide({ offsets, lengths, buckets }: SideLayout, values: readonly FieldValue[]): BucketSide {
  return {
    spans: offsets.map((place, at) => [Number(values[place]), Number(values[lengths[at]])] as const),
    counts: buckets.map((place) => Number(values[place])),
  };
}
