/**
 * Scaphandre 1.0: the processors' own counters, which are exact, and means over the time since its last measurement.
 * Source: hubblo-org/scaphandre, src/sensors/mod.rs and src/exporters.
 *
 * `scaph_host_energy_microjoules` counts only where it is the platform's own sensor (psys). Elsewhere it is the sum of counters that
 * wrap one by one: when one does, the sum falls by its range, which no rule for wraps or resets can make good.
 */
import { defaultMaxWatts, PROMETHEUS, type Scope, type Source, type SourceFacts } from './source.ts';

/** Scaphandre does not say where a counter wraps; it is one of these: (2^32 - 1) of the processor's units, and of a server's memory. */
const RANGES = [65_532_610_987, 65_712_999_613, 131_069_516_941, 262_143_328_850];

const common = { name: 'scaphandre', where: {}, unit: 'µJ', reading: 'counter', resolution: 1, wrapsAt: RANGES, limit: undefined } as const;

const about = {
  tool: 'Scaphandre',
  overlaps: 'the RAPL counters that intel_powerstat, node_exporter and Kepler read',
  leavesOut: 'power supply, fans, disks, network, accelerators',
  lies: 'asked every 2 s or more often it repeats itself; the host counter without psys is a sum that wraps in parts, and never counted',
} satisfies SourceFacts;

const aboutShares = {
  ...about,
  overlaps: 'shares of the packages and memory, by CPU time; a process is in its executable, and may be in a VM and in services',
  lies: 'without power when a counter wraps: the next mean stands for both intervals',
} satisfies SourceFacts;

const DOMAIN_SCOPES: readonly (readonly [domain: string, scope: Scope])[] = [
  ['dram', 'dram'],
  ['core', 'core'],
  ['uncore', 'uncore'],
];

/** Counters of the machine: the same whether our input `scaphandre` reads them or any scraper. */
const counters: readonly Source[] = [
  counter('scaph_socket', { scope: 'package', identity: ['socket_id'], frozenAfter: 2 }),
  ...DOMAIN_SCOPES.map(([domain, scope]) =>
    counter('scaph_domain', {
      scope,
      where: { domain_name: domain },
      identity: ['socket_id', 'domain_id', 'domain_name'],
      omit: ['domain_id', 'domain_name'],
    }),
  ),
  counter('scaph_host', { scope: 'platform', where: { value_source: 'powercap_rapl_psys' }, identity: ['value_source'], frozenAfter: 2 }),
].flat();

/** Sums that only our input makes: of single processes there are too many, and they come and go. */
const shares: readonly Source[] = [
  mean('scaph_exe', 'process', ['exe']),
  mean('scaph_vm', 'vm', ['vmname']),
  mean('scaph_service', 'service', ['service']),
];

/** What `scaphandre qemu` adds up for a VM, as the VM or its host reads it. An alternative to `scaph_vm`, so a source of its own. */
const exported: Source = {
  ...common,
  name: 'scaphandre_share',
  measurement: 'scaph_share',
  field: 'energy_microjoules',
  scope: 'vm',
  identity: ['vmname', 'scale'],
  maxWatts: defaultMaxWatts('vm'),
  wrapsAt: undefined,
  about: {
    ...aboutShares,
    lies: 'five times too little up to 1.0.3 (issue #428): multiplied by the tag `scale`; 0 after the host restarts, refused by the input',
  },
};

/** What `scaphandre json` writes: no counters, and of several sockets one, so that only the host is whole. */
const written: Source = {
  ...mean('scaph_host', 'platform', ['value_source']),
  where: { value_source: 'json' },
  about: { ...about, lies: 'of several sockets the file shows one; the host is whole' },
};

export const scaphandre: readonly Source[] = [...counters, ...shares, exported, written];

/** The counter of a thing, as our input's field and as a scraped metric. */
function counter(measurement: string, source: Pick<Source, 'scope' | 'identity'> & Partial<Source>): Source[] {
  const declared = { ...common, about, maxWatts: defaultMaxWatts(source.scope), ...source };
  return [
    { ...declared, measurement, field: 'energy_microjoules' },
    { ...declared, measurement: PROMETHEUS, field: `${measurement}_energy_microjoules` },
  ];
}

function mean(measurement: string, scope: Scope, identity: readonly string[]): Source {
  return {
    ...common,
    measurement,
    field: 'power_microwatts',
    unit: 'µW',
    reading: 'mean',
    scope,
    identity,
    maxWatts: defaultMaxWatts(scope),
    wrapsAt: undefined,
    about: aboutShares,
  };
}
