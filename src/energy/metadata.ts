/** What Wattbridge's own metrics are, by the names that Prometheus knows them by: types, units and help as in docs/data-dictionary.md. */
import type { Metadata, MetricType } from '../metric/metadata.ts';
import { COVERED_SECONDS, ENERGY, EQUIVALENT } from './points.ts';

export const energyMetadata: ReadonlyMap<string, Metadata> = new Map([
  describe(ENERGY, 'watts', 'gauge', 'watts', 'Power; in a window the mean over the time covered.'),
  describe(ENERGY, 'watts_min', 'gauge', 'watts', 'Smallest power of the samples that reach into the window.'),
  describe(ENERGY, 'watts_max', 'gauge', 'watts', 'Largest power of the samples that reach into the window.'),
  describe(ENERGY, 'joules_delta', 'gauge', 'joules', 'Energy since the sample before, or of the window; sums to the energy of any time.'),
  describe(ENERGY, 'joules_total', 'counter', 'joules', 'All energy so far.'),
  describe(ENERGY, 'gap_seconds', 'gauge', 'seconds', 'Time for which energy is missing.'),
  describe(ENERGY, COVERED_SECONDS, 'gauge', 'seconds', 'Time of the window for which energy is known.'),
  describe(EQUIVALENT, 'value', 'gauge', '', 'How many of a thing of everyday life the energy or the power equals.'),
]);

function describe(measurement: string, field: string, type: MetricType, unit: string, help: string): [string, Metadata] {
  return [`${measurement}_${field}`, { type, unit, help }];
}
