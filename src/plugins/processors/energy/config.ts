import { z } from 'zod';
import { duration } from '../../../config/options.ts';
import { defaultMaxWatts, readingKinds, scopes, type Source } from '../../../energy/sources/source.ts';
import { energyUnits, isPowerUnit, powerUnits } from '../../../energy/units.ts';

const text = () => z.string().min(1);

const OwnSource = z
  .strictObject({
    measurement: text().describe('The measurement, as it comes; of a scraped metric `prometheus`.'),
    field: text().describe('The field, as it comes.'),
    where: z.record(z.string(), z.string()).default({}).describe('Only series with all of these tags at these values.'),
    unless: z.record(z.string(), z.array(z.string())).default({}).describe('No series with one of these values of a tag.'),
    unit: z.enum([...powerUnits, ...energyUnits]).describe('The unit of the field: of power, or for counters and deltas of energy.'),
    factor: z.number().positive().default(1).describe('Multiplies the value, to correct a constant error of the source.'),
    kind: z
      .enum(readingKinds)
      .describe(
        '`mean`: power over the interval that ends at the timestamp; `instantaneous`: power at the timestamp; `counter`: energy since some start; `delta`: energy since the reading before.',
      ),
    scope: z
      .enum(scopes)
      .describe('What it is the power or energy of. Host totals take the first of wall, platform, package and dram that there is.'),
    source: text().optional().describe('The tag `source` of its energy; the measurement when unset.'),
    identity: z.array(z.string()).default([]).describe('Tags that tell this thing from others on one host; the other tags name the host.'),
    omit: z.array(z.string()).default([]).describe('Tags that its energy does not get.'),
    tags: z.record(z.string(), z.string()).default({}).describe('Tags that its energy gets.'),
    preference: z
      .int()
      .default(0)
      .describe(
        'Of two fields with the same tags, source and scope, only the one with the higher preference is integrated as long as it comes.',
      ),
    wraps_at: z
      .union([z.number().positive(), z.array(z.number().positive()).min(1)])
      .optional()
      .describe(
        "A counter's highest value, in its unit, after which it starts at 0 again, or those that it may be; unset: it does not wrap.",
      ),
    wraps_at_field: text().optional().describe('A field of the same series that tells the highest value.'),
    wraps_at_tag: text().optional().describe('A tag of the series that tells the highest value.'),
    max_watts: z
      .number()
      .positive()
      .max(1e9)
      .optional()
      .describe('More is an error of the source and is not counted; a bound for the scope when unset.'),
    resolution: z.number().positive().optional().describe('The smallest step of the value, in its unit.'),
    frozen_after: z
      .int()
      .min(2)
      .optional()
      .describe('So many equal readings in a row mean that the source is frozen; unset: it may repeat itself.'),
  })
  .superRefine(({ unit, kind, ...own }, context) => {
    const complain = (option: string, message: string) => context.addIssue({ code: 'custom', path: [option], message });
    const isEnergy = kind === 'counter' || kind === 'delta';
    if (isEnergy && isPowerUnit(unit)) complain('unit', `a ${kind} counts energy; write one of ${energyUnits.join(', ')}`);
    if (!isEnergy && !isPowerUnit(unit)) complain('unit', `"${kind}" is a power; write one of ${powerUnits.join(', ')}`);
    for (const option of ['wraps_at', 'wraps_at_field', 'wraps_at_tag'] as const) {
      if (kind !== 'counter' && own[option] !== undefined) complain(option, 'only counters wrap');
    }
    if (own.wraps_at_field !== undefined && own.wraps_at_tag !== undefined) {
      complain('wraps_at_tag', 'a field or a tag tells where it wraps, not both');
    }
  });
type OwnSource = z.output<typeof OwnSource>;

/** A sum that is a VM or a service, of what has the same values of some tags. */
const Sum = z.strictObject({
  scope: z.enum(['vm', 'service']).describe('What the sum is.'),
  of: z.enum(['process', 'service', 'vm']).default('process').describe('What it is a sum of.'),
  by: z.array(text()).min(1).describe('Tags that name it: one sum for each of their values, on each host.'),
});

/** Energy shared out by use. */
const Share = z.strictObject({
  measurement: text().describe('The measurement with the use, such as `procstat`.'),
  field: text().describe('The field with the use, such as `cpu_usage` or `cpu_time_user`.'),
  where: z.record(z.string(), z.string()).default({}).describe('Only series with all of these tags at these values.'),
  kind: z
    .enum(['mean', 'instantaneous', 'counter'])
    .describe('`mean` and `instantaneous`: use at a time, such as a percentage; `counter`: use so far, such as CPU seconds.'),
  whole: z
    .number()
    .positive()
    .optional()
    .describe(
      'The use (of a counter: per second) of the whole host, such as 100 or the number of its CPUs; unset: users share all of its energy.',
    ),
  scope: z.enum(['process', 'service', 'vm']).default('process').describe('What the users are.'),
  source: text().default('share').describe('The tag `source` of their energy.'),
  identity: z.array(text()).min(1).describe("Tags that name the user; the other tags name the host, as in the host's total."),
  omit: z.array(text()).default([]).describe('Tags that neither name the user nor the host.'),
});

export const EnergyConfig = z.strictObject({
  max_gap: duration()
    .optional()
    .describe(
      'After a longer silence no energy is counted, and its time goes into gap_seconds; unset: three times the observed period, at least 30s.',
    ),
  lateness: duration()
    .prefault('0s')
    .describe(
      "How long a reading waits for older ones that may still come, by the readings' own times. Energy comes that much later, and is the same for any order within it.",
    ),
  fields: z.array(OwnSource).default([]).describe('Fields of your own that carry power or energy; they go before the known ones.'),
  host_totals: z.boolean().default(true).describe("Whether to add up a host's sensors, as scope `host`."),
  uncertainty: z
    .boolean()
    .default(false)
    .describe(
      'Whether samples of sensors say by which `method` (a tag) they were made, and how far they can be off (`joules_uncertainty`).',
    ),
  sums: z.array(Sum).default([]).describe('VMs and services as sums of what they consist of.'),
  shares: z.array(Share).default([]).describe("A host's energy shared out by use, where nothing measures it directly."),
  unattributed: z
    .enum(['process', 'service', 'vm'])
    .optional()
    .describe("Gives what these leave of a host's total, as scope `unattributed`."),
  facility: z
    .strictObject({
      psu_efficiency: z
        .number()
        .gt(0)
        .max(1)
        .default(1)
        .describe(
          'The part of its input that the power supply puts out, from 0 to 1. Not applied to sensors at the wall, which measure the input.',
        ),
      pue: z.number().min(1).default(1).describe('Power usage effectiveness of the room: its energy over that of the machines in it.'),
    })
    .optional()
    .describe(
      'The energy of hosts at the meter of the building, as scope `facility`, with these numbers as its tags; the host total stays as measured.',
    ),
  max_series: z
    .int()
    .positive()
    .default(100_000)
    .describe(
      'Most series whose energy is kept; at the bound those silent for an hour make room, and their totals begin at 0 if they come back; else new ones are refused and counted.',
    ),
});
export type EnergyConfig = z.output<typeof EnergyConfig>;

/** The user's field as a source. */
export function toSource(own: OwnSource): Source {
  const { wraps_at_field: field, wraps_at_tag: tag, frozen_after: frozenAfter } = own;
  return {
    name: own.source ?? own.measurement,
    measurement: own.measurement,
    field: own.field,
    where: own.where,
    unless: own.unless,
    unit: own.unit,
    factor: own.factor,
    reading: own.kind,
    scope: own.scope,
    identity: own.identity,
    omit: own.omit,
    tags: own.tags,
    preference: own.preference,
    resolution: own.resolution,
    maxWatts: own.max_watts ?? defaultMaxWatts(own.scope),
    wrapsAt: own.wraps_at,
    ...(field === undefined ? {} : { wrapsAtOf: { field } }),
    ...(tag === undefined ? {} : { wrapsAtOf: { tag } }),
    ...(frozenAfter === undefined ? {} : { frozenAfter }),
    limit: undefined,
  };
}

/** Use as a source: integrated as power is, with the whole host as 1 W, or 1 J a second. */
export function useSource(own: z.output<typeof Share>): Source {
  const { measurement, field, where, kind, whole = 1, source, identity, omit } = own;
  return {
    name: source,
    measurement,
    field,
    where,
    unit: kind === 'counter' ? 'J' : 'W',
    factor: 1 / whole,
    reading: kind,
    scope: 'process',
    identity,
    omit,
    resolution: undefined,
    // No more than twice the host; without a whole nobody knows what is too much.
    maxWatts: own.whole === undefined ? 1e9 : 2,
    wrapsAt: undefined,
    limit: undefined,
  };
}

/** The first of the fields whose energy could not be told from an earlier one's: same measurement, tags, source, scope and preference. Undefined when there is none. */
export function ambiguousField(fields: readonly OwnSource[]): number | undefined {
  const seen = new Map<string, string>();
  for (const [index, { measurement, field, source, scope, where, tags, preference }] of fields.entries()) {
    const output = JSON.stringify([measurement, source ?? measurement, scope, where, tags, preference]);
    const known = seen.get(output);
    if (known !== undefined && known !== field) return index;
    seen.set(output, field);
  }
  return undefined;
}
