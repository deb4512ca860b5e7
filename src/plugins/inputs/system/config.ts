import { z } from 'zod';
import { duration } from '../../../config/options.ts';

const GROUPS = ['legacy', 'cpus', 'dmi', 'load', 'os', 'uptime', 'users'] as const;
export type Group = (typeof GROUPS)[number];

export const SystemOptions = z.strictObject({
  include: z
    .array(z.enum(GROUPS))
    .default([])
    .transform((groups) => new Set<Group>(groups.length === 0 ? ['legacy'] : groups))
    .describe(
      'What to read: `load`, `cpus`, `users`, `uptime`, `os` and `dmi` (what the firmware says of the machine) become one point; `legacy` is load, processors and users, `uptime` and `uptime_format` in three. Empty: legacy.',
    ),
  os_cache_ttl: duration().prefault('8h').describe('How long what `os` says is not read again.'),
  dmi_cache_ttl: duration().prefault('8h').describe('How long what `dmi` says is not read again.'),
});
export type SystemConfig = z.output<typeof SystemOptions>;
