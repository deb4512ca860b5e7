import { z } from 'zod';

export const CpuOptions = z.strictObject({
  percpu: z.boolean().default(true).describe('A point for each processor: `cpu0`, `cpu1`, …'),
  totalcpu: z.boolean().default(true).describe('A point for all of them together: `cpu-total`.'),
  collect_cpu_time: z.boolean().default(false).describe('Also the seconds since boot in each state: `time_user`, `time_idle`, …'),
  report_active: z.boolean().default(false).describe('Also the sum of all states but idle: `usage_active`, `time_active`.'),
  core_tags: z.boolean().default(false).describe('Tags `core_id` and `physical_id` (the socket), where the kernel tells.'),
});
export type CpuConfig = z.output<typeof CpuOptions>;
