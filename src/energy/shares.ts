/**
 * Energy shared out by use, where nothing measures it directly: a host's energy by its programs' CPU time.
 *
 * Use is integrated as power is, with the whole host as 1 W: its micros are millionths of a host times seconds. Programs report one
 * by one; when one reports again, all that the host used up to then is shared by what all of them used since the last time. Each
 * gets whole microjoules, rounded down, so that together they never get more than there was.
 */
import { z } from 'zod';
import { secondsBetween } from '../metric/time.ts';
import { MICROS_PER_JOULE, type Energy } from './amount.ts';
import type { EnergySample } from './integrate.ts';
import { readJson } from './series-state.ts';
import type { Frame } from './total.ts';
import type { Moment } from './total-state.ts';

interface User {
  /** Millionths of the host times seconds, and the seconds, since energy was shared the last time. */
  used: number;
  seconds: number;
  /** Its latest report, and the seconds after which it is gone. */
  at: Moment;
  staleSeconds: number;
  /** Whether it has reported since the last time. */
  seen: boolean;
}

/** What a user gets, and of which time. */
export interface UserShare {
  readonly key: string;
  readonly micros: number;
  readonly since: Moment;
  readonly at: Moment;
  readonly staleSeconds: number;
}

const Stored = z.tuple([
  z.number(), // micros
  z.tuple([z.number(), z.number()]).nullable(), // host
  z.tuple([z.number(), z.number()]).nullable(), // since
  z.array(z.tuple([z.string(), z.number(), z.number(), z.number(), z.number(), z.number()])),
]);

export class Shares {
  /** The host's energy that waits, in microjoules. */
  #micros = 0;
  /** The time of the host's last frame. */
  #host: Moment | undefined;
  /** Up to when energy has been shared. */
  #since: Moment | undefined;
  readonly #users = new Map<string, User>();

  /** What `encode` wrote; undefined for anything else. */
  static decode(text: string): Shares | undefined {
    const stored = Stored.safeParse(readJson(text));
    if (!stored.success) return undefined;
    const [micros, host, since, users] = stored.data;
    const shares = new Shares();
    shares.#micros = micros;
    shares.#host = host === null ? undefined : { ms: host[0], ns: host[1] };
    shares.#since = since === null ? undefined : { ms: since[0], ns: since[1] };
    // Who is still there has to report again, so that its points can be made.
    for (const [key, used, seconds, ms, ns, staleSeconds] of users) {
      shares.#users.set(key, { used, seconds, at: { ms, ns }, staleSeconds, seen: false });
    }
    return shares;
  }

  encode(): string {
    const users = [...this.#users].map(([key, { used, seconds, at, staleSeconds }]) => {
      return [key, used, seconds, at.ms, at.ns, staleSeconds];
    });
    return JSON.stringify([this.#micros, plain(this.#host), plain(this.#since), users]);
  }

  /** The host has told a frame. */
  addEnergy({ ms, ns, micros }: Frame): void {
    this.#micros += micros;
    this.#host = { ms, ns };
  }

  /**
   * A user has reported. `relative`: the users share all of the energy; otherwise each gets its part of the host, and the rest is
   * nobody's. Returns what the users get, if it is time. Those that `isKnown` knows no more have not reported since a restart: they
   * are gone, and get nothing.
   */
  addUse(key: string, use: EnergySample, relative: boolean, isKnown: (key: string) => boolean): readonly UserShare[] {
    const told = this.#users.get(key)?.seen === true ? this.#share(relative, isKnown) : [];
    const user = this.#users.get(key) ?? { used: 0, seconds: 0, at: use, staleSeconds: 0, seen: false };
    user.used += use.micros;
    user.seconds += secondsBetween(use.sinceMs, use.sinceNs, use.ms, use.ns);
    user.at = { ms: use.ms, ns: use.ns };
    user.staleSeconds = use.maxGapSeconds;
    user.seen = true;
    this.#users.set(key, user);
    return told;
  }

  #share(relative: boolean, isKnown: (key: string) => boolean): UserShare[] {
    const at = this.#host;
    if (at === undefined) return [];
    for (const key of this.#users.keys()) if (!isKnown(key)) this.#users.delete(key);
    const weights = [...this.#users].map(([key, user]) => ({ key, user, weight: weightOf(user, relative) }));
    const all = weights.reduce((sum, { weight }) => sum + weight, 0);
    const whole = relative ? all : Math.max(1, all);
    const since = this.#since ?? at;
    const told = weights.map(({ key, user, weight }) => {
      const micros = whole > 0 ? Math.floor(this.#micros * (weight / whole)) : 0;
      if (secondsBetween(user.at.ms, user.at.ns, at.ms, at.ns) > user.staleSeconds) this.#users.delete(key);
      Object.assign(user, { used: 0, seconds: 0, seen: false });
      return { key, micros, since, at, staleSeconds: user.staleSeconds };
    });
    this.#micros = 0;
    this.#since = at;
    return told;
  }
}

/** A user's share as a sample, once its total is known. */
export function sampleOf({ micros, since, at: { ms, ns }, staleSeconds }: UserShare, total: Energy): EnergySample {
  const seconds = secondsBetween(since.ms, since.ns, ms, ns);
  const watts = seconds > 0 ? micros / MICROS_PER_JOULE / seconds : undefined;
  return { ms, ns, sinceMs: since.ms, sinceNs: since.ns, watts, micros, total, gapSeconds: 0, maxGapSeconds: staleSeconds };
}

function plain(time: Moment | undefined): readonly [number, number] | null {
  return time === undefined ? null : [time.ms, time.ns];
}

/** The part of the host that a user had, or what it used, in any unit. */
function weightOf({ used, seconds }: User, relative: boolean): number {
  if (relative) return used;
  return seconds > 0 ? used / MICROS_PER_JOULE / seconds : 0;
}
