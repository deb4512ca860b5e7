/** Telegraf's merge: points of one series and time become one. */
import type { Point } from '../../../metric/point.ts';
import type { Shape } from '../../../metric/shape.ts';
import { roundTime } from '../../../pipeline/precision.ts';
import type { Aggregator, AggregatorBinding, PluginContext } from '../../../pipeline/plugin.ts';
import { fieldsOf, withoutBody } from '../../shared/held-points.ts';
import { SeriesPoints } from '../../shared/series-points.ts';
import { SeriesTable } from '../../shared/series-table.ts';

/** Points of one series and time, in the order of their arrival. */
type Group = Point[];

export interface MergeOptions {
  /** Times are rounded to this many nanoseconds; 1 leaves them alone. */
  readonly precisionNs: number;
  /** Points in one window at the most. */
  readonly maxPoints: number;
}

export class MergeWindows implements Aggregator {
  readonly windows = 'arrival';
  readonly keepsTimes = true;
  readonly #context: PluginContext;
  readonly #options: MergeOptions;
  /** The groups of each series by their times. */
  readonly #table: SeriesTable<Map<string, Group>>;
  readonly #points: SeriesPoints;
  /** All of them, in the order in which they began. */
  #groups: Group[] = [];
  #held = 0;

  constructor(options: MergeOptions, context: PluginContext) {
    this.#context = context;
    this.#options = options;
    this.#table = new SeriesTable(context, () => new Map<string, Group>());
    this.#points = new SeriesPoints(context.interner);
  }

  bind(shape: Shape): AggregatorBinding {
    const { precisionNs, maxPoints } = this.#options;
    const add = this.#table.bind(
      shape.series,
      (groups) => groups,
      (groups, point) => this.#add(groups, precisionNs > 1 ? roundTime(point, precisionNs) : point),
    );
    return (point) => {
      if (this.#held < maxPoints) return add(point);
      this.#context.drop('too_many_points');
      return 'refused';
    };
  }

  push(out: Point[]): void {
    for (const group of this.#groups) out.push(this.#merged(group));
    this.#groups = [];
    this.#held = 0;
    this.#table.clear();
  }

  #add(groups: Map<string, Group>, point: Point): void {
    this.#held++;
    const time = `${point.ms} ${point.ns}`;
    const known = groups.get(time);
    if (known !== undefined) {
      known.push(withoutBody(point));
      return;
    }
    const group = [withoutBody(point)];
    groups.set(time, group);
    this.#groups.push(group);
  }

  /** One point with the fields of all; of a name that several have the last counts, with its kind. */
  #merged(group: Group): Point {
    const [first] = group;
    if (group.length === 1) return first;
    return this.#points.point(first.series, group.flatMap(fieldsOf), first.ms, first.ns) ?? first;
  }
}
