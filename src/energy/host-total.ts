/**
 * The energy of a whole host, as the sum of its sensors of one rank and one tool. Two tools that read the same counters, or a wall
 * meter and what it contains, are alternatives and never added.
 *
 * Sensors report one by one, so their samples gather in a frame. It is told when all of them are in, or when one reports again
 * or a new time begins; whoever was missing adds its energy to the next frame. So the total is the sum of its members to the
 * last microjoule, and only the moment at which a latecomer's energy shows can shift.
 */
import type { Tags } from '../metric/series.ts';
import { compareTime, secondsBetween } from '../metric/time.ts';
import { addMicros, NO_ENERGY, type Energy } from './amount.ts';
import { isFromTheFuture } from './future.ts';
import { decodeHostState, type HostState, type Member, type Moment } from './host-state.ts';
import type { EnergySample } from './integrate.ts';

/** One sensor of the host. */
export interface HostMember {
  /** Names it among the host's sensors, also after a restart. */
  readonly key: string;
  /** The tool it belongs to: the tag `source`. */
  readonly source: string;
  readonly rank: number;
}

/** The host's energy since the frame before. */
export interface HostFrame {
  readonly ms: number;
  readonly ns: number;
  readonly source: string;
  readonly watts: number;
  readonly micros: number;
  readonly total: Energy;
  readonly gapSeconds: number;
}

export class HostTotal {
  readonly #state: HostState;

  private constructor(state: HostState) {
    this.#state = state;
  }

  /** A host without any energy so far, named by these tags. */
  static start(tags: Tags): HostTotal {
    return new HostTotal({
      tags,
      active: undefined,
      since: undefined,
      emitted: undefined,
      frame: undefined,
      pending: 0,
      gapSeconds: 0,
      total: NO_ENERGY,
      settled: false,
      members: {},
    });
  }

  /** What `encode` wrote; undefined for anything else. */
  static decode(text: string): HostTotal | undefined {
    const state = decodeHostState(text);
    return state === undefined ? undefined : new HostTotal(state);
  }

  encode(): string {
    return JSON.stringify(this.#state);
  }

  get tags(): Tags {
    return this.#state.tags;
  }

  /**
   * Takes a sensor's sample, newer than its last one unless that came from a wrong clock; appends the frames that are complete now.
   * `now` is the present, in milliseconds; only asked when the sample is older than the latest frame.
   */
  report(member: HostMember, sample: EnergySample, out: HostFrame[], now: () => number): void {
    this.#returnFromTheFuture(sample, now);
    if (!this.#listensTo(member, sample, out)) return;
    const state = this.#state;
    if (this.#beginsFrame(state.members[member.key], sample)) this.close(out);
    state.pending += clip(sample, state.since);
    state.gapSeconds = Math.max(state.gapSeconds, sample.gapSeconds);
    const seen = !this.#isBehind(sample);
    if (seen) state.frame = later(state.frame, sample);
    state.members[member.key] = {
      ms: sample.ms,
      ns: sample.ns,
      watts: sample.watts ?? 0,
      seen,
      staleSeconds: sample.maxGapSeconds,
    };
    if (this.#isComplete()) this.close(out);
  }

  /** The same host, to go its own way from here. All hosts are copied at a shutdown; structuredClone takes ten times as long. */
  copy(): HostTotal {
    const members = Object.fromEntries(Object.entries(this.#state.members).map(([key, member]) => [key, { ...member }] as const));
    return new HostTotal({ ...this.#state, members });
  }

  /** Tells the frame that is open, if any, whoever is missing. */
  close(out: HostFrame[]): void {
    const state = this.#state;
    const { frame, active, pending: micros, gapSeconds } = state;
    if (frame === undefined || active === undefined) return;
    let watts = 0;
    for (const key of Object.keys(state.members)) {
      const member = state.members[key];
      if (isStale(member, frame)) delete state.members[key];
      else watts += member.watts;
      member.seen = false;
    }
    state.total = addMicros(state.total, micros);
    state.emitted = frame;
    state.frame = undefined;
    state.pending = 0;
    state.gapSeconds = 0;
    state.settled = true;
    out.push({ ms: frame.ms, ns: frame.ns, source: active.source, watts, micros, total: state.total, gapSeconds });
  }

  /** Forgets frames that a wrong clock dated far ahead, once a credible sample comes: else the host would be silent until then. */
  #returnFromTheFuture(sample: EnergySample, now: () => number): void {
    const state = this.#state;
    const latest = state.frame ?? state.emitted;
    if (latest === undefined || compareTime(sample.ms, sample.ns, latest.ms, latest.ns) >= 0) return;
    const nowMs = now();
    if (!isFromTheFuture(latest.ms, nowMs) || sample.ms > nowMs) return;
    state.emitted = undefined;
    state.since = undefined;
    state.frame = undefined;
    state.gapSeconds = 0;
    for (const member of Object.values(state.members)) {
      member.seen = false;
      if (isFromTheFuture(member.ms, nowMs)) Object.assign(member, { ms: sample.ms, ns: sample.ns });
    }
  }

  #isComplete(): boolean {
    const { settled, frame, members } = this.#state;
    if (!settled || frame === undefined) return false;
    for (const key of Object.keys(members)) {
      if (!members[key].seen && !isStale(members[key], frame)) return false;
    }
    return true;
  }

  /** Whether the member belongs to the tool that counts, which may change here. */
  #listensTo({ source, rank }: HostMember, sample: EnergySample, out: HostFrame[]): boolean {
    const state = this.#state;
    const { active } = state;
    if (active !== undefined) {
      if (active.source === source && active.rank === rank) return true;
      // A better sensor takes over with its first interval, not with its first sample, so that none is missed in between.
      const better = rank > active.rank && secondsBetween(sample.sinceMs, sample.sinceNs, sample.ms, sample.ns) > 0;
      if (!better && !this.#isSilent(sample)) return false;
      this.close(out);
    }
    this.#activate(source, rank, sample);
    return true;
  }

  /** Hands the host over: what was counted up to now is not counted again, what nobody counted is a gap. */
  #activate(source: string, rank: number, sample: EnergySample): void {
    const state = this.#state;
    const { emitted } = state;
    if (emitted !== undefined) state.gapSeconds += Math.max(0, secondsBetween(emitted.ms, emitted.ns, sample.sinceMs, sample.sinceNs));
    state.active = { source, rank };
    state.since = emitted;
    state.frame = undefined;
    state.members = {};
    state.settled = false;
  }

  #isSilent(sample: EnergySample): boolean {
    return Object.values(this.#state.members).every((member) => isStale(member, sample));
  }

  /** Whether the open frame ends before this sample. Samples less than half an interval apart belong together. */
  #beginsFrame(member: Member | undefined, sample: EnergySample): boolean {
    const { frame, settled } = this.#state;
    if (frame === undefined) return false;
    return member?.seen === true || (settled && secondsBetween(frame.ms, frame.ns, sample.ms, sample.ns) > halfInterval(sample));
  }

  /** Whether the sample is of a frame already told, or of one before the open one. */
  #isBehind(sample: EnergySample): boolean {
    const { frame, emitted } = this.#state;
    if (emitted !== undefined && compareTime(sample.ms, sample.ns, emitted.ms, emitted.ns) <= 0) return true;
    return frame !== undefined && secondsBetween(sample.ms, sample.ns, frame.ms, frame.ns) > halfInterval(sample);
  }
}

/** The part of a sample's energy after `since`, in proportion to time. */
function clip(sample: EnergySample, since: Moment | undefined): number {
  if (since === undefined || compareTime(sample.sinceMs, sample.sinceNs, since.ms, since.ns) >= 0) return sample.micros;
  const after = secondsBetween(since.ms, since.ns, sample.ms, sample.ns);
  const all = secondsBetween(sample.sinceMs, sample.sinceNs, sample.ms, sample.ns);
  return after <= 0 ? 0 : Math.floor(sample.micros * (after / all));
}

function isStale(member: Member, now: Moment): boolean {
  return secondsBetween(member.ms, member.ns, now.ms, now.ns) > member.staleSeconds;
}

function halfInterval(sample: EnergySample): number {
  return secondsBetween(sample.sinceMs, sample.sinceNs, sample.ms, sample.ns) / 2;
}

function later(a: Moment | undefined, { ms, ns }: Moment): Moment {
  return a !== undefined && compareTime(a.ms, a.ns, ms, ns) > 0 ? a : { ms, ns };
}
