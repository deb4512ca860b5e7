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
  sample: {
    of: 'a made-up server with two sockets, whose counters the tests let run (its kernel tells no thermal design power),',
    gave: `powerstat_package,host=kvm-0,package_id=0 current_power_consumption_watts=49.78 1796076507000000000
powerstat_package,host=kvm-0,package_id=0 current_dram_power_consumption_watts=6.65 1796076507000000000
powerstat_package,host=kvm-0,package_id=1 current_power_consumption_watts=53.22 1796076507000000000
powerstat_package,host=kvm-0,package_id=1 current_dram_power_consumption_watts=6.66 1796076507000000000
powercap,domain=package,host=kvm-0,package_id=0 energy_uj=259246629456i,max_energy_range_uj=262143328850i 1796076507000000000
powercap,domain=core,host=kvm-0,package_id=0 energy_uj=60932830i,max_energy_range_uj=262143328850i 1796076507000000000
powercap,domain=dram,host=kvm-0,package_id=0 energy_uj=65025917267i,max_energy_range_uj=65712999613i 1796076507000000000
powercap,domain=package,host=kvm-0,package_id=1 energy_uj=256246629456i,max_energy_range_uj=262143328850i 1796076507000000000
powercap,domain=core,host=kvm-0,package_id=1 energy_uj=60932830i,max_energy_range_uj=262143328850i 1796076507000000000
powercap,domain=dram,host=kvm-0,package_id=1 energy_uj=65025917267i,max_energy_range_uj=65712999613i 1796076507000000000
powerstat_core,core_id=0,cpu_id=0,host=kvm-0,package_id=0 cpu_frequency_mhz=2100 1796076507000000000
powerstat_core,core_id=1,cpu_id=1,host=kvm-0,package_id=0 cpu_frequency_mhz=2233 1796076507000000000
powerstat_core,core_id=2,cpu_id=2,host=kvm-0,package_id=0 cpu_frequency_mhz=2366 1796076507000000000
powerstat_core,core_id=3,cpu_id=3,host=kvm-0,package_id=0 cpu_frequency_mhz=2499 1796076507000000000
powerstat_core,core_id=0,cpu_id=0,host=kvm-0,package_id=0 cpu_temperature_celsius=48i 1796076507000000000
powerstat_core,core_id=1,cpu_id=1,host=kvm-0,package_id=0 cpu_temperature_celsius=49i 1796076507000000000
powerstat_core,core_id=2,cpu_id=2,host=kvm-0,package_id=0 cpu_temperature_celsius=47i 1796076507000000000
powerstat_core,core_id=3,cpu_id=3,host=kvm-0,package_id=0 cpu_temperature_celsius=51i 1796076507000000000
`,
  },
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
