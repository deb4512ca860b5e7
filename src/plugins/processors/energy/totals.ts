/** The totals of one processor, by what they are the total of, and the points that they become. */
import type { EnergySample } from '../../../energy/integrate.ts';
import { EnergyPoints, energySeries } from '../../../energy/points.ts';
import { Total, type Frame, type TotalMember } from '../../../energy/total.ts';
import type { Interner } from '../../../metric/interner.ts';
import type { Point } from '../../../metric/point.ts';
import { seriesId, type Tags } from '../../../metric/series.ts';
import type { PluginContext } from '../../../pipeline/plugin.ts';
import type { State } from '../../../queue/store.ts';
import { Forgetter } from '../../shared/forget.ts';
import { totalSpec } from './state.ts';

/** The sum of a host's parts, which is told nobody: only what it leaves of the host is. */
export const PARTS = 'parts';

/** What a total is of: its tags, and its scope as in its points. */
export interface Whole {
  readonly key: string;
  readonly scope: string;
  readonly tags: Tags;
  /** By source. */
  readonly points: Map<string, EnergyPoints>;
}

/** A member and what it belongs to. */
export interface Membership {
  readonly whole: Whole;
  readonly member: TotalMember;
}

/** Called for each frame, after its own point. */
export type FrameListener = (whole: Whole, frame: Frame, out: Point[]) => void;

/** Names what has this scope and these tags. */
export function whole(scope: string, tags: Tags): Whole {
  return { key: seriesId(scope, tags), scope, tags, points: new Map() };
}

export class Totals {
  readonly #interner: Interner;
  readonly #totals: State<Total>;
  readonly #forgetter: Forgetter;
  readonly #drop: PluginContext['drop'];
  readonly #now: () => number;
  readonly #listener: FrameListener;
  readonly #frames: Frame[] = [];

  constructor(context: PluginContext, max: number, listener: FrameListener) {
    this.#interner = context.interner;
    this.#totals = context.state(totalSpec);
    this.#forgetter = new Forgetter(max);
    this.#drop = context.drop.bind(context);
    this.#now = () => context.clock.now().ms;
    this.#listener = listener;
  }

  /** Adds a member's sample; appends the points of the frames that are complete. */
  report({ whole: of, member }: Membership, sample: EnergySample, out: Point[]): void {
    let total = this.#totals.get(of.key);
    if (total === undefined) {
      if (!this.#forgetter.hasRoom(this.#totals, sample.ms, this.#now(), ({ lastMs }) => lastMs)) {
        this.#drop('host_limit');
        return;
      }
      total = Total.start(of.tags);
    }
    total.report(member, sample, this.#frames, this.#now);
    this.#totals.set(of.key, total);
    this.#emit(of, out, this.#listener);
  }

  /** What the frames would say if these samples, in order of time, were the last; the state stays as it is. */
  preview(
    samples: readonly { readonly of: Membership; readonly sample: EnergySample }[],
    known: ReadonlyMap<string, Whole>,
    out: Point[],
  ): void {
    const copies = new Map([...this.#totals.entries()].map(([key, total]) => [key, total.copy()]));
    for (const { of, sample } of samples) {
      const total = copies.get(of.whole.key) ?? Total.start(of.whole.tags);
      copies.set(of.whole.key, total);
      total.report(of.member, sample, this.#frames, this.#now);
      this.#emit(of.whole, out);
    }
    for (const [key, total] of copies) {
      total.close(this.#frames);
      const of = known.get(key);
      // After a restart nobody has reported to it yet: its frame comes with those who do.
      if (of !== undefined) this.#emit(of, out);
      this.#frames.length = 0;
    }
  }

  #emit(of: Whole, out: Point[], listener?: FrameListener): void {
    if (this.#frames.length === 0) return;
    for (const frame of this.#frames) {
      if (of.scope !== PARTS) out.push(this.#pointsOf(of, frame.source).point(frame));
      listener?.(of, frame, out);
    }
    this.#frames.length = 0;
  }

  #pointsOf({ tags, scope, points }: Whole, source: string): EnergyPoints {
    const known = points.get(source);
    if (known !== undefined) return known;
    const made = new EnergyPoints(this.#interner, energySeries(this.#interner, tags, { name: source, scope }));
    points.set(source, made);
    return made;
  }
}
