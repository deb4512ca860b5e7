import { withDies } from './rapl.ts';
import { defaultMaxWatts, type Source } from './source.ts';

const MEASUREMENT = 'powerstat_package';

const common = {
  name: MEASUREMENT,
  measurement: MEASUREMENT,
  where: {},
  unit: 'W',
  reading: 'mean',
  identity: ['package_id', 'die'],
  resolution: 0.01,
  wrapsAt: undefined,
  about: {
    tool: 'intel_powerstat (Telegraf, Wattbridge)',
    overlaps: 'the RAPL counters that Scaphandre, node_exporter and Kepler read',
    leavesOut: 'power supply, fans, disks, network, accelerators; psys',
    lies: 'rounded to 0.01 W; a counter that did not move is taken for one that wrapped (26 kW at 10 s), refused as implausible',
  },
} as const;

/**
 * Telegraf's `intel_powerstat`: RAPL's package and memory power, a mean over the interval that ended at the timestamp, rounded
 * to 0.01 W. A counter that did not move between two reads counts as wrapped, which gives the counter's range over
 * the interval (262,143 J in 10 s is 26 kW). At long intervals that spike is below 2 kW, so the package's own design power is
 * the second bound. Intel lets laptop processors take over four times their design power for half a minute, hence the factor.
 */
export const powerstatPackage: readonly Source[] = withDies([
  {
    ...common,
    field: 'current_power_consumption_watts',
    scope: 'package',
    maxWatts: defaultMaxWatts('package'),
    limit: { field: 'thermal_design_power_watts', factor: 5, atLeast: 100 },
  },
  {
    ...common,
    field: 'current_dram_power_consumption_watts',
    scope: 'dram',
    // A memory counter's range is 65,713 J, so its spike in 10 s is 6.6 kW, and 1.1 kW in a minute.
    maxWatts: defaultMaxWatts('dram'),
    limit: undefined,
  },
]);
