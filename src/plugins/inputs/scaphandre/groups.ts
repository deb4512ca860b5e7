/**
 * Processes added up: those that differ in nothing but their id, those of one executable, one VM, one service.
 *
 * A process that is not there takes no power. So a group that appears is told to have had 0 W at the scrape before, and one that
 * vanishes to have 0 W now: the power of each scrape is the mean since the one before, and between these points its energy is exact,
 * whatever comes and goes. Between vanishing and coming back nothing is written.
 */
import type { Tags } from '../../../metric/series.ts';
import type { Labels } from './services.ts';
import type { Moment } from './snapshot-points.ts';
import { hasProcessPower, PROCESS_POWER, type Process, type Snapshot } from './snapshot.ts';

/** What a process counts for. */
export interface Membership {
  readonly measurement: string;
  readonly tags: Tags;
  /** Whether all fields are told under Scaphandre's names, or those that matter for a sum. */
  readonly detailed: boolean;
}

export interface Group extends Membership {
  /** In the order of the first process. */
  readonly fields: Map<string, number>;
}

/** Takes what a group has at a time. */
export type Tell = (group: Group, at: Moment) => void;

/** Fields of a sum, and what they are sums of. */
const SUMMED = new Map([
  [PROCESS_POWER, 'power_microwatts'],
  ['cpu_usage_percentage', 'cpu_usage_percentage'],
  ['memory_bytes', 'memory_bytes'],
]);

/** How many process ids are in a group. */
const PROCESSES = 'processes';

export class Groups {
  readonly #membershipsOf: (labels: Labels) => readonly Membership[];
  readonly #max: number;
  /** What was found for a process, for as long as its labels are one object. */
  readonly #memberships = new WeakMap<Labels, readonly Membership[]>();
  /** By measurement and tags; undefined before the first scrape that knows the processes' power. */
  #known: ReadonlyMap<string, Group> | undefined;
  /** Those that were told to be at rest at the scrape before. */
  #vanished: ReadonlySet<string> = new Set();
  #previous: Moment | undefined;

  /** Keeps at most `max` groups of those that are detailed. */
  constructor(membershipsOf: (labels: Labels) => readonly Membership[], max: number) {
    this.#membershipsOf = membershipsOf;
    this.#max = max;
  }

  /** Takes a scrape. One that does not know the processes' power, as when a counter wrapped, only begins a new interval. */
  take(snapshot: Snapshot, now: Moment, tell: Tell): void {
    const previous = this.#previous;
    const wasVanished = this.#vanished;
    this.#previous = now;
    this.#vanished = new Set();
    if (!hasProcessPower(snapshot)) return;
    const present = this.#bounded(this.#sum(snapshot.processes.values()));
    const known = this.#known;
    this.#known = present;
    if (known !== undefined && previous !== undefined) {
      for (const [key, group] of present) if (!known.has(key) && !wasVanished.has(key)) tell(atRest(group), previous);
    }
    for (const group of present.values()) tell(group, now);
    this.#tellVanished(present, known ?? new Map(), now, tell);
  }

  #tellVanished(present: ReadonlyMap<string, Group>, known: ReadonlyMap<string, Group>, now: Moment, tell: Tell): void {
    const vanished = [...known].filter(([key]) => !present.has(key));
    for (const [, group] of vanished) tell(atRest(group), now);
    this.#vanished = new Set(vanished.map(([key]) => key));
  }

  #sum(processes: Iterable<Process>): Map<string, Group> {
    const groups = new Map<string, Group>();
    for (const process of processes) {
      if (!process.fields.has(PROCESS_POWER)) continue;
      for (const membership of this.#membershipsOfProcess(process.labels)) {
        const key = keyOf(membership);
        let group = groups.get(key);
        if (group === undefined) groups.set(key, (group = { ...membership, fields: new Map() }));
        addProcess(group, process);
      }
    }
    return groups;
  }

  #membershipsOfProcess(labels: Labels): readonly Membership[] {
    const known = this.#memberships.get(labels);
    if (known !== undefined) return known;
    const found = this.#membershipsOf(labels);
    this.#memberships.set(labels, found);
    return found;
  }

  /** The same, the least of the detailed ones as one. */
  #bounded(groups: Map<string, Group>): Map<string, Group> {
    const detailed = [...groups].filter(([, { detailed: isDetailed }]) => isDetailed);
    if (detailed.length <= this.#max) return groups;
    const byPower = detailed.toSorted(([, a], [, b]) => powerOf(b) - powerOf(a));
    const rest = byPower.slice(this.#max - 1);
    const other: Group = { ...rest[0][1], tags: [['exe', '(other)']], fields: new Map() };
    for (const [key, { fields }] of rest) {
      groups.delete(key);
      for (const [name, value] of fields) other.fields.set(name, (other.fields.get(name) ?? 0) + value);
    }
    return groups.set(keyOf(other), other);
  }
}

function keyOf({ measurement, tags }: Membership): string {
  return JSON.stringify([measurement, tags]);
}

function powerOf({ fields }: Group): number {
  return fields.get(PROCESS_POWER) ?? 0;
}

function addProcess({ fields, detailed }: Group, process: Process): void {
  const add = (name: string, value: number): void => void fields.set(name, (fields.get(name) ?? 0) + value);
  for (const [name, value] of process.fields) {
    const told = detailed ? name : SUMMED.get(name);
    if (told !== undefined) add(told, value);
  }
  add(PROCESSES, 1);
}

/** The same with nothing in it. */
function atRest(group: Group): Group {
  return { ...group, fields: new Map([...group.fields.keys()].map((name) => [name, 0])) };
}
