/**
 * The aggregator `energy`: hands samples to the windows of their series and tells the windows that are over.
 *
 * A window is over when its own series has passed its end by the lateness. Until then it is told now and then as it stands, for
 * whoever wants to see today's energy so far, and so is that of a series which fell silent: each time the same point, corrected.
 */
import { AMOUNTS, COVERED_SECONDS } from '../../../energy/points.ts';
import { joulesToMicros } from '../../../energy/amount.ts';
import {
  addSample,
  countOver,
  decodeWindows,
  foldHeld,
  passClockError,
  startWindows,
  type WindowOptions,
  type WindowSample,
  type WindowSeries,
} from '../../../energy/windows.ts';
import { isNumeric } from '../../../metric/kind.ts';
import type { Point } from '../../../metric/point.ts';
import type { Series } from '../../../metric/series.ts';
import type { Shape } from '../../../metric/shape.ts';
import { compareTime } from '../../../metric/time.ts';
import type { Aggregator, PluginContext } from '../../../pipeline/plugin.ts';
import type { State, StateSpec } from '../../../queue/store.ts';
import { WindowPoints } from './window-points.ts';

export interface EnergyWindowsOptions extends WindowOptions {
  readonly maxSeries: number;
  /** How often windows that are still open are told, in milliseconds; 0: never. */
  readonly emitEveryMs: number;
}

/** By series of `energy`. */
const windowsSpec: StateSpec<WindowSeries> = {
  name: 'windows',
  version: 1,
  encode: (series) => JSON.stringify(series),
  decode: (text) => decodeWindows(text),
};

/** Of so many series are open windows told in one batch: the next one has its turn, too. */
const MAX_TOLD_AT_ONCE = 2000;
/** So far behind the newest sample of any series, a series counts as silent. */
const SILENCE_MS = 300_000;
/** Series silent for so long make room for new ones at the bound. */
const FORGET_MS = 86_400_000;
/** Looking for them takes a while, so it is done once in as much of the samples' time. */
const FORGET_STEP_MS = 600_000;

export class EnergyWindows implements Aggregator {
  readonly windows = 'event';
  readonly #context: PluginContext;
  readonly #options: EnergyWindowsOptions;
  readonly #state: State<WindowSeries>;
  readonly #points: WindowPoints;
  /** Series with windows that have changed and were not told, or with samples that wait. */
  readonly #open = new Set<string>();
  /** Those of them with a window that is over. */
  readonly #over = new Set<string>();
  #newestMs = Number.NEGATIVE_INFINITY;
  /** When `#newestMs` gets here, the earliest open window may belong to a silent series. */
  #silentMs = Number.POSITIVE_INFINITY;
  #forgotMs = Number.NEGATIVE_INFINITY;
  /** When open windows are told the next time, by the clock, and those that are still to be told of the last time. */
  #emitMs: number;
  #due: string[] = [];

  constructor(options: EnergyWindowsOptions, context: PluginContext) {
    this.#context = context;
    this.#options = options;
    this.#points = new WindowPoints(context.interner);
    this.#emitMs = this.#clockMs() + options.emitEveryMs;
    this.#state = context.state(windowsSpec);
    for (const [key, series] of this.#state.entries()) {
      this.#newestMs = Math.max(this.#newestMs, lastMs(series));
      this.#watch(key, series);
    }
  }

  /** Open windows are told by the clock, also when nobody sends any more: today's energy so far is that up to the last sample. */
  get dueMs(): number {
    if (this.#options.emitEveryMs === 0) return Number.POSITIVE_INFINITY;
    return this.#due.length > 0 ? this.#clockMs() : this.#emitMs;
  }

  bind(shape: Shape): 'skip' | ((point: Point) => void) {
    const { series } = shape;
    const unit = AMOUNTS.get(series.measurement);
    if (unit === undefined || shape.indexOf(COVERED_SECONDS) !== -1) return 'skip';
    const [delta, total, watts, gap] = [`${unit}_delta`, `${unit}_total`, 'watts', 'gap_seconds'].map((name) => numberField(shape, name));
    if (delta === -1 || total === -1) return 'skip';
    return (point) => {
      if (point.stale) return;
      const { ms, ns, values } = point;
      const joules = Number(values[delta]);
      const sample = {
        ms,
        ns,
        watts: watts === -1 ? undefined : Number(values[watts]),
        micros: joulesToMicros(joules),
        joulesTotal: Number(values[total]),
        gapSeconds: gap === -1 ? 0 : Number(values[gap]),
      };
      if (isSound(sample)) this.#add(series, sample);
      else this.#context.drop('implausible');
    };
  }

  push(out: Point[], last: boolean): void {
    if (last) {
      for (const key of this.#open) this.#tellAll(key, out);
      return;
    }
    for (const key of this.#over) this.#tell(key, false, out);
    this.#over.clear();
    this.#tellSilent(out);
    this.#tellOpen(out);
  }

  #tellSilent(out: Point[]): void {
    const nowMs = this.#presentMs();
    if (nowMs < this.#silentMs) return;
    this.#silentMs = Number.POSITIVE_INFINITY;
    for (const key of this.#open) {
      const series = this.#state.get(key);
      if (series === undefined) continue;
      if (this.#silentAt(series) <= nowMs) this.#tell(key, true, out);
      else this.#silentMs = Math.min(this.#silentMs, this.#silentAt(series));
    }
  }

  #add({ id: key, measurement, tags }: Series, sample: WindowSample): void {
    this.#newestMs = Math.max(this.#newestMs, sample.ms);
    const known = this.#state.get(key);
    if (known === undefined && this.#state.size >= this.#options.maxSeries && !this.#makeRoom()) {
      this.#context.drop('series_limit');
      return;
    }
    const before = known === undefined ? startWindows(measurement, tags) : passClockError(known, sample, this.#clockMs());
    const series = addSample(before, sample, this.#options);
    if (series === undefined) {
      const { last } = known ?? {};
      this.#context.drop(last !== undefined && compareTime(last.ms, last.ns, sample.ms, sample.ns) === 0 ? 'duplicate' : 'late');
      return;
    }
    this.#state.set(key, series);
    this.#watch(key, series);
  }

  /** Tells what has changed of the windows that are open, as if nothing more came; from time to time, and not all at once. */
  #tellOpen(out: Point[]): void {
    const { emitEveryMs } = this.#options;
    const nowMs = this.#clockMs();
    if (emitEveryMs > 0 && nowMs >= this.#emitMs) {
      this.#emitMs = nowMs + emitEveryMs;
      this.#due = [...this.#open];
    }
    for (const key of this.#due.splice(0, MAX_TOLD_AT_ONCE)) {
      this.#tellAll(key, out);
      const series = this.#state.get(key);
      if (series === undefined) continue;
      this.#state.set(key, { ...series, windows: series.windows.map((window) => ({ ...window, changed: false })) });
      if (series.held.length === 0) this.#open.delete(key);
    }
  }

  /** Notes what of a series is still to be told, and when. */
  #watch(key: string, series: WindowSeries): void {
    if (series.held.length === 0 && !series.windows.some(({ changed }) => changed)) return;
    this.#open.add(key);
    if (countOver(series, this.#options.grid, this.#clockMs()) > 0) this.#over.add(key);
    this.#silentMs = Math.min(this.#silentMs, this.#silentAt(series));
  }

  /** When, by the newest sample of all, a series' first untold window belongs to the silent ones. */
  #silentAt(series: WindowSeries): number {
    const first = series.windows.find(({ changed }) => changed);
    const startMs = first?.startMs ?? series.held[0]?.ms;
    if (startMs === undefined) return Number.POSITIVE_INFINITY;
    return this.#options.grid.next(startMs) + this.#options.latenessMs + SILENCE_MS;
  }

  /** Tells what is over, or with `silent` everything that has changed; forgets what no sample can change any more. */
  #tell(key: string, silent: boolean, out: Point[]): void {
    const known = this.#state.get(key);
    if (known === undefined) return;
    const series = silent ? foldHeld(known, this.#options) : known;
    const over = countOver(series, this.#options.grid, this.#clockMs());
    const rest = series.windows.slice(over);
    for (const window of silent ? series.windows : series.windows.slice(0, over)) {
      if (window.changed) out.push(this.#points.point(series, window));
    }
    const windows = silent ? rest.map((window) => ({ ...window, changed: false })) : rest;
    this.#state.set(key, { ...series, windows });
    if (series.held.length === 0 && !windows.some(({ changed }) => changed)) this.#open.delete(key);
  }

  /** Tells all there is of a series that has not been told; the state stays as it is. */
  #tellAll(key: string, out: Point[]): void {
    const known = this.#state.get(key);
    if (known === undefined) return;
    const series = foldHeld(known, this.#options);
    for (const window of series.windows) if (window.changed) out.push(this.#points.point(series, window));
  }

  /** The samples' own present. One from the future must not make everybody else look silent, hence the clock. */
  #presentMs(): number {
    return Math.min(this.#newestMs, this.#clockMs());
  }

  #clockMs(): number {
    return this.#context.clock.now().ms;
  }

  /** Forgets the series that have been silent for long; false if there are none. */
  #makeRoom(): boolean {
    const nowMs = this.#presentMs();
    if (nowMs < this.#forgotMs + FORGET_STEP_MS) return false;
    this.#forgotMs = nowMs;
    const silent = [...this.#state.entries()].filter(([key, series]) => lastMs(series) < nowMs - FORGET_MS && !this.#open.has(key));
    for (const [key] of silent) this.#state.delete(key);
    return silent.length > 0;
  }
}

/** The time of a series' newest sample. */
function lastMs({ last, held }: WindowSeries): number {
  return held.at(-1)?.ms ?? last?.ms ?? Number.NEGATIVE_INFINITY;
}

/** The index of a field that holds numbers, or -1. */
function numberField(shape: Shape, name: string): number {
  const index = shape.indexOf(name);
  return index !== -1 && isNumeric(shape.fields[index].kind) ? index : -1;
}

/** Points called `energy` may come from elsewhere; sums are only right if what they add is. */
function isSound({ watts, micros, joulesTotal, gapSeconds }: WindowSample): boolean {
  return (
    [watts ?? 0, micros, joulesTotal, gapSeconds].every((value) => value >= 0 && Number.isFinite(value)) && Number.isSafeInteger(micros)
  );
}
