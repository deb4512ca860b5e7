import { z } from 'zod';
import { unsupportedOptions } from '../../shared/unsupported-options.ts';

export const InternalOptions = z.strictObject({
  collect_memstats: z.boolean().default(true).describe('Also `internal_memstats`, the memory of this process.'),
  per_instance: z
    .boolean()
    .default(false)
    .describe('A point for each plugin, told apart by the tag `_id`; otherwise those of one type and alias are added up.'),
  ...unsupportedOptions({ 'these are figures of the Go runtime; /metrics of admin has those of Node': ['collect_gostats'] }),
});
export type InternalConfig = z.output<typeof InternalOptions>;
