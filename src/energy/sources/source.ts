/**
 * What a source means: one declaration per field of a tool. Everything that decides how its numbers become energy is here, so
 * that the integration itself knows no tool by name.
 */
import { microsPerUnit, type Unit } from '../units.ts';

/** What the power or energy is that of, from the whole machine down to one program. */
export const scopes = ['wall', 'platform', 'package', 'dram', 'core', 'uncore', 'gpu', 'vm', 'service', 'process'] as const;
export type Scope = (typeof scopes)[number];

/**
 * How a value relates to time. `mean`: power over the interval that ended at the timestamp, so its energy is `P_i * (t_i - t_{i-1})`.
 * `instantaneous`: power at the timestamp, so the trapezoid. `counter`: energy since some start. `delta`: energy since the reading before.
 */
export const readingKinds = ['mean', 'instantaneous', 'counter', 'delta'] as const;
export type ReadingKind = (typeof readingKinds)[number];

/**
 * One field of a tool. A metric that was scraped is declared once, as the field of that name of the measurement `prometheus`
 * (`PROMETHEUS`); the registry also finds it where the metric is the measurement and the field is `counter`, `gauge` or `value`.
 */
export interface Source {
  /** The tag `source`: the tool, or what the user calls it. */
  readonly name: string;
  readonly measurement: string;
  readonly field: string;
  /** Only series with all of these tags at these values; a tool may use one field for several things (`ipmi_sensor,unit=watts`). */
  readonly where: Readonly<Record<string, string>>;
  /** No series with one of these values of a tag: rows that are sums of the others. */
  readonly unless?: Readonly<Record<string, readonly string[]>>;
  readonly unit: Unit;
  /** Times the value in `unit`, to put right what the tool gets wrong throughout; 1 when unset. */
  readonly factor?: number;
  readonly reading: ReadingKind;
  readonly scope: Scope;
  /** Tags that tell this thing from others of its kind on one host. The tags that remain name the host. */
  readonly identity: readonly string[];
  /** Tags that its energy gets, where only the field's name tells what it is (`domain`: `uncore`). */
  readonly tags?: Readonly<Record<string, string>>;
  /** Tags that its energy does not get, since they neither name the thing nor the host (`cmdline`). */
  readonly omit?: readonly string[];
  /**
   * Of two fields that say the same (same tags, `name` and `scope`), such as a raw counter beside rounded watts, the one preferred
   * more is integrated as long as it comes; 0 when unset.
   */
  readonly preference?: number;
  /** The smallest step of the value, in `unit`; undefined when unknown. */
  readonly resolution: number | undefined;
  /** Watts that the thing can't reach: more is an error of the source. */
  readonly maxWatts: number;
  /**
   * A counter's highest value, after which it starts again at 0, in `unit`; undefined when it does not wrap. Where the tool does not
   * say which of several it is, all of them: a fall is then a wrap at the smallest that it can have been.
   */
  readonly wrapsAt: number | readonly number[] | undefined;
  /** Where the series itself tells its highest value, in `unit`: a field that comes on the same series, or a tag. It goes before `wrapsAt`. */
  readonly wrapsAtOf?: { readonly field: string } | { readonly tag: string };
  /** A field of the same series that says how much power there can be, if the tool tells. */
  readonly limit: PowerLimit | undefined;
  /**
   * So many equal readings in a row mean that the source is frozen (2: a counter that always moves); never when unset. A frozen
   * reading counts as one that did not come: the next that moves brings the energy of a counter, and of a power nothing is invented.
   */
  readonly frozenAfter?: number;
  /** For the table of sources in the documentation, and for `wattbridge sources`. The user's own fields have none. */
  readonly about?: SourceFacts;
}

/** What one should know before one publishes its numbers. Short, as cells of a table; the reader knows the scope already. */
export interface SourceFacts {
  /** The tool as its users call it: `Scaphandre`. */
  readonly tool: string;
  /** What it holds that other sources hold too, so that they must not be added. */
  readonly overlaps: string;
  /** What of the machine's use it does not see. */
  readonly leavesOut: string;
  /** Where it is known to be wrong, and what is done about it; empty when nothing is known. */
  readonly lies: string;
}

/** The measurement of what our `prometheus` input scrapes, and Telegraf's with `metric_version = 2`. */
export const PROMETHEUS = 'prometheus';

export interface PowerLimit {
  /** The field, in watts. */
  readonly field: string;
  /** Times the field's value. */
  readonly factor: number;
  /** Never below this many watts. */
  readonly atLeast: number;
}

/** Microwatts or microjoules in 1 of a source's values. */
export function microsPerValue({ unit, factor }: Pick<Source, 'unit' | 'factor'>): number {
  return microsPerUnit(unit) * (factor ?? 1);
}

/**
 * Ranks of the host total: only the sensors of one rank are added up, the highest that reports. A wall meter contains the
 * platform sensor (psys), which contains the packages; memory is beside the packages on servers. 0 is no part of a host total:
 * cores and uncore lie inside packages, accelerators inside the wall's but beside the packages, and VMs and programs are shares of the host.
 */
const HOST_RANKS: Record<Scope, number> = {
  wall: 3,
  platform: 2,
  package: 1,
  dram: 1,
  core: 0,
  uncore: 0,
  gpu: 0,
  vm: 0,
  service: 0,
  process: 0,
};

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
  uncore: 500,
  gpu: 2000,
  process: 20_000,
  vm: 20_000,
  service: 20_000,
};

/** Watts that a thing of this scope can't reach. */
export function defaultMaxWatts(scope: Scope): number {
  return DEFAULT_MAX_WATTS[scope];
}
