/** What the kernel counts since boot: `/proc/stat`, `/sys/kernel/mm/ksm`, `/proc/pressure`. */
import { fieldsOf, floatField, intField, uintField } from '../../shared/fields.ts';
import type { Reading } from '../../shared/machine-reader.ts';
import type { NewField } from '../../shared/make-point.ts';

/** Lines of `/proc/stat` and the fields that their first numbers are. `page` was there until Linux 2.6. */
const LINES: Readonly<Record<string, readonly string[]>> = {
  intr: ['interrupts'],
  ctxt: ['context_switches'],
  processes: ['processes_forked'],
  btime: ['boot_time'],
  page: ['disk_pages_in', 'disk_pages_out'],
};

/** The fields out of the text of `/proc/stat`. Throws for what should be a number and is none. */
export function statFields(text: string): NewField[] {
  return text.split('\n').flatMap((line) => {
    const [name, ...numbers] = line.split(/\s+/);
    return (LINES[name] ?? []).map((field, column) => intField(field, whole(numbers[column], name)));
  });
}

/** The files of kernel same-page merging that every kernel has which has it at all, and those that came later. */
export const KSM_FILES = [
  'full_scans',
  'max_page_sharing',
  'merge_across_nodes',
  'pages_shared',
  'pages_sharing',
  'pages_to_scan',
  'pages_unshared',
  'pages_volatile',
  'run',
  'sleep_millisecs',
  'stable_node_chains',
  'stable_node_chains_prune_millisecs',
  'stable_node_dups',
  'use_zero_pages',
] as const;
export const NEW_KSM_FILES = ['general_profit'] as const;

/** A field out of the text of one of these files. */
export function ksmField(file: string, text: string): NewField {
  return intField(`ksm_${file}`, whole(text.trim(), file));
}

/** The resources that processes wait for, and the lines of their files; for the CPU of the whole machine `full` is always 0 and left out. */
export const PRESSURES = { cpu: ['some'], memory: ['some', 'full'], io: ['some', 'full'] } as const;
export type Resource = keyof typeof PRESSURES;

const PRESSURE_LINE = /^(some|full) avg10=(\S+) avg60=(\S+) avg300=(\S+) total=(\d+)$/gm;

/** Two points for each line of a file of `/proc/pressure`: the microseconds since boot, and the shares of the last time in per cent. */
export function pressureReadings(resource: Resource, text: string): Reading[] {
  const wanted: readonly string[] = PRESSURES[resource];
  return [...text.matchAll(PRESSURE_LINE)]
    .filter(([, type]) => wanted.includes(type))
    .flatMap(([, type, avg10, avg60, avg300, total]) => {
      const measurement = 'pressure';
      const tags = [['resource', resource] as const, ['type', type] as const];
      const averages = fieldsOf(floatField, { avg10: Number(avg10), avg60: Number(avg60), avg300: Number(avg300) });
      return [
        { measurement, type: 'counter' as const, tags, fields: [uintField('total', BigInt(total))] },
        { measurement, type: 'gauge' as const, tags, fields: averages },
      ];
    });
}

/** A whole number. Throws, with the name of what it belongs to, for what is none. */
export function whole(text: string | undefined, name: string): bigint {
  if (text !== undefined && /^-?\d+$/.test(text)) return BigInt(text);
  throw new Error(`${name} is ${JSON.stringify(text ?? '')}, which is no whole number`);
}
