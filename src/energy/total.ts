/**
 * The energy of something that consists of others: a host of its sensors of one rank and one tool, a VM or a service of its
 * processes. Two tools that read the same counters, or a wall meter and what it contains, are alternatives and never added.
 *
 * Members report one by one, so their samples gather in a frame. It is told when all of them are in, or when one reports again
 * or a new time begins; whoever was missing adds its energy to the next frame. So the total is the sum of its members to the
 * last microjoule, and only the moment at which a latecomer's energy shows can shift.
 */
import type { Tags } from '../metric/series.ts';
import { compareTime, secondsBetween } from '../metric/time.ts';
import { addMicros, MICROS_PER_JOULE, NO_ENERGY, type Energy } from './amount.ts';
import { isFromTheFuture } from './credible-time.ts';
import type { EnergySample } from './integrate.ts';
import { decodeTotalState, encodeTotalState, type Member, type Moment, type TotalState } from './total-state.ts';

/** One sensor of a host, one process of a service. */
export interface TotalMember {
  /** Names it among the members, also after a restart. */
  readonly key: string;
  /** The tool it belongs to: the tag `source`. */
  readonly source: string;
  readonly rank: number;
}

/** The energy since the frame before. */
export interface Frame {
  readonly ms: number;
  readonly ns: number;
  readonly source: string;
  readonly rank: number;
  /** Undefined where it is not known. */
  readonly watts: number | undefined;
  readonly micros: number;
  readonly total: Energy;
  readonly gapSeconds: number;
}

export class Total {
  readonly #state: TotalState;
  /** Members that have not reported in the open frame. */
  #missing: number;

  private constructor(state: TotalState) {
    this.#state = state;
    this.#missing = 0;
    for (const { seen } of state.members.values()) if (!seen) this.#missing++;
  }

  /** The total of something without any energy so far, named by these tags. */
  static start(tags: Tags): Total {
    return new Total({
      tags,
      active: undefined,
      since: undefined,
      emitted: undefined,
      frame: undefined,
      pending: 0,
      gapSeconds: 0,
      total: NO_ENERGY,
      settled: false,
      members: new Map(),
    });
  }

  /** What `encode` wrote; undefined for anything else. */
  static decode(text: string): Total | undefined {
    const state = decodeTotalState(text);
    return state === undefined ? undefined : new Total(state);
  }

  encode(): string {
    return encodeTotalState(this.#state);
  }

  get tags(): Tags {
    return this.#state.tags;
  }

  /** When it was last reported to or told, in milliseconds; undefined before the first report. */
  get lastMs(): number | undefined {
    return (this.#state.frame ?? this.#state.emitted)?.ms;
  }

  /**
   * Takes a member's sample, newer than its last one unless that came from a wrong clock; appends the frames that are complete now.
   * `now` is the present, in milliseconds; only asked when the sample is older than the latest frame.
   */
  report(member: TotalMember, sample: EnergySample, out: Frame[], now: () => number): void {
    this.#returnFromTheFuture(sample, now);
    if (!this.#listensTo(member, sample, out)) return;
    const state = this.#state;
    if (this.#beginsFrame(state.members.get(member.key), sample)) this.close(out);
    const seen = !this.#isBehind(sample);
    if (seen && state.frame === undefined) this.#open(sample);
    else if (seen) state.frame = later(state.frame, sample);
    state.pending += clip(sample, state.since);
    state.gapSeconds = Math.max(state.gapSeconds, sample.gapSeconds);
    this.#note(member.key, sample, seen);
    if (this.#missing === 0 && state.settled && state.frame !== undefined) this.close(out);
  }

  /** The same total, to go its own way from here. All are copied at a shutdown; structuredClone takes ten times as long. */
  copy(): Total {
    const members = new Map([...this.#state.members].map(([key, member]) => [key, { ...member }] as const));
    return new Total({ ...this.#state, members });
  }

  /** Tells the frame that is open, if any, whoever is missing. */
  close(out: Frame[]): void {
    const state = this.#state;
    const { frame, active, pending: micros, gapSeconds, members } = state;
    if (frame === undefined || active === undefined) return;
    for (const [key, member] of members) {
      if (isStale(member, frame)) members.delete(key);
      member.seen = false;
    }
    const watts = wattsOf(members.values(), active.rank);
    this.#missing = members.size;
    state.total = addMicros(state.total, micros);
    state.emitted = frame;
    state.frame = undefined;
    state.pending = 0;
    state.gapSeconds = 0;
    state.settled = true;
    const { ms, ns } = frame;
    const { source, rank } = active;
    out.push({ ms, ns, source, rank, watts, micros, total: state.total, gapSeconds });
  }

  /** Begins a frame, which no longer waits for members that are gone. */
  #open({ ms, ns }: EnergySample): void {
    const { members, settled } = this.#state;
    this.#state.frame = { ms, ns };
    if (!settled) return;
    for (const [key, member] of members) {
      if (member.seen || !isStale(member, { ms, ns })) continue;
      members.delete(key);
      this.#missing--;
    }
  }

  #note(key: string, { ms, ns, watts, maxGapSeconds }: EnergySample, seen: boolean): void {
    const { members } = this.#state;
    const microwatts = watts === undefined ? undefined : Math.round(watts * MICROS_PER_JOULE);
    const known = members.get(key);
    if (known === undefined) {
      members.set(key, { ms, ns, microwatts, seen, staleSeconds: maxGapSeconds });
      if (!seen) this.#missing++;
      return;
    }
    if (known.seen !== seen) this.#missing += seen ? -1 : 1;
    known.ms = ms;
    known.ns = ns;
    known.microwatts = microwatts;
    known.seen = seen;
    known.staleSeconds = maxGapSeconds;
  }

  /** Forgets frames that a wrong clock dated far ahead, once a credible sample comes: else it would be silent until then. */
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
    for (const member of state.members.values()) {
      member.seen = false;
      if (isFromTheFuture(member.ms, nowMs)) Object.assign(member, { ms: sample.ms, ns: sample.ns });
    }
    this.#missing = state.members.size;
  }

  /** Whether the member belongs to the tool that counts, which may change here. */
  #listensTo({ source, rank }: TotalMember, sample: EnergySample, out: Frame[]): boolean {
    const { active } = this.#state;
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

  /** Hands the total over: what was counted up to now is not counted again, what nobody counted is a gap. */
  #activate(source: string, rank: number, sample: EnergySample): void {
    const state = this.#state;
    const { emitted } = state;
    if (emitted !== undefined) state.gapSeconds += Math.max(0, secondsBetween(emitted.ms, emitted.ns, sample.sinceMs, sample.sinceNs));
    state.active = { source, rank };
    state.since = emitted;
    state.frame = undefined;
    state.members.clear();
    state.settled = false;
    this.#missing = 0;
  }

  #isSilent(sample: EnergySample): boolean {
    for (const member of this.#state.members.values()) if (!isStale(member, sample)) return false;
    return true;
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

/**
 * The members' power together. A host's is known where that of all its sensors is: half of a machine would look like all of it. Programs
 * begin all the time, so theirs is what is known of it.
 */
function wattsOf(members: Iterable<Member>, rank: number): number | undefined {
  let sum: number | undefined;
  for (const { microwatts } of members) {
    if (microwatts !== undefined) sum = (sum ?? 0) + microwatts;
    else if (rank > 0) return undefined;
  }
  return sum === undefined ? undefined : sum / MICROS_PER_JOULE;
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
