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
  sample: `cpu,cpu=cpu-total,host=kvm-0 usage_active=61.764705882562744,usage_guest=0,usage_guest_nice=0,usage_idle=38.23529411750413,usage_iowait=0,usage_irq=0,usage_nice=0,usage_softirq=0.9803921568586337,usage_steal=0,usage_system=9.803921568601663,usage_user=50.980392156701896 1796070043000000000
`,
  create: (config, context) => new CpuUsage(config, context, hostFolders()),
});
