import { z } from 'zod';
import { duration } from '../../../config/options.ts';
import { defaultMaxWatts, readingKinds, scopes, type Source } from '../../../energy/sources/source.ts';
import { energyUnits, isPowerUnit, powerUnits } from '../../../energy/units.ts';

const OwnSource = z
  .strictObject({
    measurement: z.string().min(1).describe('The measurement, as it comes.'),
    field: z.string().min(1).describe('The field, as it comes.'),
    where: z.record(z.string(), z.string()).default({}).describe('Only series with all of these tags at these values.'),
    unit: z.enum([...powerUnits, ...energyUnits]).describe('What the field counts in: a power, or for counters an energy.'),
    kind: z
      .enum(readingKinds)
      .describe(
        '`mean`: power over the interval that ends at the timestamp; `instantaneous`: power at the timestamp; `counter`: energy since some start.',
      ),
    scope: z
      .enum(scopes)
      .describe('What it is the power or energy of. Host totals take the first of wall, platform, package and dram that there is.'),
    source: z.string().min(1).optional().describe('The tag `source` of its energy; the measurement when unset.'),
    identity: z.array(z.string()).default([]).describe('Tags that tell this thing from others on one host; the other tags name the host.'),
    wraps_at: z
      .number()
      .positive()
      .optional()
      .describe("A counter's highest value, in its unit, after which it starts at 0 again; unset: it does not wrap."),
    max_watts: z
      .number()
      .positive()
      .max(1e9)
      .optional()
      .describe('More is an error of the source and is not counted; a bound for the scope when unset.'),
    resolution: z.number().positive().optional().describe('The smallest step of the value, in its unit.'),
  })
  .superRefine(({ unit, kind, wraps_at }, context) => {
    const complain = (option: string, message: string) => context.addIssue({ code: 'custom', path: [option], message });
    const isPower = isPowerUnit(unit);
    if (kind === 'counter' && isPower) complain('unit', `a counter counts energy; write one of ${energyUnits.join(', ')}`);
    if (kind !== 'counter' && !isPower) complain('unit', `"${kind}" is a power; write one of ${powerUnits.join(', ')}`);
    if (kind !== 'counter' && wraps_at !== undefined) complain('wraps_at', 'only counters wrap');
  });
type OwnSource = z.output<typeof OwnSource>;

export const EnergyConfig = z.strictObject({
  max_gap: duration()
    .optional()
    .describe(
      'Over longer silences energy is not invented but reported as gap_seconds; three times the observed period, at least 30s, when unset.',
    ),
  lateness: duration()
    .prefault('0s')
    .describe(
      "How long a reading waits for older ones that may still come, in the readings' own time. Energy is told so much later, and the same in any order.",
    ),
  fields: z.array(OwnSource).default([]).describe('Fields of your own that carry power or energy; they go before the known ones.'),
  host_totals: z.boolean().default(true).describe("Whether to add up a host's sensors, as scope `host`."),
  max_series: z.int().positive().default(100_000).describe('Most series whose energy is kept; more are refused and counted.'),
});
export type EnergyConfig = z.output<typeof EnergyConfig>;

/** The user's field as a source. */
export function toSource(own: OwnSource): Source {
  return {
    name: own.source ?? own.measurement,
    measurement: own.measurement,
    field: own.field,
    where: own.where,
    unit: own.unit,
    reading: own.kind,
    scope: own.scope,
    identity: own.identity,
    resolution: own.resolution,
    maxWatts: own.max_watts ?? defaultMaxWatts(own.scope),
    wrapsAt: own.wraps_at,
    limit: undefined,
  };
}

/** The first of the fields whose energy could not be told from an earlier one's: same measurement, source and scope. Undefined when there is none. */
export function ambiguousField(fields: readonly OwnSource[]): number | undefined {
  const seen = new Map<string, string>();
  for (const [index, { measurement, field, source, scope, where }] of fields.entries()) {
    const output = JSON.stringify([measurement, source ?? measurement, scope, where]);
    const known = seen.get(output);
    if (known !== undefined && known !== field) return index;
    seen.set(output, field);
  }
  return undefined;
}
