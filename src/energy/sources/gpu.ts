/** Accelerators. Part of no host total: they are inside a wall meter's reading and beside the processors' own counters. */
import { defaultMaxWatts, PROMETHEUS, type Source } from './source.ts';

const base = {
  where: {},
  scope: 'gpu',
  maxWatts: defaultMaxWatts('gpu'),
  wrapsAt: undefined,
  limit: undefined,
} as const;

const about = (tool: string, lies: string) => ({
  tool,
  overlaps: 'inside wall; beside package and dram',
  leavesOut: 'the rest of the machine',
  lies,
});

const DCGM_TAGS = [
  'gpu',
  'UUID',
  'device',
  'modelName',
  'pci_bus_id',
  'DCGM_FI_DRIVER_VERSION',
  'container',
  'namespace',
  'pod',
  'err_code',
  'err_msg',
];
/** What it runs changes; whose energy it is does not. */
const DCGM_OMIT = ['DCGM_FI_DRIVER_VERSION', 'container', 'namespace', 'pod', 'err_code', 'err_msg'];

export const gpu: readonly Source[] = [
  {
    ...base,
    name: 'dcgm',
    measurement: PROMETHEUS,
    field: 'DCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION',
    unit: 'mJ',
    reading: 'counter',
    identity: DCGM_TAGS,
    omit: DCGM_OMIT,
    preference: 1,
    resolution: 1,
    about: about('DCGM exporter', 'since the driver was loaded; begins again at 0 with it'),
  },
  {
    ...base,
    name: 'dcgm',
    measurement: PROMETHEUS,
    field: 'DCGM_FI_DEV_POWER_USAGE',
    unit: 'W',
    reading: 'instantaneous',
    identity: DCGM_TAGS,
    omit: DCGM_OMIT,
    resolution: 0.001,
    about: about('DCGM exporter', 'an average of up to 1 s; on some models of 25 ms in every 100'),
  },
  {
    ...base,
    name: 'nvidia_smi',
    measurement: 'nvidia_smi',
    field: 'power_draw',
    unit: 'W',
    reading: 'instantaneous',
    identity: ['index', 'name', 'pstate', 'uuid', 'arch', 'compute_mode'],
    omit: ['pstate', 'compute_mode'],
    resolution: 0.01,
    about: about('nvidia-smi (Telegraf)', 'an average of up to 1 s; on some models of 25 ms in every 100'),
  },
];
