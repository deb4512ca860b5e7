/** What Scaphandre says at one moment, whichever way it came: by HTTP or in a JSON file. */
import type { Tags } from '../../../metric/series.ts';

/** A host, a socket, a domain, Scaphandre itself: one point. */
export interface Thing {
  readonly measurement: string;
  readonly tags: Tags;
  readonly fields: Map<string, number>;
}

/** One process id. */
export interface Process {
  /** As Scaphandre names them: `pid`, `exe`, `cmdline`, `vmname`, `container_…`. */
  readonly labels: ReadonlyMap<string, string>;
  /** By the metric's name without `scaph_process_`: `power_consumption_microwatts`, `memory_bytes`. */
  readonly fields: Map<string, number>;
}

export interface Snapshot {
  /** By measurement and tags. */
  readonly things: Map<string, Thing>;
  readonly processes: Map<string, Process>;
}

/** The names of what decides something here; all other names pass as they come. */
export const HOST = 'scaph_host';
export const SOCKET = 'scaph_socket';
export const DOMAIN = 'scaph_domain';
export const POWER = 'power_microwatts';
export const ENERGY = 'energy_microjoules';
export const PROCESS_POWER = 'power_consumption_microwatts';

export function emptySnapshot(): Snapshot {
  return { things: new Map(), processes: new Map() };
}

/** All things of a measurement. */
export function thingsOf({ things }: Snapshot, measurement: string): Thing[] {
  return [...things.values()].filter((thing) => thing.measurement === measurement);
}

/** Whether the processes' power is known; it is not at Scaphandre's first scrape, nor when a counter wrapped. */
export function hasProcessPower({ processes }: Snapshot): boolean {
  for (const { fields } of processes.values()) {
    if (fields.has(PROCESS_POWER)) return true;
  }
  return false;
}

const POWER_OR_ENERGY = /_micro(?:watts|joules)$/;

/** Multiplies all powers and energies, in place. */
export function scale(snapshot: Snapshot, factor: number): void {
  for (const { fields } of [...snapshot.things.values(), ...snapshot.processes.values()]) {
    for (const [name, value] of fields) {
      if (POWER_OR_ENERGY.test(name)) fields.set(name, value * factor);
    }
  }
}
