import { z } from 'zod';
import { constantRate, tariffRate, type TariffHours } from '../../../energy/rate.ts';
import { isTimeZone } from '../../../energy/zone.ts';
import { defineProcessor } from '../../../pipeline/plugin.ts';
import { Charges } from '../../shared/charge.ts';

const TIME = /^(?:([01]\d|2[0-3]):([0-5]\d)|24:00)$/;
const timeOfDay = () => z.string().regex(TIME, 'is not a time of the day; write for example 22:30');

const Hours = z
  .strictObject({
    from: timeOfDay().describe('When they begin, in `timezone`: `22:30`.'),
    to: timeOfDay().describe('When they end; before they begin means on the next day.'),
    per_kwh: z.number().nonnegative().describe('What a kilowatt-hour costs then.'),
  })
  .refine(({ from, to }) => from !== to, { path: ['to'], error: 'is when they begin; for the whole day set per_kwh alone' });

export const cost = defineProcessor({
  id: 'cost',
  summary: 'What the energy used costs by a tariff, flat or by hours of the day, as the measurement `cost`.',
  schema: z.strictObject({
    scopes: z.array(z.string()).default(['host']).describe('Scopes of `energy` to do it for.'),
    per_kwh: z.number().nonnegative().describe('What a kilowatt-hour costs.'),
    hours: z
      .array(Hours)
      .default([])
      .describe('Hours of the day with another price, such as the French off-peak hours; of those that overlap the later ones count.'),
    timezone: z
      .string()
      .refine(isTimeZone, 'is not a time zone; write for example Europe/Paris')
      .default('UTC')
      .describe('The time zone of `hours`.'),
    currency: z
      .string()
      .regex(/^[A-Z]{3}$/, 'is not a currency; write for example EUR')
      .default('EUR')
      .describe('The tag `currency`, by ISO 4217.'),
    tariff: z.string().min(1).default('own').describe('The tag `tariff`: its name and date.'),
    max_series: z.int().positive().default(100_000).describe('Most series whose cost is kept; more are refused and counted.'),
  }),
  example: `processors:
  - energy: {}
  - cost:
      tariff: base 2025-08
      per_kwh: 0.2081
      hours: [{ from: "22:30", to: "06:30", per_kwh: 0.1635 }]
      timezone: Europe/Paris
`,
  sample: `powerstat_package,host=kvm-0,package_id=0 current_power_consumption_watts=74.9 1767225580000000000
powerstat_package,host=kvm-0,package_id=0 current_power_consumption_watts=75.1 1767225590000000000
`,
  create({ scopes, per_kwh: perKwh, hours, timezone, currency, tariff, max_series: maxSeries }, context) {
    const rate = hours.length === 0 ? constantRate(perKwh) : tariffRate(perKwh, hours.map(toMinutes), timezone);
    const tags = [
      ['currency', currency],
      ['tariff', tariff],
    ] as const;
    return new Charges({ measurement: 'cost', unit: 'cost', tags }, { scopes: new Set(scopes), maxSeries, rates: [rate] }, context);
  },
});

function toMinutes({ from, to, per_kwh: perKwh }: z.output<typeof Hours>): TariffHours {
  return { fromMinute: minuteOf(from), toMinute: minuteOf(to), perKwh };
}

function minuteOf(time: string): number {
  const [, hours = 0, minutes = 0] = TIME.exec(time) ?? [];
  return Number(hours) * 60 + Number(minutes);
}
