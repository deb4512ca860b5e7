/** What follows from a host's frames: what its parts leave of it, what the building pays for it, and its users' shares. */
import { NO_OVERHEAD, withOverhead, type Overhead, type OverheadState } from '../../../energy/overhead.ts';
import { EnergyPoints, energySeries } from '../../../energy/points.ts';
import { addFrame, NO_REMAINDER, type Remainder } from '../../../energy/remainder.ts';
import type { Frame } from '../../../energy/total.ts';
import type { Interner } from '../../../metric/interner.ts';
import type { Point } from '../../../metric/point.ts';
import { seriesId, type Tags } from '../../../metric/series.ts';
import type { PluginContext } from '../../../pipeline/plugin.ts';
import type { State } from '../../../queue/store.ts';
import { overheadSpec, remainderSpec } from './state.ts';
import { PARTS, type Whole } from './totals.ts';

export interface DerivedOptions {
  readonly overhead: Overhead | undefined;
  readonly unattributed: boolean;
}

export class Derived {
  readonly #interner: Interner;
  readonly #options: DerivedOptions;
  readonly #remainders: State<Remainder>;
  readonly #overheads: State<OverheadState>;
  /** By scope and source, for each host that has told a frame; as many as there are totals. */
  readonly #points = new Map<string, EnergyPoints>();

  constructor(options: DerivedOptions, context: PluginContext) {
    this.#interner = context.interner;
    this.#options = options;
    this.#remainders = context.state(remainderSpec);
    this.#overheads = context.state(overheadSpec);
  }

  /** Takes a frame of a host, or of the sum of its parts. */
  frame(of: Whole, frame: Frame, out: Point[]): void {
    const host = seriesId('host', of.tags);
    if (of.scope === PARTS) return this.#settle(host, of.tags, 'parts', frame, out);
    if (of.scope !== 'host') return;
    if (this.#options.unattributed) this.#settle(host, of.tags, 'host', frame, out);
    if (this.#options.overhead !== undefined) this.#pay(host, of.tags, frame, this.#options.overhead, out);
  }

  #pay(host: string, tags: Tags, frame: Frame, overhead: Overhead, out: Point[]): void {
    const made = withOverhead(this.#overheads.get(host) ?? NO_OVERHEAD, frame, overhead);
    this.#overheads.set(host, made.state);
    const declared = { psu_efficiency: String(overhead.psuEfficiency), pue: String(overhead.pue) };
    out.push(this.#pointsOf(host, tags, frame.source, 'facility', declared).point(made.frame));
  }

  #settle(host: string, tags: Tags, side: 'host' | 'parts', frame: Frame, out: Point[]): void {
    const { remainder, sample } = addFrame(this.#remainders.get(host) ?? NO_REMAINDER, side, frame);
    this.#remainders.set(host, remainder);
    if (sample !== undefined) out.push(this.#pointsOf(host, tags, sample.source, 'unattributed').point(sample));
  }

  #pointsOf(host: string, tags: Tags, source: string, scope: string, declared: Readonly<Record<string, string>> = {}): EnergyPoints {
    const key = `${scope} ${source} ${host}`;
    const known = this.#points.get(key);
    if (known !== undefined) return known;
    const made = new EnergyPoints(this.#interner, energySeries(this.#interner, tags, { name: source, scope, tags: declared }));
    this.#points.set(key, made);
    return made;
  }
}
