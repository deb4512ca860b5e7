/** Lets through of each series what is new: what it has not said within the interval. */
import { NS_PER_MS } from '../../../metric/time.ts';
import type { Point } from '../../../metric/point.ts';
import type { Shape } from '../../../metric/shape.ts';
import type { Binding, PluginContext, Processor } from '../../../pipeline/plugin.ts';
import type { State } from '../../../queue/store.ts';
import { seenSpec, type Seen } from './seen.ts';

/** Looking through all series takes a while. */
const MIN_CLEANUP_MS = 1000;

type Moment = Readonly<ReturnType<PluginContext['clock']['now']>>;

type Comparison = 'same' | 'changed' | { readonly withNewFields: Seen };

export class Dedup implements Processor {
  readonly #intervalMs: number;
  readonly #maxSeries: number;
  readonly #context: PluginContext;
  readonly #seen: State<Seen>;
  #cleanedMs: number;

  constructor(options: { readonly intervalMs: number; readonly maxSeries: number }, context: PluginContext) {
    this.#intervalMs = options.intervalMs;
    this.#maxSeries = options.maxSeries;
    this.#context = context;
    this.#seen = context.state(seenSpec(context.interner));
    this.#cleanedMs = context.clock.now().ms;
  }

  bind(shape: Shape): Binding {
    if (this.#intervalMs <= 0) return 'pass';
    const { id } = shape.series;
    return (point, out) => {
      if (point.stale) {
        // What comes after the end of a series is new, whatever it says.
        this.#seen.delete(id);
        out.push(point);
      } else if (this.#isNew(id, point)) {
        out.push(point);
      } else {
        this.#context.drop('duplicate');
      }
    };
  }

  #isNew(id: string, point: Point): boolean {
    const now = this.#context.clock.now();
    if (now.ms - this.#cleanedMs >= Math.max(this.#intervalMs, MIN_CLEANUP_MS)) this.#cleanUp(now);
    const seen = this.#seen.get(id);
    const compared = seen === undefined || this.#hasExpired(seen, now) ? 'changed' : compare(seen, point);
    if (compared === 'same') return false;
    if (compared !== 'changed') this.#seen.set(id, compared.withNewFields);
    else if (seen !== undefined || this.#hasRoom(now)) this.#seen.set(id, remember(point));
    return true;
  }

  /** By the point's own time, as in Telegraf: what is older than the interval already when it comes is never held back. */
  #hasExpired({ ms, ns }: Seen, now: Moment): boolean {
    return now.ms - ms + (now.ns - ns) / NS_PER_MS >= this.#intervalMs;
  }

  #hasRoom(now: Moment): boolean {
    if (this.#seen.size < this.#maxSeries) return true;
    if (now.ms - this.#cleanedMs >= MIN_CLEANUP_MS) this.#cleanUp(now);
    if (this.#seen.size < this.#maxSeries) return true;
    this.#context.error();
    this.#context.log.warn(`more than ${this.#maxSeries} series: points of further ones pass without being compared; raise max_series`);
    return false;
  }

  #cleanUp(now: Moment): void {
    this.#cleanedMs = now.ms;
    for (const [id, seen] of this.#seen.entries()) if (this.#hasExpired(seen, now)) this.#seen.delete(id);
  }
}

function remember({ ms, ns, shape: { fields }, values }: Point): Seen {
  return { ms, ns, fields, values };
}

/** Fields that the point lacks are no change. Those that it has more are new at the same time only: then they are one point in two parts. */
function compare(seen: Seen, point: Point): Comparison {
  const { fields } = point.shape;
  const { values } = point;
  const isSameTime = seen.ms === point.ms && seen.ns === point.ns;
  const added: number[] = [];
  for (let index = 0; index < fields.length; index++) {
    const at = placeIn(seen, point, index);
    if (at === -1) added.push(index);
    else if (seen.fields[at].kind !== fields[index].kind || seen.values[at] !== values[index]) return 'changed';
  }
  if (!isSameTime || added.length === 0) return 'same';
  return {
    withNewFields: {
      ...seen,
      fields: [...seen.fields, ...added.map((index) => fields[index])],
      values: [...seen.values, ...added.map((index) => values[index])],
    },
  };
}

/** Where a field of the point stands among those seen, or -1. As a rule they are the very same list. */
function placeIn({ fields }: Seen, point: Point, index: number): number {
  const own = point.shape.fields;
  if (fields === own) return index;
  const { name } = own[index].key;
  return fields.findIndex(({ key }) => key.name === name);
}
