import { z } from 'zod';
import { duration } from '../../../config/options.ts';
import { ConfigError } from '../../../config/diagnostics.ts';
import { constantRate } from '../../../energy/rate.ts';
import { defineProcessor } from '../../../pipeline/plugin.ts';
import { Charges } from '../../shared/charge.ts';
import { countries, gramsPerKwh, GRIDS_YEAR } from './grids.ts';
import { Intensities } from './intensities.ts';

const Series = z.strictObject({
  measurement: z.string().min(1).describe('The measurement that tells it.'),
  field: z.string().min(1).describe('The field, in grams of CO2 equivalent for a kilowatt-hour; each value holds until the next.'),
  where: z.record(z.string(), z.string()).default({}).describe('Only series with all of these tags at these values.'),
  max_age: duration()
    .prefault('2h')
    .describe('How long a value holds when no other comes; after that the constant counts, where there is one.'),
});

export const carbon = defineProcessor({
  id: 'carbon',
  summary: 'Grams of CO2 equivalent of the energy used, by the carbon intensity of the grid, as the measurement `carbon`.',
  schema: z.strictObject({
    scopes: z.array(z.string()).default(['host']).describe('Scopes of `energy` to do it for.'),
    country: z
      .enum(countries)
      .optional()
      .describe(`The grid, for its mean of ${GRIDS_YEAR} over the life cycle (Our World in Data, from Ember and the Energy Institute).`),
    grams_per_kwh: z
      .number()
      .nonnegative()
      .optional()
      .describe('A constant of your own in place of `country`, such as that of your contract.'),
    factor: z.string().min(1).optional().describe('The tag `factor` for `grams_per_kwh`: who says so, and when.'),
    series: Series.optional().describe('The intensity as it changes, from points that pass by; it goes before the constant.'),
    max_series: z.int().positive().default(100_000).describe('Most series whose carbon is kept; more are refused and counted.'),
  }),
  example: `processors:
  - energy: {}
  - carbon:
      country: FR
      series: { measurement: eco2mix, field: taux_co2 }
`,
  sample: `eco2mix,area=FR taux_co2=32i 1767225570000000000
powerstat_package,host=kvm-0,package_id=0 current_power_consumption_watts=74.9 1767225580000000000
powerstat_package,host=kvm-0,package_id=0 current_power_consumption_watts=75.1 1767225590000000000
`,
  create(config, context) {
    const { country, grams_per_kwh: own, factor = 'own', series, scopes, max_series: maxSeries } = config;
    if (country !== undefined && own !== undefined) {
      throw new ConfigError('country and grams_per_kwh are two constants; leave one out', ['grams_per_kwh']);
    }
    const constant = own ?? (country && gramsPerKwh(country));
    if (constant === undefined && series === undefined) throw new ConfigError('which grid? set country, grams_per_kwh or series', []);
    const intensities = series && new Intensities({ ...series, maxAgeMs: series.max_age }, context);
    const rates = [...(intensities ? [intensities.rate] : []), ...(constant === undefined ? [] : [constantRate(constant)])];
    const names = [
      ...(series ? [`${series.measurement} ${series.field}`] : []),
      ...(own === undefined ? [] : [factor]),
      ...(country ? [`${country} ${GRIDS_YEAR}`] : []),
    ];
    const form = { measurement: 'carbon', unit: 'grams', tags: [['factor', names.join(', else ')]] } as const;
    const charges = new Charges(form, { scopes: new Set(scopes), maxSeries, rates }, context);
    return { bind: (shape) => intensities?.bind(shape) ?? charges.bind(shape) };
  },
});
