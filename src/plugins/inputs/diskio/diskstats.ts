/** What went to and from block devices since boot: `/proc/diskstats` (iostats.rst). */
import { fieldsOf, floatField, uintField } from '../../shared/fields.ts';
import type { NewField } from '../../shared/make-point.ts';

/** Telegraf's names of the columns after the device's, in the kernel's order. */
const COLUMNS = [
  'reads',
  'merged_reads',
  'read_bytes',
  'read_time',
  'writes',
  'merged_writes',
  'write_bytes',
  'write_time',
  'iops_in_progress',
  'io_time',
  'weighted_io_time',
] as const;

export type DiskCounters = Readonly<Record<(typeof COLUMNS)[number], bigint>>;

/** The kernel counts in these, whatever the device does. */
const SECTOR_BYTES = 512n;

/** The counters of each device by its name; those that never did anything (unused loop devices) are left out. */
export function parseDiskstats(text: string): ReadonlyMap<string, DiskCounters> {
  const devices = new Map<string, DiskCounters>();
  for (const line of text.split('\n')) {
    const [, , name, ...columns] = line.trim().split(/\s+/);
    const wanted = columns.slice(0, COLUMNS.length);
    if (wanted.length < COLUMNS.length || !wanted.every((column) => /^\d+$/.test(column))) continue;
    if (wanted.every((column) => column === '0')) continue;
    devices.set(name, countersOf(wanted));
  }
  return devices;
}

function countersOf(columns: readonly string[]): DiskCounters {
  const counters = Object.fromEntries(COLUMNS.map((name, at) => [name, BigInt(columns[at])])) as Record<keyof DiskCounters, bigint>;
  return { ...counters, read_bytes: counters.read_bytes * SECTOR_BYTES, write_bytes: counters.write_bytes * SECTOR_BYTES };
}

/** The counters as fields. */
export function counterFields(counters: DiskCounters): NewField[] {
  return fieldsOf(uintField, counters);
}

/**
 * What went on between two readings, by Telegraf's formulas: milliseconds a request took on average with (`io_await`) and without
 * (`io_svctm`) waiting for its turn, and the part of the time in which the device was busy, in per cent. None after a counter wrapped
 * around or started again.
 */
export function rateFields(before: DiskCounters, now: DiskCounters, passedMs: number): NewField[] {
  const passed = (name: keyof DiskCounters): number => Number(now[name] - before[name]);
  const watched = ['reads', 'writes', 'read_time', 'write_time', 'io_time'] as const;
  if (watched.some((name) => passed(name) < 0)) return [];
  const requests = passed('reads') + passed('writes');
  const busyMs = passed('io_time');
  const perRequest =
    requests === 0
      ? []
      : [floatField('io_await', (passed('read_time') + passed('write_time')) / requests), floatField('io_svctm', busyMs / requests)];
  return passedMs > 0 ? [...perRequest, floatField('io_util', (100 * busyMs) / passedMs)] : perRequest;
}
