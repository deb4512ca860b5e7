/** The shares of one processor: who uses what of a host, and the points of what each gets. */
import { addMicros, NO_ENERGY } from '../../../energy/amount.ts';
import type { EnergySample } from '../../../energy/integrate.ts';
import type { EnergyPoints } from '../../../energy/points.ts';
import { sampleOf, Shares, type UserShare } from '../../../energy/shares.ts';
import type { Frame } from '../../../energy/total.ts';
import type { Point } from '../../../metric/point.ts';
import { seriesId, type Tags } from '../../../metric/series.ts';
import type { PluginContext } from '../../../pipeline/plugin.ts';
import type { State } from '../../../queue/store.ts';
import { Forgetter } from '../../shared/forget.ts';
import { sharesSpec, userSpec, type UserTotal } from './state.ts';
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
  readonly #context: PluginContext;
  readonly #shares: State<Shares>;
  readonly #totals: State<UserTotal>;
  readonly #forgetter: Forgetter;
  readonly #count: number;
  readonly #max: number;
  readonly #users = new Map<string, User>();

  constructor(count: number, maxUsers: number, context: PluginContext) {
    this.#context = context;
    this.#shares = context.state(sharesSpec);
    this.#totals = context.state(userSpec);
    this.#forgetter = new Forgetter(maxUsers);
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
    for (const share of shares.addUse(user.key, use, user.relative, (other) => this.#users.has(other))) {
      const sample = this.#sample(share);
      if (sample === undefined) continue;
      const { points, memberships } = this.#users.get(share.key) ?? user;
      out.push(points.point(sample));
      for (const membership of memberships) totals.report(membership, sample, out);
    }
    this.#shares.set(key, shares);
  }

  /** Adds a share to what the user has; undefined, and counted, where there is no room for one more user. */
  #sample(share: UserShare): EnergySample | undefined {
    const { key, micros, at } = share;
    const known = this.#totals.get(key);
    if (known === undefined && !this.#forgetter.hasRoom(this.#totals, at.ms, this.#context.clock.now().ms, ({ ms }) => ms)) {
      this.#context.drop('series_limit');
      return undefined;
    }
    const total = addMicros(known?.total ?? NO_ENERGY, micros);
    this.#totals.set(key, { total, ms: at.ms });
    return sampleOf(share, total);
  }
}

function keyOf(share: number, host: Tags): string {
  return seriesId(String(share), host);
}
