/** One field of one series that is integrated: its place among the values, and where its energy goes. */
import type { EnergySample, Rejection } from '../../../energy/integrate.ts';
import type { EnergyPoints } from '../../../energy/points.ts';
import type { Receiver } from '../../../energy/receive.ts';
import type { FieldId } from '../../../energy/series-state.ts';
import type { Source } from '../../../energy/sources/source.ts';
import type { Point } from '../../../metric/point.ts';
import type { Series } from '../../../metric/series.ts';
import type { HostSensor } from './hosts.ts';

/** What meters have in common. */
export interface MeterOwner {
  alike(source: Source, of: FieldId): Source | undefined;
  /** A sample of a host's sensor, after its own point. */
  report(sensor: HostSensor, sample: EnergySample, out: Point[]): void;
  reject(meter: Meter, reason: Rejection): void;
}

export interface MeterPlace {
  /** Names the thing whose energy it is, and its state: the id of the series of `energy`. */
  readonly key: string;
  /** Of the field, among the values. */
  readonly index: number;
  readonly points: EnergyPoints;
  readonly sensor: HostSensor | undefined;
}

/** Receives what comes of its own readings. Made once per shape, so that a reading allocates nothing for it. */
export class Meter implements Receiver {
  readonly key: string;
  readonly index: number;
  readonly origin: Source;
  readonly points: EnergyPoints;
  readonly sensor: HostSensor | undefined;
  /** Where its points go, as long as a reading is taken. */
  out: Point[] = [];
  readonly #owner: MeterOwner;

  constructor(origin: Source, { key, index, points, sensor }: MeterPlace, owner: MeterOwner) {
    this.key = key;
    this.index = index;
    this.origin = origin;
    this.points = points;
    this.sensor = sensor;
    this.#owner = owner;
  }

  source(of: FieldId): Source | undefined {
    const { origin } = this;
    return of.field === origin.field && of.measurement === origin.measurement ? origin : this.#owner.alike(origin, of);
  }

  sample(sample: EnergySample): void {
    this.out.push(this.points.point(sample));
    if (this.sensor !== undefined) this.#owner.report(this.sensor, sample, this.out);
  }

  rejected(reason: Rejection): void {
    this.#owner.reject(this, reason);
  }
}

/** The source as this series has it: with the range that its own tag tells. */
export function sourceOf(source: Source, series: Series): Source {
  const { wrapsAtOf } = source;
  if (wrapsAtOf === undefined || !('tag' in wrapsAtOf)) return source;
  const told = Number(series.tag(wrapsAtOf.tag));
  return told > 0 && Number.isFinite(told) ? { ...source, wrapsAt: told } : source;
}
