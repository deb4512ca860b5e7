/** When the values of an exposition began to be counted, as the `_created` samples of OpenMetrics say it. */
import type { Exposition, FamilyType } from './exposition.ts';

/** When counting began for the sample in a row, in milliseconds since the Unix epoch; 0: nobody says. */
export type StartOf = (row: number) => number;

/** Suffixes of what is counted, by the type of its family: quantiles are not, nor is the time of creation itself. */
const COUNTED: Partial<Record<FamilyType, readonly string[]>> = {
  counter: ['_total'],
  histogram: ['_bucket', '_count', '_sum'],
  summary: ['_count', '_sum'],
};

/** What the `_created` samples of a body say; undefined, as mostly, where it has none. */
export function startTimes({ created, series, value, family, families }: Exposition): StartOf | undefined {
  const byFamily: (Map<string, number> | undefined)[] = [];
  for (const row of created) {
    const { metric } = series[row];
    const { name, type } = families[family[row]];
    const startMs = Math.round(value[row] * 1000);
    if (COUNTED[type] === undefined || metric.text !== `${name}_created` || !(startMs > 0 && Number.isSafeInteger(startMs))) continue;
    const byMetric = (byFamily[family[row]] ??= new Map<string, number>());
    byMetric.set(series[row].metricKey, startMs);
  }
  if (byFamily.length === 0) return undefined;
  return (row) => {
    const byMetric = byFamily[family[row]];
    if (byMetric === undefined) return 0;
    const { name, type } = families[family[row]];
    const { suffix, text } = series[row].metric;
    const isCounted = text.length === name.length + suffix.length && COUNTED[type]?.includes(suffix) === true;
    return isCounted ? (byMetric.get(series[row].metricKey) ?? 0) : 0;
  };
}
