/** What plugins have done, under Telegraf's names. */
import type { PluginTotals } from '../../../telemetry/plugin-metrics.ts';
import { FILTERED, type SelfReadings } from '../../../telemetry/self-metrics.ts';

/** Of one plugin, or of all: whole numbers by Telegraf's names. */
export interface Stat {
  readonly measurement: string;
  /** Without that of the instance. */
  readonly tags: readonly (readonly [key: string, value: string])[];
  /** Which of several plugins of one type it is. */
  readonly id: string;
  readonly values: Readonly<Record<string, number>>;
}

/** Nanoseconds that a plugin's turns took, on average since this was asked the last time. */
export type MeanTurn = (name: string, totals: PluginTotals) => number;

/** What servers refused for good. */
const REFUSED = 'refused';

const NAME = /^(inputs|processors|aggregators|outputs)\.([^:#]+)(?:::(.+?))?(?:#\d+)?$/;

/** The whole bridge first, then its plugins. */
export function pluginStats(self: SelfReadings, meanTurn: MeanTurn): Stat[] {
  const plugins = [...self.plugins()].flatMap(([name, totals]) => statOf(self, name, totals, meanTurn));
  return [agentStat(self), ...plugins];
}

function agentStat(self: SelfReadings): Stat {
  const values = {
    gather_errors: 0,
    gather_timeouts: 0,
    metrics_dropped: 0,
    metrics_gathered: 0,
    metrics_rejected: 0,
    metrics_written: 0,
    write_errors: 0,
  };
  for (const [name, totals] of self.plugins()) {
    if (name.startsWith('inputs.')) {
      values.gather_errors += gatherErrors(totals);
      values.gather_timeouts += totals.skippedTicks;
      values.metrics_gathered += totals.pointsIn;
    } else if (name.startsWith('outputs.')) {
      values.metrics_dropped += dropped(totals);
      values.metrics_rejected += totals.dropped.get(REFUSED) ?? 0;
      values.metrics_written += totals.pointsOut;
      values.write_errors += writeErrors(self, name);
    }
  }
  return { measurement: 'internal_agent', tags: [['node_version', process.versions.node]], id: '', values };
}

function statOf(self: SelfReadings, name: string, totals: PluginTotals, meanTurn: MeanTurn): Stat[] {
  const match = NAME.exec(name);
  if (match === null) return [];
  const [, group, plugin, alias = ''] = match;
  const make = (measurement: string, tag: string, values: Stat['values']): Stat[] => {
    const tags = [[tag, plugin] as const, ['alias', alias] as const];
    return [{ measurement, tags, id: name, values: { errors: totals.errors, ...values } }];
  };
  switch (group) {
    case 'inputs':
      return make('internal_gather', 'input', gatherValues(totals, meanTurn(name, totals)));
    case 'processors':
      return make('internal_process', 'processor', {});
    case 'aggregators':
      return make('internal_aggregate', 'aggregator', aggregateValues(totals));
    default:
      return make('internal_write', 'output', writeValues(self, name, totals, meanTurn(name, totals)));
  }
}

function gatherValues(totals: PluginTotals, meanNs: number): Stat['values'] {
  return {
    gather_errors: gatherErrors(totals),
    gather_time_ns: meanNs,
    gather_timeouts: totals.skippedTicks,
    metrics_gathered: totals.pointsIn,
    startup_errors: totals.startupErrors,
  };
}

function aggregateValues(totals: PluginTotals): Stat['values'] {
  return {
    metrics_dropped: dropped(totals),
    metrics_filtered: totals.dropped.get(FILTERED) ?? 0,
    metrics_pushed: totals.pointsOut,
    push_time_ns: nanoseconds(totals.seconds),
  };
}

function writeValues(self: SelfReadings, name: string, totals: PluginTotals, meanNs: number): Stat['values'] {
  return {
    buffer_size: self.output(name).reading()?.queue.points ?? 0,
    metrics_added: totals.pointsIn,
    metrics_dropped: dropped(totals),
    metrics_filtered: totals.dropped.get(FILTERED) ?? 0,
    metrics_rejected: totals.dropped.get(REFUSED) ?? 0,
    metrics_written: totals.pointsOut,
    startup_errors: totals.startupErrors,
    write_errors: writeErrors(self, name),
    write_time_ns: meanNs,
  };
}

function gatherErrors({ errors, startupErrors }: PluginTotals): number {
  return errors - startupErrors;
}

/** Requests after which the server did not have all that it was sent. */
function writeErrors(self: SelfReadings, name: string): number {
  let errors = 0;
  for (const [result, count] of self.output(name).attempts) errors += result === 'ok' ? 0 : count;
  return errors;
}

/** Points that were lost here: neither taken out on purpose nor refused by a server. */
function dropped(totals: PluginTotals): number {
  let points = 0;
  for (const [reason, count] of totals.dropped) points += reason === FILTERED || reason === REFUSED ? 0 : count;
  return points;
}

/** `_id` for a tag, or the stats of one type and alias added up, whichever is asked for. */
export function instances(stats: readonly Stat[], perInstance: boolean): Stat[] {
  if (perInstance) return stats.map((stat) => ({ ...stat, tags: [...stat.tags, ['_id', stat.id]] }));
  const sums = new Map<string, Stat>();
  for (const stat of stats) {
    const key = JSON.stringify([stat.measurement, stat.tags]);
    const known = sums.get(key);
    sums.set(key, known === undefined ? stat : { ...known, values: added(known.values, stat.values) });
  }
  return [...sums.values()];
}

function added(a: Stat['values'], b: Stat['values']): Stat['values'] {
  return Object.fromEntries(Object.entries(a).map(([name, value]) => [name, value + b[name]]));
}

/** Of one input of `internal`: what it told the last time. */
export function createMeanTurn(): MeanTurn {
  const last = new Map<string, { readonly seconds: number; readonly turns: number; readonly mean: number }>();
  return (name, { seconds, turns }) => {
    const before = last.get(name) ?? { seconds: 0, turns: 0, mean: 0 };
    const passed = turns - before.turns;
    const mean = passed === 0 ? before.mean : nanoseconds((seconds - before.seconds) / passed);
    last.set(name, { seconds, turns, mean });
    return mean;
  };
}

function nanoseconds(seconds: number): number {
  return Math.round(seconds * 1e9);
}
