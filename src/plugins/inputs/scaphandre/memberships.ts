/** What a process counts for: itself, its executable, its VM, its services. */
import type { Tags } from '../../../metric/series.ts';
import type { Membership } from './groups.ts';
import type { FindServices, Labels } from './services.ts';

/** InfluxDB refuses a point whose tags are longer than 64 KiB together; build tools have command lines of megabytes. */
const MAX_TAG_LENGTH = 8192;

/** Finds the groups of a process. `processTags` tell processes apart; without any, single processes are left out. */
export function compileMemberships(processTags: readonly string[], findServices: FindServices): (labels: Labels) => readonly Membership[] {
  return (labels) => {
    const found: Membership[] = [];
    const exe = labels.get('exe');
    const vmname = labels.get('vmname');
    if (processTags.length > 0) found.push({ measurement: 'scaph_process', tags: pick(labels, processTags), detailed: true });
    // Kernel threads have none.
    if (exe !== undefined) found.push(sum('scaph_exe', 'exe', exe));
    if (vmname !== undefined) found.push(sum('scaph_vm', 'vmname', vmname));
    for (const service of findServices(labels)) found.push(sum('scaph_service', 'service', service));
    return found;
  };
}

function sum(measurement: string, tag: string, value: string): Membership {
  return { measurement, tags: [[tag, shortened(value)]], detailed: false };
}

function pick(labels: Labels, keys: readonly string[]): Tags {
  return keys.flatMap((key) => {
    const value = labels.get(key);
    return value === undefined ? [] : [[key, shortened(value)] as const];
  });
}

function shortened(text: string): string {
  return text.length <= MAX_TAG_LENGTH ? text : `${text.slice(0, MAX_TAG_LENGTH).toWellFormed()}…`;
}
