/** The shares of one processor: who uses what of a host, and the points of what each gets. */
import type { EnergySample } from '../../../energy/integrate.ts';
import type { EnergyPoints } from '../../../energy/points.ts';
import { Shares } from '../../../energy/shares.ts';
import type { Frame } from '../../../energy/total.ts';
import type { Point } from '../../../metric/point.ts';
import { seriesId, type Tags } from '../../../metric/series.ts';
import type { PluginContext } from '../../../pipeline/plugin.ts';
import type { State } from '../../../queue/store.ts';
import { sharesSpec } from './state.ts';
import type { Membership, Totals } from './totals.ts';

/** One user of a host's energy, by one of the options `shares`. */
export interface User {
  /** Names the user: the id of the series of its energy. */
  readonly key: string;
  readonly share: number;
  readonly host: Tags;
  readonly relative: boolean;
  readonly points: EnergyPoints;
  readonly memberships: readonly Membership[];
}

export class Users {
  readonly #shares: State<Shares>;
  readonly #count: number;
  readonly #max: number;
  readonly #users = new Map<string, User>();

  constructor(count: number, maxUsers: number, context: PluginContext) {
    this.#shares = context.state(sharesSpec);
    this.#count = count;
    this.#max = maxUsers;
  }

  /** Gets to know a user before it reports. */
  add(user: User): void {
    // Those that still report come again: every shape is bound again in time.
    if (this.#users.size >= this.#max && !this.#users.has(user.key)) this.#users.clear();
    this.#users.set(user.key, user);
  }

  /** A host has told a frame: its energy waits to be shared. */
  frame(host: Tags, frame: Frame): void {
    for (let share = 0; share < this.#count; share++) {
      const key = keyOf(share, host);
      const shares = this.#shares.get(key) ?? new Shares();
      shares.addEnergy(frame);
      this.#shares.set(key, shares);
    }
  }

  /** A user has reported its use; appends what comes of it. */
  report(user: User, use: EnergySample, totals: Totals, out: Point[]): void {
    if (!this.#users.has(user.key)) this.add(user);
    const key = keyOf(user.share, user.host);
    const shares = this.#shares.get(key) ?? new Shares();
    for (const told of shares.addUse(user.key, use, user.relative, (other) => this.#users.has(other))) {
      const { points, memberships } = this.#users.get(told.key) ?? user;
      out.push(points.point(told.sample));
      for (const membership of memberships) totals.report(membership, told.sample, out);
    }
    this.#shares.set(key, shares);
  }
}

function keyOf(share: number, host: Tags): string {
  return seriesId(String(share), host);
}
