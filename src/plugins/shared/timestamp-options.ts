/** What the data formats `csv` and `json` share: the form of times, and what to do with one. */
import { z } from 'zod';
import { ConfigError } from '../../config/diagnostics.ts';
import type { TimeReader } from '../../formats/go-time/parse-layout.ts';
import { timestampReader } from '../../formats/go-time/timestamp.ts';
import { findZone } from '../../formats/go-time/zone.ts';

/** The option `…_timezone`. */
export const timezone = z
  .string()
  .default('')
  .refine((name) => name === '' || name === 'Local' || findZone(name) !== undefined, {
    error: ({ input }) => `${JSON.stringify(input)} is no time zone; write one as in "Europe/Paris", "UTC", or "Local" for this machine's`,
  })
  .describe('The zone of times that do not say theirs: `Europe/Paris`, `Local` for that of this machine, empty for UTC.');

/** The options that say where a time is and how it is written, and their names for messages. */
export interface TimestampOptions {
  readonly where: readonly [option: string, value: string];
  readonly format: readonly [option: string, value: string];
  readonly timezone: string;
}

/** The reader of the times; undefined when no time is named. Throws `ConfigError` when it is named and its form is not, or is none. */
export function createTimeReader({ where, format, timezone: zone }: TimestampOptions): TimeReader | undefined {
  if (where[1] === '') return undefined;
  const [option, layout] = format;
  if (layout === '') {
    throw new ConfigError(`${where[0]} needs ${option}: unix, unix_ms, unix_us, unix_ns, or a layout as "2006-01-02 15:04:05"`, [where[0]]);
  }
  const reader = timestampReader(layout, findZone(zoneName(zone)));
  if (reader !== undefined) return reader;
  throw new ConfigError(`${option}: "${layout}" is no form of time; write unix, unix_ms, or the moment 2006-01-02 15:04:05 in your form`, [
    option,
  ]);
}

function zoneName(zone: string): string {
  if (zone === 'Local') return new Intl.DateTimeFormat().resolvedOptions().timeZone;
  return zone === '' ? 'UTC' : zone;
}
