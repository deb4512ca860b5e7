/** Runs simulated hypervisors through `energy` and its windows, and gathers what the windows say. */
import type { Point } from '../../src/metric/point.ts';
import { EnergyPipeline } from './energy-pipeline.ts';
import { SimulatedHypervisors, type Happenings } from './simulated-hypervisors.ts';

export const ZONE = 'Europe/Paris';
const ROUNDS_PER_BATCH = 6;
/** Once a minute would be most of what a simulated year takes. */
const EMIT_EVERY = '25m';

/** Microjoules by sensor and month, of the truth, and of each kind of window. */
export interface Books {
  readonly truth: ReadonlyMap<string, number>;
  readonly windows: Readonly<Record<string, ReadonlyMap<string, number>>>;
  /** The months' totals of the hosts. */
  readonly hosts: ReadonlyMap<string, number>;
}

/** A whole number of days from `startMs` on; the bridge is restarted every `restartRounds` rounds. */
export function simulate(startMs: number, days: number, happenings: Happenings, restartRounds: number): Books {
  const monthOf = monthsOf(ZONE);
  let nowMs = startMs;
  const told: Record<string, Map<string, number>> = { hours: new Map(), days: new Map(), months: new Map() };
  const pipeline = new EnergyPipeline(
    {
      processor: {},
      windows: {
        hours: { period: '1h', emit_every: EMIT_EVERY },
        days: { calendar: 'day', timezone: ZONE, emit_every: EMIT_EVERY },
        months: { calendar: 'month', timezone: ZONE, emit_every: EMIT_EVERY },
      },
    },
    () => nowMs,
    (point, madeBy) => {
      // A window may be told again, corrected: the last word counts.
      if (madeBy !== 'energy') told[madeBy].set(`${thing(point)} ${point.ms}`, micros(point));
    },
  );
  const hypervisors = new SimulatedHypervisors(pipeline.interner, startMs, happenings, monthOf);
  const rounds = days * 8640;
  for (let round = 0; round <= rounds; round += ROUNDS_PER_BATCH) {
    const points: Point[] = [];
    for (let at = round; at < round + ROUNDS_PER_BATCH && at <= rounds; at++) points.push(...hypervisors.round(at));
    nowMs = startMs + round * 10_000;
    pipeline.process(points);
    if (round % restartRounds === 0) pipeline.restart();
  }
  pipeline.finish();
  return { truth: hypervisors.truth, ...byMonth(told, monthOf) };
}

function byMonth(told: Record<string, Map<string, number>>, monthOf: (ms: number) => string): Pick<Books, 'windows' | 'hosts'> {
  const windows: Record<string, Map<string, number>> = {};
  const hosts = new Map<string, number>();
  for (const [name, values] of Object.entries(told)) {
    windows[name] = new Map();
    for (const [key, value] of values) {
      const at = key.lastIndexOf(' ');
      const month = `${key.slice(0, at)} ${monthOf(Number(key.slice(at + 1)))}`;
      const books = key.includes('host') ? hosts : windows[name];
      if (books === hosts && name !== 'months') continue;
      books.set(month, (books.get(month) ?? 0) + value);
    }
  }
  return { windows, hosts };
}

function thing({ series }: Point): string {
  return [series.tag('host'), series.tag('package_id'), series.tag('scope')].filter((tag) => tag !== undefined).join(' ');
}

function micros(point: Point): number {
  return Math.round(Number(point.values[point.shape.indexOf('joules_delta')]) * 1e6);
}

/** The month of a time in a zone. */
function monthsOf(timeZone: string): (ms: number) => string {
  const format = new Intl.DateTimeFormat('sv', { timeZone, year: 'numeric', month: '2-digit' });
  let last = { hour: Number.NaN, month: '' };
  return (ms) => {
    const hour = Math.floor(ms / 3_600_000);
    if (hour !== last.hour) last = { hour, month: format.format(ms) };
    return last.month;
  };
}
