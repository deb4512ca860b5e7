/**
 * Two hypervisors as Wattbridge sees them, and what they really used, in whole microjoules: the truth keeps books of its own, by
 * month, and knows nothing of the code that it checks.
 *
 * `kvm-0` tells raw counters, which wrap, begin at 0 after a reboot, and go on counting through an outage. `kvm-1` tells watts of
 * 0.01 W, means of the interval, of which nothing can be told over an outage.
 */
import type { Interner } from '../../src/metric/interner.ts';
import { Kind } from '../../src/metric/kind.ts';
import { Point } from '../../src/metric/point.ts';
import type { Shape } from '../../src/metric/shape.ts';

const STEP_SECONDS = 10;
const RANGES = { package: 262_143_328_850, dram: 65_712_999_613 };
/** Silence of a power beyond this is a gap. */
const MAX_GAP_SECONDS = 30;

export interface Happenings {
  /** From when to when, in seconds since the beginning, nothing of this host arrives. */
  readonly outages: readonly { readonly host: number; readonly from: number; readonly to: number }[];
  /** When a host's counters begin at 0 again. */
  readonly reboots: readonly { readonly host: number; readonly at: number }[];
  /** When a host's clock is set back, by how many seconds, and when it is right again. */
  readonly clockSteps: readonly { readonly host: number; readonly from: number; readonly to: number; readonly back: number }[];
}

interface Sensor {
  readonly host: number;
  readonly shape: Shape;
  readonly key: string;
  readonly range: number;
  readonly watts: (round: number) => number;
  /** The counter, and all that has been used since its last reading that counts. */
  counter: number;
  unread: number;
  /** Whether the counter has been at its end since. */
  wrapped: boolean;
  lastMs: number | undefined;
}

export class SimulatedHypervisors {
  /** Microjoules by sensor and month (`2026-03` in local time). */
  readonly truth = new Map<string, number>();
  readonly #sensors: readonly Sensor[];
  readonly #startMs: number;
  readonly #happenings: Happenings;
  readonly #monthOf: (ms: number) => string;

  constructor(interner: Interner, startMs: number, happenings: Happenings, monthOf: (ms: number) => string) {
    this.#startMs = startMs;
    this.#happenings = happenings;
    this.#monthOf = monthOf;
    this.#sensors = [0, 1].flatMap((host) =>
      ['0', '1'].flatMap((id) => (['package', 'dram'] as const).map((domain) => sensor(interner, host, id, domain))),
    );
  }

  /** The points of one round, in order. */
  round(round: number): Point[] {
    const seconds = round * STEP_SECONDS;
    const points: Point[] = [];
    for (const one of this.#sensors) {
      if (this.#happenings.reboots.some(({ host, at }) => host === one.host && at === seconds)) {
        one.counter = 0;
        one.unread = 0;
        one.wrapped = false;
      }
      const watts = one.watts(round);
      const used = watts * 100 * 10_000 * STEP_SECONDS;
      one.counter += Math.round(used);
      if (one.counter >= one.range) {
        one.counter -= one.range;
        one.wrapped = true;
      }
      one.unread += Math.round(used);
      if (this.#happenings.outages.some(({ host, from, to }) => host === one.host && seconds >= from && seconds < to)) continue;
      points.push(this.#read(one, seconds, watts));
    }
    return points;
  }

  #read(one: Sensor, seconds: number, watts: number): Point {
    const step = this.#happenings.clockSteps.find(({ host, from, to }) => host === one.host && seconds >= from && seconds < to);
    const ms = this.#startMs + (seconds - (step?.back ?? 0)) * 1000;
    const isLate = one.lastMs !== undefined && ms <= one.lastMs;
    if (!isLate) this.#account(one, ms, watts);
    const values = one.host === 0 ? [one.counter, one.range] : [watts];
    return Point.fromValues(one.shape, ms, 0, values);
  }

  /** Puts what this reading proves into its month. The first one only begins. */
  #account(one: Sensor, ms: number, watts: number): void {
    const { lastMs } = one;
    one.lastMs = ms;
    const micros = one.host === 0 ? counterEnergy(one, lastMs, ms) : powerEnergy(watts, lastMs, ms);
    one.unread = 0;
    one.wrapped = false;
    if (lastMs === undefined) return;
    const month = `${one.key} ${this.#monthOf(ms - 1)}`;
    this.truth.set(month, (this.truth.get(month) ?? 0) + micros);
  }
}

function powerEnergy(watts: number, lastMs: number | undefined, ms: number): number {
  if (lastMs === undefined || ms - lastMs > MAX_GAP_SECONDS * 1000) return 0;
  return Math.round(watts * 100) * 10 * (ms - lastMs);
}

/** After a long silence a counter that went round may as well have begun again: only what it says now is proven. */
function counterEnergy({ counter, unread, wrapped }: Sensor, lastMs: number | undefined, ms: number): number {
  const isSilent = lastMs !== undefined && ms - lastMs > MAX_GAP_SECONDS * 1000;
  return wrapped && isSilent ? counter : unread;
}

function sensor(interner: Interner, host: number, id: string, domain: 'package' | 'dram'): Sensor {
  const name = `kvm-${host}`;
  const phase = host * 3 + Number(id) * 7 + (domain === 'dram' ? 11 : 0);
  const base = domain === 'package' ? 40 : 6;
  const watts = (round: number) =>
    Math.round(100 * (base + (base / 2) * Math.sin((round + phase * 500) / 1300) + ((round * 7919 + phase) % 1000) / 100)) / 100;
  const series =
    host === 0
      ? interner.series('powercap', [
          ['host', name],
          ['package_id', id],
          ['domain', domain],
        ])
      : interner.series('powerstat_package', [
          ['host', name],
          ['package_id', id],
        ]);
  const field = domain === 'package' ? 'current_power_consumption_watts' : 'current_dram_power_consumption_watts';
  const fields =
    host === 0
      ? [
          { name: 'energy_uj', kind: Kind.Int },
          { name: 'max_energy_range_uj', kind: Kind.Int },
        ]
      : [{ name: field, kind: Kind.Float }];
  const shape = interner.shape(series, fields);
  return {
    host,
    shape,
    key: `${name} ${id} ${domain}`,
    range: RANGES[domain],
    watts,
    counter: RANGES[domain] - 5e9,
    unread: 0,
    wrapped: false,
    lastMs: undefined,
  };
}
