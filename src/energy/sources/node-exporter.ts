import { RAPL_RANGES, raplFacts } from './rapl.ts';
import { defaultMaxWatts, PROMETHEUS, type Scope, type Source } from './source.ts';

const ZONES: readonly (readonly [zone: string, scope: Scope])[] = [
  ['package', 'package'],
  ['dram', 'dram'],
  ['psys', 'platform'],
  ['core', 'core'],
  ['uncore', 'uncore'],
];

function counter(field: string, where: Source['where'], scope: Scope): Source {
  return {
    name: 'node_exporter',
    measurement: PROMETHEUS,
    field,
    where,
    unit: 'J',
    reading: 'counter',
    scope,
    identity: ['index', 'path', 'rapl_zone'],
    resolution: 1e-6,
    maxWatts: defaultMaxWatts(scope),
    wrapsAt: RAPL_RANGES,
    limit: undefined,
    // Memory that a driver invents and cores that sleep may stand still; a package never does.
    ...(scope === 'package' ? { frozenAfter: 2 } : {}),
    about: raplFacts('node_exporter', "named _total, and yet the raw counter: it wraps, which PromQL's increase takes for a reset"),
  };
}

/** node_exporter's collector `rapl`: the zone in the name, or with `--collector.rapl.enable-zone-label` in a label. */
export const nodeExporter: readonly Source[] = ZONES.flatMap(([zone, scope]) => [
  counter(`node_rapl_${zone}_joules_total`, {}, scope),
  counter('node_rapl_joules_total', { rapl_zone: zone }, scope),
]);
