/** Telegraf's valuecounter: how often each value of a field came in one window of arrival. */
import { goFloatText } from '../../../metric/go-float.ts';
import { Kind, type FieldValue } from '../../../metric/kind.ts';
import type { Point } from '../../../metric/point.ts';
import type { Series } from '../../../metric/series.ts';
import type { Shape } from '../../../metric/shape.ts';
import type { Aggregator, AggregatorBinding, PluginContext } from '../../../pipeline/plugin.ts';
import { SeriesPoints } from '../../shared/series-points.ts';
import { SeriesTable } from '../../shared/series-table.ts';

/** A field and one of its values; `200`, `200i` and `"200"` are one, since their text names the field that tells it. */
interface Counter {
  readonly name: string;
  count: number;
}

interface Entry {
  readonly series: Series;
  readonly counters: Map<string, Counter>;
}

/** A field that is counted, with the counters of values that came in it, so that their names are made once. */
interface CountedField {
  readonly place: number;
  readonly name: string;
  readonly kind: Kind;
  readonly byValue: Map<FieldValue, Counter>;
}

interface Use {
  readonly entry: Entry;
  readonly fields: readonly CountedField[];
}

export interface ValueCountsOptions {
  readonly fields: ReadonlySet<string>;
  /** Different values in one window at the most, all series together. */
  readonly maxValues: number;
}

export class ValueCounts implements Aggregator {
  readonly windows = 'arrival';
  readonly #context: PluginContext;
  readonly #options: ValueCountsOptions;
  readonly #table: SeriesTable<Entry>;
  readonly #points: SeriesPoints;
  #values = 0;

  constructor(options: ValueCountsOptions, context: PluginContext) {
    this.#context = context;
    this.#options = options;
    this.#table = new SeriesTable(context, (series) => ({ series, counters: new Map<string, Counter>() }));
    this.#points = new SeriesPoints(context.interner);
  }

  bind(shape: Shape): AggregatorBinding {
    const counted = shape.fields
      .map(({ key, kind }, place) => ({ place, name: key.name, kind }))
      .filter(({ name }) => this.#options.fields.has(name));
    if (counted.length === 0) return 'empty';
    return this.#table.bind(
      shape.series,
      (entry): Use => ({ entry, fields: counted.map((field) => ({ ...field, byValue: new Map<FieldValue, Counter>() })) }),
      (use, point) => this.#add(use, point),
    );
  }

  push(out: Point[]): void {
    const { ms, ns } = this.#context.clock.now();
    for (const { series, counters } of this.#table.values()) {
      const fields = [...counters.values()].map(({ name, count }) => ({ name, kind: Kind.Int, value: count }));
      const point = this.#points.point(series, fields, ms, ns);
      if (point !== undefined) out.push(point);
    }
    this.#table.clear();
    this.#values = 0;
  }

  #add({ entry, fields }: Use, { values }: Point): void {
    for (const field of fields) {
      const value = values[field.place];
      const counter = field.byValue.get(value) ?? this.#counterOf(entry, field, value);
      if (counter === undefined) this.#context.drop('too_many_values');
      else counter.count++;
    }
  }

  #counterOf({ counters }: Entry, { name, kind, byValue }: CountedField, value: FieldValue): Counter | undefined {
    const text = `${name}_${kind === Kind.Float ? goFloatText(Number(value)) : String(value)}`;
    let counter = counters.get(text);
    if (counter === undefined) {
      if (this.#values >= this.#options.maxValues) return undefined;
      this.#values++;
      counter = { name: text, count: 0 };
      counters.set(text, counter);
    }
    // To a map 0 and -0 are one, and their texts are two.
    if (value !== 0) byValue.set(value, counter);
    return counter;
  }
}
