import { z } from 'zod';
import { duration } from '../../../config/options.ts';
import { domains } from '../../shared/powercap.ts';
import { parseCpuList } from './cpu-list.ts';

const MSR = "it is in the processor's registers (MSRs), which Wattbridge does not read";
const PERF = 'it takes perf events, which Wattbridge does not read';

/** Telegraf's names, and what keeps Wattbridge from gathering those that need more than reading /sys and /proc. */
const PACKAGE_METRICS = {
  current_power_consumption: undefined,
  current_dram_power_consumption: undefined,
  thermal_design_power: undefined,
  max_turbo_frequency: MSR,
  uncore_frequency: undefined,
  cpu_base_frequency: undefined,
} as const;
export type PackageMetric = keyof typeof PACKAGE_METRICS;

const CPU_METRICS = {
  cpu_frequency: undefined,
  cpu_temperature: undefined,
  cpu_busy_frequency: MSR,
  cpu_busy_cycles: MSR,
  cpu_c0_state_residency: MSR,
  cpu_c1_state_residency: MSR,
  cpu_c3_state_residency: MSR,
  cpu_c6_state_residency: MSR,
  cpu_c7_state_residency: MSR,
  cpu_c0_substate_c01: PERF,
  cpu_c0_substate_c02: PERF,
  cpu_c0_substate_c0_wait: PERF,
} as const;

/** A list of Telegraf's names, none twice; each that can't be gathered is refused with the reason. */
function metrics<Name extends string>(all: Readonly<Record<Name, string | undefined>>) {
  const names = Object.keys(all) as Name[];
  const gathered = names.filter((name) => all[name] === undefined).join(', ');
  const metric = z.enum(names).refine((name) => all[name] === undefined, {
    error: ({ input }) => `Telegraf gathers "${String(input)}", but ${all[input as Name]}; remove it (Wattbridge has ${gathered})`,
  });
  return z.array(metric).refine((list) => new Set(list).size === list.length, 'a metric is there twice; remove one');
}

/** Telegraf's lists: `["0-3", "4,5,6"]`. */
const cpus = z
  .array(
    z.string().refine((text) => text !== '' && parseCpuList(text) !== undefined, {
      error: ({ input }) => `"${String(input)}" is no list of CPUs; write for example "0-3" or "4,5,6"`,
    }),
  )
  .transform((lists) => lists.flatMap((text) => parseCpuList(text) ?? []))
  .refine((list) => new Set(list).size === list.length, 'a CPU is there twice; remove one');

export const PowerstatOptions = z.strictObject({
  package_metrics: metrics(PACKAGE_METRICS)
    .default(['current_power_consumption', 'current_dram_power_consumption', 'thermal_design_power'])
    .describe('What to gather of each processor package; `max_turbo_frequency` needs MSRs and is refused.'),
  cpu_metrics: metrics(CPU_METRICS)
    .default([])
    .describe('What to gather of each CPU: `cpu_frequency`, `cpu_temperature`; what needs MSRs or perf events is refused.'),
  included_cpus: cpus.prefault([]).describe('Only these CPUs in cpu_metrics: `["0-3", "4,5,6"]`. All when empty.'),
  excluded_cpus: cpus.prefault([]).describe('All but these CPUs in cpu_metrics. Not together with included_cpus.'),
  energy_counters: z
    .array(z.enum(domains))
    .default([...domains])
    .describe(
      'The raw counters to write as measurement `powercap`, which Telegraf has not: microjoules as exact integers, of which the processor `energy` makes exact joules. `[]` for none.',
    ),
  powercap_path: z
    .string()
    .optional()
    .describe(
      'Folder of the powercap zones, for containers. Unset: `class/powercap` or `devices/virtual/powercap/intel-rapl`, whichever has zones, in `/sys` or where HOST_SYS says.',
    ),
  event_definitions: z
    .string()
    .refine((path) => path === '', 'Wattbridge reads no perf events; remove it')
    .default('')
    .describe('Only empty: no perf events are read.'),
  read_method: z
    .enum(['concurrent', 'sequential'])
    .default('concurrent')
    .describe("How old Telegrafs read MSRs; accepted for Telegraf's sake."),
  msr_read_timeout: duration()
    .refine((ms) => ms === 0, 'Wattbridge reads no MSRs, so there is nothing to time out; remove it')
    .prefault('0ms')
    .describe('Only 0: no MSRs are read.'),
});
export type PowerstatConfig = z.output<typeof PowerstatOptions>;
