import { raplFacts } from './rapl.ts';
import { defaultMaxWatts, type Scope, type Source } from './source.ts';

const FIELDS: readonly (readonly [field: string, scope: Scope])[] = [
  ['package_power', 'package'],
  ['ram_power', 'dram'],
];

/** Telegraf's `turbostat`: of its rows only the one with `-` everywhere, which is the sum of all packages. */
export const turbostat: readonly Source[] = FIELDS.map(([field, scope]) => ({
  name: 'turbostat',
  measurement: 'turbostat',
  field,
  where: { core: '-', cpu: '-', die: '-', package: '-' },
  unit: 'W',
  reading: 'mean',
  scope,
  identity: ['core', 'cpu', 'die', 'package'],
  omit: ['core', 'cpu', 'die', 'package'],
  resolution: 0.01,
  // Of all packages together.
  maxWatts: 8 * defaultMaxWatts(scope),
  wrapsAt: undefined,
  limit: undefined,
  about: raplFacts('turbostat (Telegraf)', 'rounded to 0.01 W; the rows of single packages and cores are in the one that counts'),
}));
