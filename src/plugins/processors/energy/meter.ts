/** One field of one series that is integrated: its place among the values, and where its energy goes. */
import type { EnergySample, Rejection } from '../../../energy/integrate.ts';
import type { EnergyPoints } from '../../../energy/points.ts';
import type { Receiver } from '../../../energy/receive.ts';
import type { FieldId } from '../../../energy/series-state.ts';
import type { Source } from '../../../energy/sources/source.ts';
import type { Point } from '../../../metric/point.ts';
import type { Series } from '../../../metric/series.ts';
import type { Membership } from './totals.ts';
import type { User } from './users.ts';

/** What meters have in common. */
export interface MeterOwner {
  /** The source of another field that says the same as this one. */
  alike(source: Source, of: FieldId): Source | undefined;
  /** A sample of a member, after its own point. */
  report(membership: Membership, sample: EnergySample, out: Point[]): void;
  /** A user's use of its host. */
  use(user: User, sample: EnergySample, out: Point[]): void;
  reject(meter: Meter, reason: Rejection): void;
}

export interface MeterPlace {
  /** Names the thing whose energy it is, and its state: the id of the series of `energy`. */
  readonly key: string;
  /** Of the field, among the values. */
  readonly index: number;
  readonly origin: Source;
  /** What is made of its energy; undefined where it measures use, which is no energy. */
  readonly points: EnergyPoints | undefined;
  readonly memberships: readonly Membership[];
  /** Whose use it measures, if it does. */
  readonly user: User | undefined;
}

/** Receives what comes of its own readings. Made once per shape, so that a reading allocates nothing for it. */
export class Meter implements Receiver {
  readonly place: MeterPlace;
  /** Where its points go, as long as a reading is taken. */
  out: Point[] = [];
  readonly #owner: MeterOwner;

  constructor(place: MeterPlace, owner: MeterOwner) {
    this.place = place;
    this.#owner = owner;
  }

  source(of: FieldId): Source | undefined {
    const { origin } = this.place;
    return of.field === origin.field && of.measurement === origin.measurement ? origin : this.#owner.alike(origin, of);
  }

  sample(sample: EnergySample): void {
    const { points, memberships, user } = this.place;
    if (points !== undefined) this.out.push(points.point(sample));
    for (const membership of memberships) this.#owner.report(membership, sample, this.out);
    if (user !== undefined) this.#owner.use(user, sample, this.out);
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
