/**
 * What a source means: one declaration per field of a tool. Everything that decides how its numbers become energy is here, so
 * that the integration itself knows no tool by name.
 */
import type { Unit } from '../units.ts';

/** What the power or energy is that of, from the whole machine down to one program. */
export const scopes = ['wall', 'platform', 'package', 'dram', 'core', 'process', 'vm', 'service'] as const;
export type Scope = (typeof scopes)[number];

/**
 * How a value relates to time. `mean`: power over the interval that ended at the timestamp, so its energy is `P_i * (t_i - t_{i-1})`.
 * `instantaneous`: power at the timestamp, so the trapezoid. `counter`: energy since some start.
 */
export const readingKinds = ['mean', 'instantaneous', 'counter'] as const;
export type ReadingKind = (typeof readingKinds)[number];

export interface Source {
  /** The tag `source`: the tool, or what the user calls it. */
  readonly name: string;
  readonly measurement: string;
  readonly field: string;
  /** Only series with all of these tags at these values; a tool may use one field for several things (`ipmi_sensor,unit=watts`). */
  readonly where: Readonly<Record<string, string>>;
  readonly unit: Unit;
  readonly reading: ReadingKind;
  readonly scope: Scope;
  /** Tags that tell this thing from others of its kind on one host. The tags that remain name the host. */
  readonly identity: readonly string[];
  /** The smallest step of the value, in `unit`; undefined when unknown. */
  readonly resolution: number | undefined;
  /** Watts that the thing can't reach: more is an error of the source. */
  readonly maxWatts: number;
  /** A counter's highest value, after which it starts again at 0, in `unit`; undefined when it does not wrap. */
  readonly wrapsAt: number | undefined;
  /** A field of the same series that says how much power there can be, if the tool tells. */
  readonly limit: PowerLimit | undefined;
}

export interface PowerLimit {
  /** The field, in watts. */
  readonly field: string;
  /** Times the field's value. */
  readonly factor: number;
  /** Never below this many watts. */
  readonly atLeast: number;
}

/**
 * Ranks of the host total: only the sensors of one rank are added up, the highest that reports. A wall meter contains the
 * platform sensor (psys), which contains the packages; memory is beside the packages on servers. 0 is no part of a host total:
 * cores lie inside packages, and VMs and programs are shares of the host.
 */
const HOST_RANKS: Record<Scope, number> = { wall: 3, platform: 2, package: 1, dram: 1, core: 0, process: 0, vm: 0, service: 0 };

/** The rank of a scope in the host total; 0 when it is no part of it. */
export function hostRank(scope: Scope): number {
  return HOST_RANKS[scope];
}

/**
 * What a thing of each scope can't reach, in watts, where nobody says more. No processor package takes 2 kW; a host with eight
 * accelerators takes 12 kW; memory of one package stays below 500 W, a single core below 100 W.
 */
const DEFAULT_MAX_WATTS: Record<Scope, number> = {
  wall: 20_000,
  platform: 20_000,
  package: 2000,
  dram: 1000,
  core: 500,
  process: 20_000,
  vm: 20_000,
  service: 20_000,
};

/** Watts that a thing of this scope can't reach. */
export function defaultMaxWatts(scope: Scope): number {
  return DEFAULT_MAX_WATTS[scope];
}
