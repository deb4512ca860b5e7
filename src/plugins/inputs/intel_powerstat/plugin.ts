import { defineInput } from '../../../pipeline/plugin.ts';
import { readText } from '../../shared/powercap.ts';
import { PowerstatOptions } from './config.ts';
import { Powerstat } from './powerstat.ts';

/**
 * Telegraf's lines, one field each. Unlike Telegraf, it takes a counter that did not move for 0 W and not for a wrap (26 kW in 10 s),
 * finds packages by their names whatever their folders are called, reads AMD's too, and tries again what it could not read.
 */
export const intelPowerstat = defineInput({
  id: 'intel_powerstat',
  summary: "Reads the power of this machine's processors and memory from the energy counters that Linux shows (RAPL; Intel and AMD).",
  schema: PowerstatOptions,
  example: `inputs:
  - intel_powerstat:
      interval: 5s
      package_metrics: [current_power_consumption, current_dram_power_consumption, thermal_design_power]
`,
  create: (config, context) => new Powerstat(config, context, { read: readText, monotonicMs: () => performance.now() }),
});
