/** PowerAPI: the counters of its HWPC sensor, and what its formula SmartWatts makes of them. */
import { raplFacts } from './rapl.ts';
import { defaultMaxWatts, PROMETHEUS, type Scope, type Source } from './source.ts';

const base = { where: {}, resolution: undefined, wrapsAt: undefined, limit: undefined } as const;

/** `rapl.csv`, read as measurement `hwpc`. The sensor counts in 2^-32 J, whatever its documentation says. */
function event(field: string, scope: Scope): Source {
  return {
    ...base,
    name: 'hwpc',
    measurement: 'hwpc',
    field,
    where: { target: 'all' },
    unit: 'J',
    factor: 2 ** -32,
    reading: 'delta',
    scope,
    identity: ['target', 'socket', 'cpu'],
    maxWatts: defaultMaxWatts(scope),
    about: raplFacts('PowerAPI HWPC', 'documented as microjoules, but fixed point of 2^-32 J: put right here'),
  };
}

/** What SmartWatts writes per target; `rapl` is what it measured, `global` what its model adds up to, the others are the model's. */
const FORMS: readonly (readonly [measurement: string, field: string])[] = [
  ['power_consumption', 'power'],
  ['powerrep', 'power_estimation'],
  [PROMETHEUS, 'power_estimation_watts'],
];

function report(
  [measurement, field]: (typeof FORMS)[number],
  scope: Scope,
  select: Pick<Source, 'where' | 'unless'>,
  lies: string,
): Source {
  return {
    ...base,
    name: 'smartwatts',
    measurement,
    field,
    ...select,
    unit: 'W',
    reading: 'mean',
    scope,
    identity: ['target', 'scope', 'socket', 'formula', 'ratio'],
    maxWatts: defaultMaxWatts(scope),
    about: {
      ...raplFacts('PowerAPI SmartWatts', lies),
      overlaps: 'target rapl is the package, the other targets are shares of it; global is their sum',
    },
  };
}

const LATE = 'five intervals late; in Prometheus a target that is gone stays for ever, which the bound on repeats stops';

export const powerApi: readonly Source[] = [
  event('RAPL_ENERGY_PKG', 'package'),
  event('RAPL_ENERGY_DRAM', 'dram'),
  ...FORMS.flatMap((form) => [
    report(form, 'package', { where: { target: 'rapl', scope: 'cpu' } }, LATE),
    report(form, 'dram', { where: { target: 'rapl', scope: 'dram' } }, LATE),
    {
      ...report(
        form,
        'service',
        { where: {}, unless: { target: ['rapl', 'global', 'all'] } },
        `${LATE}; nested cgroups contain each other`,
      ),
      frozenAfter: 20,
    },
  ]),
];
