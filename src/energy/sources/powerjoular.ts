import { defaultMaxWatts, type Scope, type Source } from './source.ts';

function column(measurement: string, field: string, scope: Scope, lies: string): Source {
  return {
    name: 'powerjoular',
    measurement,
    field,
    where: {},
    unit: 'W',
    reading: 'mean',
    scope,
    identity: ['path', 'pid', 'app'],
    resolution: undefined,
    maxWatts: defaultMaxWatts(scope),
    wrapsAt: undefined,
    limit: undefined,
    // A file that is not written any more; an accelerator may rest at 0.
    ...(scope === 'gpu' ? {} : { frozenAfter: 10 }),
    about: {
      tool: 'PowerJoular',
      overlaps: 'the RAPL counters that every other reader of them reads; "Total Power" is "CPU Power" and "GPU Power", and never added',
      leavesOut: 'power supply, fans, disks, network; every socket but the first',
      lies,
    },
  };
}

const CLOCK = 'local time without a zone, in whole seconds; joules of a second that takes a little longer: some 0.1 % too little';

/** PowerJoular 1.1: its CSV files, read as measurement `powerjoular`; those of a process or an application as `powerjoular_app`. */
export const powerJoular: readonly Source[] = [
  column('powerjoular', 'CPU Power', 'package', `${CLOCK}; psys where the board has it, else package 0 and maybe its memory`),
  column('powerjoular', 'GPU Power', 'gpu', CLOCK),
  column('powerjoular_app', 'CPU Power', 'process', `${CLOCK}; NaN while nothing runs`),
];
