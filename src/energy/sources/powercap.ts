import { withDies } from './rapl.ts';
import { defaultMaxWatts, type Scope, type Source } from './source.ts';

/** What Linux' names for the counters are the energy of. */
const SCOPES: Readonly<Record<string, Scope>> = { package: 'package', dram: 'dram', core: 'core', uncore: 'uncore', psys: 'platform' };

const about = {
  tool: 'intel_powerstat (Wattbridge)',
  overlaps:
    'psys contains packages and memory, a package its cores and uncore; Scaphandre, node_exporter and Kepler read the same counters',
  leavesOut: 'power supply, fans, disks, network, accelerators; of psys what the maker left out, often the screen',
  lies: 'noise where SGX or the energy filter is on; psys of boards that do not feed it, left out while it says less than the packages; core on AMD is one core only, and part of no total',
} as const;

const zones: readonly Source[] = Object.entries(SCOPES).map(([domain, scope]) => ({
  name: 'powerstat_package',
  measurement: 'powercap',
  field: 'energy_uj',
  where: { domain },
  unit: 'µJ',
  reading: 'counter',
  scope,
  identity: ['package_id', 'die'],
  omit: ['domain'],
  preference: 1,
  resolution: 1,
  maxWatts: defaultMaxWatts(scope),
  wrapsAt: undefined,
  wrapsAtOf: { field: 'max_energy_range_uj' },
  limit: undefined,
  about,
}));

/**
 * The raw counters of our `intel_powerstat`, beside Telegraf's watts of the same zones: preferred to them, since these are the
 * kernel's own microjoules. Each point tells its counter's range.
 */
export const powercap: readonly Source[] = withDies(zones);
