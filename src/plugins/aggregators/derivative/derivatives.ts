/** Telegraf's derivative: how fast each field changed between the first and the last point of a window, by the points' own times. */
import { isNumeric, Kind } from '../../../metric/kind.ts';
import type { Point } from '../../../metric/point.ts';
import type { Series } from '../../../metric/series.ts';
import type { Shape } from '../../../metric/shape.ts';
import type { Aggregator, AggregatorBinding, PluginContext } from '../../../pipeline/plugin.ts';
import { elapsedSeconds } from '../../shared/elapsed.ts';
import type { NewField } from '../../shared/make-point.ts';
import { SeriesPoints } from '../../shared/series-points.ts';
import { SeriesTable } from '../../shared/series-table.ts';
import { SuffixedNames } from '../../shared/suffixed-names.ts';
import { Event } from './event.ts';

interface Entry {
  readonly series: Series;
  /** One and the same while there is one time only; undefined before the first point. */
  first: Event | undefined;
  last: Event | undefined;
  /** Windows that it was carried over since something changed. */
  rollOvers: number;
}

export interface DerivativesOptions {
  readonly suffix: string;
  /** The field by whose change the others' is divided; empty: the time in seconds. */
  readonly variable: string;
  readonly maxRollOver: number;
}

export class Derivatives implements Aggregator {
  readonly windows = 'arrival';
  readonly #context: PluginContext;
  readonly #options: DerivativesOptions;
  readonly #table: SeriesTable<Entry>;
  readonly #points: SeriesPoints;
  readonly #names: SuffixedNames;

  constructor(options: DerivativesOptions, context: PluginContext) {
    this.#context = context;
    this.#options = options;
    this.#table = new SeriesTable<Entry>(context, (series) => ({ series, first: undefined, last: undefined, rollOvers: 0 }));
    this.#points = new SeriesPoints(context.interner);
    this.#names = new SuffixedNames([options.suffix]);
  }

  bind(shape: Shape): AggregatorBinding {
    if (!shape.fields.some(({ kind }) => isNumeric(kind))) return 'empty';
    return this.#table.bind(shape.series, (entry) => entry, add);
  }

  push(out: Point[]): void {
    const { ms, ns } = this.#context.clock.now();
    for (const entry of this.#table.values()) {
      const point = this.#points.point(entry.series, this.#derivatives(entry), ms, ns);
      if (point !== undefined) out.push(point);
    }
    this.#table.retain((entry) => this.#rollOver(entry));
  }

  #derivatives({ first, last }: Entry): NewField[] {
    if (first === undefined || last === undefined || first === last) return [];
    const { variable } = this.#options;
    const [from, to] = [first.numbers(), last.numbers()];
    const change = variable === '' ? elapsedSeconds(first.time, last.time) : difference(from, to, variable);
    if (change === undefined || change === 0) return [];
    const fields: NewField[] = [];
    for (const name of from.keys()) {
      const own = name === variable ? undefined : difference(from, to, name);
      if (own !== undefined) fields.push({ name: this.#names.of(name)[0], kind: Kind.Float, value: own / change });
    }
    return fields;
  }

  /** The last point is the first of the next window, so that no change between two windows is missed. False: too long without any. */
  #rollOver(entry: Entry): boolean {
    if (entry.rollOvers >= this.#options.maxRollOver) return false;
    entry.first = entry.last;
    entry.rollOvers++;
    return true;
  }
}

function add(entry: Entry, point: Point): void {
  if (entry.first === undefined || entry.last === undefined) {
    entry.first = entry.last = new Event(point);
    return;
  }
  const fromFirst = entry.first.compare(point);
  const fromLast = entry.last === entry.first ? fromFirst : entry.last.compare(point);
  if (fromFirst >= 0 || fromLast <= 0) entry.rollOvers = 0;
  if (fromFirst === 0) entry.first.join(point);
  else if (fromLast === 0) entry.last.join(point);
  if (fromFirst > 0) entry.first = new Event(point);
  if (fromLast < 0) entry.last = new Event(point);
}

/** What a number changed by; undefined where it is missing at one of the times. */
function difference(from: ReadonlyMap<string, number>, to: ReadonlyMap<string, number>, name: string): number | undefined {
  const [start, end] = [from.get(name), to.get(name)];
  return start === undefined || end === undefined ? undefined : end - start;
}
