import { ConfigError } from '../../../config/diagnostics.ts';
import { defineInput } from '../../../pipeline/plugin.ts';
import { PowerstatOptions } from './config.ts';
import { thisMachine } from './machine.ts';
import { Powerstat } from './powerstat.ts';

/**
 * Telegraf's lines, one field each, and beside them the raw counters. Unlike Telegraf, it takes a counter that did not move for 0 W
 * and not for a wrap (26 kW in 10 s), finds packages by their names whatever their folders are called, reads AMD's and several dies
 * too, needs no MSRs, and tries again what it could not read.
 */
export const intelPowerstat = defineInput({
  id: 'intel_powerstat',
  summary: "Reads the energy, power, frequency and temperature of this machine's processors from what Linux shows of them (Intel and AMD).",
  schema: PowerstatOptions,
  example: `inputs:
  - intel_powerstat:
      interval: 5s
      package_metrics: [current_power_consumption, current_dram_power_consumption, thermal_design_power]
      cpu_metrics: [cpu_frequency, cpu_temperature]
      included_cpus: ["0-3"]
`,
  create(config, context) {
    const {
      package_metrics: packages,
      cpu_metrics: cpus,
      energy_counters: counters,
      included_cpus: included,
      excluded_cpus: excluded,
    } = config;
    if (included.length > 0 && excluded.length > 0) {
      throw new ConfigError('included_cpus and excluded_cpus contradict each other; keep one', ['excluded_cpus']);
    }
    if (packages.length + cpus.length + counters.length === 0) {
      throw new ConfigError('no metrics are left to gather; name one in package_metrics, cpu_metrics or energy_counters', [
        'package_metrics',
      ]);
    }
    return new Powerstat(config, context, thisMachine());
  },
});
