import { describe, expect, it } from 'vitest';
import { PowerstatOptions } from '../../../../../src/plugins/inputs/intel_powerstat/config.ts';

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

  it("name everything of Telegraf's that is not gathered, all at once", () => {
    const found = problems({
      package_metrics: ['thermal_design_power', 'uncore_frequency', 'cpu_base_frequency'],
      cpu_metrics: ['cpu_temperature'],
      included_cpus: ['0-3'],
      excluded_cpus: ['4'],
      event_definitions: '/etc/telegraf/events.json',
      msr_read_timeout: '100ms',
    });

    expect(found.map((text) => text.slice(0, text.indexOf(':')))).toEqual([
      'package_metrics.1',
      'package_metrics.2',
      'cpu_metrics',
      'included_cpus',
      'excluded_cpus',
      'event_definitions',
      'msr_read_timeout',
    ]);
    expect(found[0]).toContain('Telegraf gathers "uncore_frequency", Wattbridge does not (yet)');
  });

  it('refuse what would gather nothing, and what is there twice', () => {
    expect(problems({ package_metrics: [] })).toEqual([expect.stringContaining('no metrics are left')]);
    expect(problems({ package_metrics: ['thermal_design_power', 'thermal_design_power'] })).toEqual([expect.stringContaining('twice')]);
  });
});
