/**
 * What the table needs of a stream of points: the energy of whole hosts and what it equals, as lines of JSON. All other points
 * are counted and cost one look at their shape.
 */
import { COVERED_SECONDS, ENERGY, EQUIVALENT } from '../../../energy/points.ts';
import type { Interner } from '../../../metric/interner.ts';
import { Kind } from '../../../metric/kind.ts';
import type { Point } from '../../../metric/point.ts';
import { seriesId } from '../../../metric/series.ts';
import type { Shape } from '../../../metric/shape.ts';
import type { Payload } from '../../../queue/payload.ts';

interface SampleBase {
  /** Names what was measured: all tags but those that tell one equivalent from another. */
  readonly key: string;
  readonly host: string;
  readonly source: string;
  /** Whether it is a recording that plays, not this machine. */
  readonly recorded: boolean;
  readonly ms: number;
}

export interface EnergySample extends SampleBase {
  readonly type: 'energy';
  readonly watts: number;
  /** Joules since the sample before. */
  readonly delta: number;
  /** Joules since ever; never falls while the state of the energy processor lasts. */
  readonly total: number;
}

export interface EquivalentSample extends SampleBase {
  readonly type: 'equivalent';
  readonly id: string;
  readonly kind: string;
  readonly value: number;
}

export type Sample = EnergySample | EquivalentSample;

type Read = (point: Point) => Sample | undefined;

/** The half of the output that runs with the pipeline. */
export class SampleEncoder {
  readonly #slot: number;

  constructor(interner: Interner) {
    this.#slot = interner.slot();
  }

  encode(points: readonly Point[], maxPoints: number): readonly Payload[] {
    const payloads: Payload[] = [];
    for (let from = 0; from < points.length; from += maxPoints) payloads.push(this.#payload(points.slice(from, from + maxPoints)));
    return payloads;
  }

  #payload(points: readonly Point[]): Payload {
    let lines = '';
    let firstMs = Infinity;
    let lastMs = -Infinity;
    for (const point of points) {
      firstMs = Math.min(firstMs, point.ms);
      lastMs = Math.max(lastMs, point.ms);
      const sample = this.#read(point);
      if (sample !== undefined) lines += `${JSON.stringify(sample)}\n`;
    }
    return { destination: 'console', body: Buffer.from(lines), points: points.length, firstMs, lastMs };
  }

  #read(point: Point): Sample | undefined {
    if (point.stale) return undefined;
    const { slots } = point.shape;
    const read = (slots[this.#slot] ??= bindRead(point.shape) ?? skip) as Read;
    return read(point);
  }
}

/** The samples of a payload's body, as `SampleEncoder` wrote them. */
export function decodeSamples(body: Buffer): Sample[] {
  const lines = body.toString().split('\n');
  // Only this module writes these lines, and the queue keeps them whole.
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Sample);
}

function skip(): undefined {
  return undefined;
}

function bindRead(shape: Shape): Read | undefined {
  if (shape.series.tag('scope') !== 'host') return undefined;
  if (shape.series.measurement === ENERGY) return bindEnergy(shape);
  return shape.series.measurement === EQUIVALENT ? bindEquivalent(shape) : undefined;
}

function bindEnergy(shape: Shape): Read | undefined {
  const watts = numericIndex(shape, 'watts');
  const delta = numericIndex(shape, 'joules_delta');
  const total = numericIndex(shape, 'joules_total');
  // The windows of the aggregator tell the same joules again.
  const isWindow = shape.indexOf(COVERED_SECONDS) >= 0;
  if (isWindow || watts < 0 || total < 0) return undefined;
  const base = baseOf(shape);
  return ({ ms, values }) => ({
    type: 'energy',
    ...base,
    ms,
    watts: Number(values[watts]),
    delta: delta < 0 ? 0 : Number(values[delta]),
    total: Number(values[total]),
  });
}

function bindEquivalent(shape: Shape): Read | undefined {
  const value = numericIndex(shape, 'value');
  const id = shape.series.tag('equivalent');
  const kind = shape.series.tag('kind');
  if (value < 0 || id === undefined || kind === undefined) return undefined;
  const base = baseOf(shape);
  return ({ ms, values }) => ({ type: 'equivalent', ...base, ms, id, kind, value: Number(values[value]) });
}

function baseOf({ series }: Shape): Omit<SampleBase, 'ms'> {
  const measured = series.tags.filter(([name]) => name !== 'equivalent' && name !== 'kind' && name !== 'choice');
  return {
    key: seriesId('', measured),
    host: series.tag('host') ?? '',
    source: series.tag('source') ?? '',
    recorded: series.tag('recorded') === 'true' || series.tag('source_kind') === 'recorded',
  };
}

function numericIndex(shape: Shape, name: string): number {
  const index = shape.indexOf(name);
  return index >= 0 && shape.fields[index].kind <= Kind.Uint ? index : -1;
}
