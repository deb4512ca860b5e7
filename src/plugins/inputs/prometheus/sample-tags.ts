/** The labels of a sample and those of its target in one set, as Prometheus makes it. */
import type { Labels } from '../../../formats/prometheus-text/series.ts';
import type { Tags } from '../../../metric/series.ts';

/**
 * A label that both have: with `honorLabels` the sample's counts, even when it is empty (then there is none); otherwise the
 * target's counts and the sample's gets `exported_` before its name, as often as it takes to be alone.
 */
export function sampleTags(sample: Labels, target: Tags, honorLabels: boolean): Tags {
  const own = new Set(sample.map(([name]) => name));
  if (honorLabels) return [...sample, ...target.filter(([name]) => !own.has(name))];
  const ofTarget = new Set(target.map(([name]) => name));
  const renamed = sample
    .filter(([, value]) => value !== '')
    .map(([name, value]) => [ofTarget.has(name) ? exportedName(name, own, ofTarget) : name, value] as const);
  return [...renamed, ...target];
}

function exportedName(name: string, own: Set<string>, ofTarget: ReadonlySet<string>): string {
  let exported = `exported_${name}`;
  while (own.has(exported) || ofTarget.has(exported)) exported = `exported_${exported}`;
  own.add(exported);
  return exported;
}
