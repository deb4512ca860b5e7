/** Kepler: from 0.10 on, with zones in a label; and before, with the zone in the name. */
import { RAPL_RANGES, raplFacts } from './rapl.ts';
import { defaultMaxWatts, PROMETHEUS, type Scope, type Source } from './source.ts';

const ZONES: readonly (readonly [zone: string, scope: Scope])[] = [
  ['package', 'package'],
  ['dram', 'dram'],
  ['psys', 'platform'],
  ['core', 'core'],
  ['uncore', 'uncore'],
];

/** A zone of several sockets wraps at the sum of their ranges (internal/device/energy_zone.go). */
const NODE_RANGES = [1, 2, 4, 8].flatMap((sockets) => RAPL_RANGES.map((range) => sockets * range));

/** Tags that describe a workload without naming it: they change while it runs, and its energy is still its own. */
const OMIT = ['state', 'comm', 'exe', 'type', 'container_name', 'runtime', 'pod_id', 'vm_name', 'hypervisor'];

const base = {
  measurement: PROMETHEUS,
  where: {},
  unit: 'J',
  reading: 'counter',
  resolution: 1e-6,
  wrapsAt: undefined,
  limit: undefined,
} as const;

function node(zone: string, scope: Scope): Source {
  return {
    ...base,
    name: 'kepler',
    field: 'kepler_node_cpu_joules_total',
    where: { zone },
    scope,
    identity: ['zone', 'path'],
    maxWatts: defaultMaxWatts(scope),
    wrapsAt: NODE_RANGES,
    about: raplFacts('Kepler', 'the raw counter, which wraps; zones overlap, so never add over zone'),
  };
}

function workload(kind: string, scope: Scope, identity: readonly string[]): Source[] {
  return ['package', 'dram'].map((zone) => ({
    ...base,
    name: 'kepler',
    field: `kepler_${kind}_cpu_joules_total`,
    where: { zone },
    scope,
    identity: ['zone', ...identity, ...OMIT],
    omit: OMIT,
    maxWatts: defaultMaxWatts(scope),
    about: {
      ...raplFacts('Kepler', 'the active part only: idle power belongs to nobody'),
      overlaps: 'shares of the node; containers contain processes, VMs too',
    },
  }));
}

/** Before 0.10. `mode` is dynamic or idle, which are parts: both count. */
function old(metric: string, scope: Scope, identity: readonly string[]): Source {
  return {
    ...base,
    name: 'kepler',
    field: `kepler_${metric}_joules_total`,
    scope,
    identity: ['mode', 'package', 'source', ...identity, ...OMIT],
    omit: OMIT,
    maxWatts: defaultMaxWatts(scope),
    about: raplFacts(
      'Kepler up to 0.9',
      'jumps of 2^64 after an underflow (issue 53), refused as implausible; estimated where there is no RAPL',
    ),
  };
}

export const kepler: readonly Source[] = [
  ...ZONES.map(([zone, scope]) => node(zone, scope)),
  ...workload('process', 'process', ['pid', 'container_id', 'vm_id']),
  ...workload('container', 'service', ['container_id']),
  ...workload('vm', 'vm', ['vm_id']),
  {
    ...base,
    name: 'kepler_platform',
    field: 'kepler_platform_watts',
    unit: 'W',
    reading: 'instantaneous',
    scope: 'wall',
    identity: ['source', 'bmc_id', 'chassis_id', 'source_id', 'source_name', 'source_type'],
    resolution: 1,
    maxWatts: defaultMaxWatts('wall'),
    about: { tool: 'Kepler', overlaps: 'all of the machine', leavesOut: 'nothing', lies: "the BMC's own reading, refreshed when it likes" },
  },
  old('node_package', 'package', []),
  old('node_dram', 'dram', []),
  old('container', 'service', ['container_id', 'pod_name', 'container_namespace']),
  old('process', 'process', ['pid', 'container_id', 'vm_id', 'command']),
];
