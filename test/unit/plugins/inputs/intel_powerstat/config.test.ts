import { describe, expect, it } from 'vitest';
import { PowerstatOptions } from '../../../../../src/plugins/inputs/intel_powerstat/config.ts';
import { formatCpuList, parseCpuList } from '../../../../../src/plugins/inputs/intel_powerstat/cpu-list.ts';
import { intelPowerstat } from '../../../../../src/plugins/inputs/intel_powerstat/plugin.ts';
import { testContext } from '../../../../support/context.ts';
import { createPolled } from '../../../../support/input.ts';

function problems(options: object): string[] {
  const result = PowerstatOptions.safeParse(options);
  return result.success ? [] : result.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
}

describe('the options of intel_powerstat', () => {
  it("have Telegraf's defaults, and take them when they are written out", () => {
    const defaults = PowerstatOptions.parse({});

    expect(defaults.package_metrics).toEqual(['current_power_consumption', 'current_dram_power_consumption', 'thermal_design_power']);
    const written = { cpu_metrics: [], included_cpus: [], excluded_cpus: [], event_definitions: '', msr_read_timeout: '0ms' };
    expect(PowerstatOptions.parse(written)).toEqual(defaults);
  });

  it("name everything of Telegraf's that needs MSRs or perf events, all at once, and what there is instead", () => {
    const found = problems({
      package_metrics: ['thermal_design_power', 'max_turbo_frequency', 'uncore_frequency', 'cpu_base_frequency'],
      cpu_metrics: ['cpu_frequency', 'cpu_c6_state_residency', 'cpu_temperature', 'cpu_busy_frequency', 'cpu_c0_substate_c01'],
      event_definitions: '/etc/telegraf/events.json',
      msr_read_timeout: '100ms',
    });

    const [msr, perf] = ["it is in the processor's registers (MSRs)", 'it takes perf events'];
    expect(found.map((text) => text.slice(0, text.indexOf(', which')))).toEqual([
      `package_metrics.1: Telegraf gathers "max_turbo_frequency", but ${msr}`,
      `cpu_metrics.1: Telegraf gathers "cpu_c6_state_residency", but ${msr}`,
      `cpu_metrics.3: Telegraf gathers "cpu_busy_frequency", but ${msr}`,
      `cpu_metrics.4: Telegraf gathers "cpu_c0_substate_c01", but ${perf}`,
      expect.stringContaining('event_definitions'),
      expect.stringContaining('msr_read_timeout'),
    ]);
    expect(found[1]).toContain('(Wattbridge has cpu_frequency, cpu_temperature)');
  });

  it('refuse what is there twice, and lists of CPUs that are none', () => {
    expect(problems({ package_metrics: ['thermal_design_power', 'thermal_design_power'] })).toEqual([expect.stringContaining('twice')]);
    expect(problems({ included_cpus: ['0-3', '3,4'] })).toEqual([expect.stringContaining('a CPU is there twice')]);
    expect(problems({ excluded_cpus: ['3-0', '', '1-', 'all', '0-99999'] })).toHaveLength(5);
    expect(PowerstatOptions.parse({ included_cpus: ['0-3', '8, 10'] }).included_cpus).toEqual([0, 1, 2, 3, 8, 10]);
  });

  it('refuse to include and exclude CPUs at once, and to gather nothing', () => {
    const create = (options: object) => () => createPolled(intelPowerstat, options, testContext());

    expect(create({ included_cpus: ['1'], excluded_cpus: ['2'] })).toThrow('contradict each other');
    expect(create({ package_metrics: [], energy_counters: [] })).toThrow('no metrics are left to gather');
    expect(create({ package_metrics: [], energy_counters: [], cpu_metrics: ['cpu_frequency'] })).not.toThrow();
  });
});

describe('lists of CPUs', () => {
  it('are read and written as the kernel does', () => {
    for (const text of ['0', '0-3', '0-3,8,10-11', '']) expect(formatCpuList(parseCpuList(text) ?? [])).toBe(text);
    expect(formatCpuList([9, 2, 1, 0])).toBe('0-2,9');
    expect(parseCpuList('0-')).toBeUndefined();
  });
});
