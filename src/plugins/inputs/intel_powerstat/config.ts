import { z } from 'zod';
import { duration } from '../../../config/options.ts';

/** Telegraf's names, and whether Wattbridge gathers them; the others are in the processor's MSRs and elsewhere in /sys. */
const PACKAGE_METRICS = {
  current_power_consumption: true,
  current_dram_power_consumption: true,
  thermal_design_power: true,
  max_turbo_frequency: false,
  uncore_frequency: false,
  cpu_base_frequency: false,
} as const;
export type PackageMetric = keyof typeof PACKAGE_METRICS;

const NAMES = Object.keys(PACKAGE_METRICS) as PackageMetric[];
const GATHERED = NAMES.filter((name) => PACKAGE_METRICS[name]);

const packageMetric = z.enum(NAMES).refine((name) => PACKAGE_METRICS[name], {
  error: ({ input }) => `Telegraf gathers "${String(input)}", Wattbridge does not (yet); it has ${GATHERED.join(', ')}`,
});

const packageMetrics = z
  .array(packageMetric)
  .refine((names) => names.length > 0, 'no metrics are left to gather; name one at least, or leave the option out')
  .refine((names) => new Set(names).size === names.length, 'a metric is there twice; remove one');

/** What is set to anything but Telegraf's default is asked for, and must not be left out without a word. */
const ABOUT_CPUS = 'Wattbridge gathers packages only, nothing of single CPUs (yet); remove it';
const none = () => z.array(z.string()).refine((list) => list.length === 0, ABOUT_CPUS);

export const PowerstatOptions = z.strictObject({
  package_metrics: packageMetrics
    .default(GATHERED)
    .describe('What to gather of each processor package; Telegraf has three more, which Wattbridge refuses.'),
  powercap_path: z
    .string()
    .optional()
    .describe(
      'Folder of the powercap zones, for containers. Unset: `class/powercap` or `devices/virtual/powercap/intel-rapl`, whichever has zones, in `/sys` or where HOST_SYS says.',
    ),
  cpu_metrics: none().default([]).describe('Only empty: what Telegraf gathers of single CPUs is not gathered.'),
  included_cpus: none().default([]).describe('Only empty, as cpu_metrics.'),
  excluded_cpus: none().default([]).describe('Only empty, as cpu_metrics.'),
  event_definitions: z
    .string()
    .refine((path) => path === '', ABOUT_CPUS)
    .default('')
    .describe('Only empty, as cpu_metrics.'),
  msr_read_timeout: duration()
    .refine((ms) => ms === 0, 'Wattbridge reads no MSRs, so there is nothing to time out; remove it')
    .prefault('0ms')
    .describe('Only 0: no MSRs are read.'),
});
export type PowerstatConfig = z.output<typeof PowerstatOptions>;
