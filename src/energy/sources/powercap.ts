import { defaultMaxWatts, type Scope, type Source, type SourceFacts } from './source.ts';

/** Linux' names for what a counter counts, and what is said of each. */
const DOMAINS: readonly { readonly domain: string; readonly scope: Scope; readonly facts: Omit<SourceFacts, 'tool'> }[] = [
  {
    domain: 'package',
    scope: 'package',
    facts: {
      overlaps: 'psys; core and uncore are inside; the same counters as Scaphandre, node_exporter and Kepler read',
      leavesOut: 'power supply, fans, disks, network, accelerators; memory on servers',
      lies: 'noise where SGX or the energy filter is on',
    },
  },
  {
    domain: 'dram',
    scope: 'dram',
    facts: { overlaps: 'psys; on some clients the package', leavesOut: 'as package', lies: 'a model, not a measurement, before Haswell' },
  },
  {
    domain: 'core',
    scope: 'core',
    facts: { overlaps: 'inside the package', leavesOut: 'all but the cores', lies: 'on AMD it is one core only; part of no total' },
  },
  {
    domain: 'uncore',
    scope: 'uncore',
    facts: { overlaps: 'inside the package', leavesOut: 'all but integrated graphics', lies: '' },
  },
  {
    domain: 'psys',
    scope: 'platform',
    facts: {
      overlaps: 'contains packages and memory',
      leavesOut: "what the board's maker left out: often the screen, and what USB feeds",
      lies: 'stands still on boards that do not feed it; left out by the input as long as it says less than the packages',
    },
  },
];

/**
 * The raw counters of our `intel_powerstat`, beside Telegraf's watts of the same zones: preferred to them, since these are the
 * kernel's own microjoules. Each point tells its counter's range.
 */
export const powercap: readonly Source[] = DOMAINS.map(({ domain, scope, facts }) => ({
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
  about: { tool: 'intel_powerstat (Wattbridge)', ...facts },
}));
