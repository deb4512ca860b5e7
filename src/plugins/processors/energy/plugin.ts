import { ConfigError } from '../../../config/diagnostics.ts';
import { SourceRegistry } from '../../../energy/sources/registry.ts';
import { defineProcessor } from '../../../pipeline/plugin.ts';
import { ambiguousField, EnergyConfig, toSource } from './config.ts';
import { EnergyProcessor } from './energy-processor.ts';

export const energy = defineProcessor({
  id: 'energy',
  summary: 'Turns power and energy readings into joules that add up, per sensor and per host; everything that comes in goes on unchanged.',
  schema: EnergyConfig,
  example: `processors:
  - energy:
      fields:
        - { measurement: plug, field: apower, unit: W, kind: instantaneous, scope: wall }
      sums: [{ scope: service, by: [process_name] }]
      shares: [{ measurement: procstat, field: cpu_usage, kind: mean, whole: 1600, identity: [pid, process_name] }]
      unattributed: process
      facility: { psu_efficiency: 0.92, pue: 1.4 }
`,
  sample: `powerstat_package,host=kvm-0,package_id=0 current_power_consumption_watts=74.9 1767225580000000000
powerstat_package,host=kvm-0,package_id=0 current_power_consumption_watts=75.1 1767225590000000000
`,
  create(config, context) {
    if (config.max_gap !== undefined && config.max_gap <= 0) throw new ConfigError('max_gap must be more than 0', ['max_gap']);
    if (config.lateness < 0) throw new ConfigError('lateness must not be negative', ['lateness']);
    const ambiguous = ambiguousField(config.fields);
    if (ambiguous !== undefined) {
      const message =
        'another field has the same measurement, source and scope, so their energies would be one series; give this one a source of its own, or a preference if they say the same';
      throw new ConfigError(message, ['fields', ambiguous]);
    }
    return new EnergyProcessor(config, new SourceRegistry(config.fields.map(toSource)), context);
  },
});
