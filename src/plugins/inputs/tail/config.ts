import { z } from 'zod';
import { characterEncoding } from '../../shared/character-encoding.ts';
import { lineFormatOptions } from '../../shared/text-format.ts';
import { unsupportedOptions } from '../../shared/unsupported-options.ts';

const OFFSETS = ['beginning', 'end', 'saved-or-beginning', 'saved-or-end'] as const;

export const TailOptions = z.strictObject({
  files: z
    .array(z.string())
    .min(1)
    .describe('Files to follow; `*`, `**`, `?` and `[…]` match several. New ones are found within seconds and read from their beginning.'),
  initial_read_offset: z
    .enum(OFFSETS)
    .default('saved-or-end')
    .describe('Where to begin in files that are there at the start; `saved-…` goes on where the last run ended.'),
  from_beginning: z.boolean().default(false).describe('Old spelling of `initial_read_offset: beginning`.'),
  pipe: z
    .literal(false, { error: 'named pipes are not supported; write to a file, or push to influxdb_listener' })
    .default(false)
    .describe('Only false: named pipes are not supported.'),
  watch_method: z
    .enum(['inotify', 'poll'])
    .default('inotify')
    .describe("Accepted for Telegraf's sake: files are looked at four times a second either way."),
  max_undelivered_lines: z.int().positive().default(1000).describe("Lines of a file taken before the outputs' queues have them."),
  path_tag: z.string().default('path').describe("Tag that gets the file's name, as the pattern gave it; empty: none."),
  character_encoding: characterEncoding,
  ...lineFormatOptions,
  ...unsupportedOptions({
    'lines are taken as they stand; change them where they are written': ['filters', 'replace_pattern', 'replacement'],
    'a line is read by itself; `file` reads texts of several lines': ['multiline'],
    'lines of more than 1 MiB are left out; remove it': ['max_bytes_per_line'],
  }),
});
export type TailConfig = z.output<typeof TailOptions>;
