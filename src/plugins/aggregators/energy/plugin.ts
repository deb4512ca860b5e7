import { z } from 'zod';
import { ConfigError } from '../../../config/diagnostics.ts';
import { duration } from '../../../config/options.ts';
import { calendarGrid, calendarUnits, evenGrid, type CalendarUnit, type WindowGrid } from '../../../energy/grid.ts';
import { isTimeZone } from '../../../energy/zone.ts';
import { defineAggregator } from '../../../pipeline/plugin.ts';
import { EnergyWindows } from './energy-windows.ts';

const HOUR_MS = 3_600_000;

/** Telegraf's options for windows by the clock, which every aggregator may have. */
const arrivalOnly = () =>
  duration()
    .optional()
    .describe('Without effect here: `lateness` says how long a window stays open.')
    .meta({ noEffect: "windows go by the samples' own times; use lateness" });

const UNTAGGED =
  'windows without tags are points of the same series as the samples, and a sum over both counts everything twice: set tags, such as { rp: h1 }';

export const energy = defineAggregator({
  id: 'energy',
  summary:
    "Sums energy, and its carbon and cost, over windows of the samples' own time that add up to the total to the last microjoule; each is stamped at its start.",
  schema: z.strictObject({
    period: duration()
      .optional()
      .describe('Length of a window; windows start at its multiples in UTC. 1h when neither it nor `calendar` is set.'),
    calendar: z.enum(calendarUnits).optional().describe('Windows of calendar days or months in `timezone`, in place of `period`.'),
    timezone: z
      .string()
      .refine(isTimeZone, 'is not a time zone; write for example Europe/Paris')
      .default('UTC')
      .describe('The time zone of `calendar`; its days have 23 or 25 hours when its clocks change.'),
    lateness: duration()
      .prefault('0s')
      .describe('How long a window stays open for samples that come late; later ones are counted and not added.'),
    emit_every: duration()
      .prefault('1m')
      .describe(
        'How often an open window is written as it stands, each time as the same point; 0s: only when it is over. For servers that overwrite points, such as InfluxDB.',
      ),
    tags: z
      .record(z.string(), z.string())
      .default({})
      .describe(
        'Tags added to every window, such as `rp: h1` for its retention policy. Without any, windows land in the series of the samples, and sums count their energy twice.',
      ),
    delay: arrivalOnly(),
    grace: arrivalOnly(),
    max_series: z
      .int()
      .positive()
      .default(100_000)
      .describe('Most series with open windows; at the bound, those silent for a day make room, else new ones are refused and counted.'),
  }),
  example: `processors:
  - energy: {}
aggregators:
  - energy: { period: 1h, tags: { rp: h1 } }
  - energy: { calendar: month, timezone: Europe/Paris, tags: { rp: months } }
`,
  sample: `powerstat_package,host=kvm-0,package_id=0 current_power_consumption_watts=74.9 1767225580000000000
powerstat_package,host=kvm-0,package_id=0 current_power_consumption_watts=75.1 1767225590000000000
`,
  create(config, context) {
    if (config.lateness < 0) throw new ConfigError('lateness must not be negative', ['lateness']);
    if (config.emit_every < 0) throw new ConfigError('emit_every must not be negative', ['emit_every']);
    if (Object.keys(config.tags).length === 0) context.log.warn(UNTAGGED);
    const { lateness: latenessMs, emit_every: emitEveryMs, max_series: maxSeries } = config;
    return new EnergyWindows({ grid: gridOf(config), latenessMs, emitEveryMs, maxSeries }, context);
  },
});

function gridOf({
  period,
  calendar,
  timezone,
}: {
  period?: number | undefined;
  calendar?: CalendarUnit | undefined;
  timezone: string;
}): WindowGrid {
  if (calendar !== undefined) {
    if (period !== undefined) throw new ConfigError('windows have a period or follow the calendar, not both; leave one out', ['period']);
    return calendarGrid(calendar, timezone);
  }
  if (timezone !== 'UTC') throw new ConfigError('only windows of the calendar have a time zone; set calendar: day or month', ['timezone']);
  const length = period ?? HOUR_MS;
  if (!Number.isInteger(length) || length <= 0) throw new ConfigError('period must be a whole number of milliseconds', ['period']);
  return evenGrid(length);
}
