import { defineInput } from '../../../pipeline/plugin.ts';
import { hostFolders } from '../../shared/host-folders.ts';
import { CpuOptions } from './config.ts';
import { CpuUsage } from './cpu-usage.ts';

/**
 * Telegraf's fields and formula. The first reading of a processor gives no percentages, since there is nothing to compare with.
 * Unlike Telegraf, which then leaves out all that follow it, a processor whose counters were reset is left out alone.
 */
export const cpu = defineInput({
  id: 'cpu',
  summary: 'Reads what the processors of this machine spend their time on (Linux).',
  schema: CpuOptions,
  example: `inputs:
  - cpu:
      percpu: false
      report_active: true
`,
  create: (config, context) => new CpuUsage(config, context, hostFolders()),
});
