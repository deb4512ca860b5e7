/**
 * Telegraf's topk: holds metrics back for a period, then lets those of the highest groups go on. Telegraf forgets what it holds
 * when it stops; here the period that is under way is ranked then, and goes on after a crash (docs/decisions/0161, 0241).
 */
import { isNumeric, Kind } from '../../../metric/kind.ts';
import { Point } from '../../../metric/point.ts';
import { seriesId, type Tags } from '../../../metric/series.ts';
import type { Shape } from '../../../metric/shape.ts';
import { compareText } from '../../../metric/text.ts';
import { compileGlobOption } from '../../../pipeline/glob-option.ts';
import type { Matcher } from '../../../pipeline/glob.ts';
import type { HeldJournal, HeldWindow } from '../../../pipeline/held-journal.ts';
import type { PluginContext, Processor, Transform } from '../../../pipeline/plugin.ts';
import { FILTERED } from '../../../telemetry/self-metrics.ts';
import { fieldsOf, withoutBody } from '../../shared/held-points.ts';
import { makePoint, type NewField } from '../../shared/make-point.ts';
import { Group } from './group.ts';
import { rank, type Place, type RankingOptions } from './ranking.ts';

export interface TopKOptions extends RankingOptions {
  /** Milliseconds. */
  readonly period: number;
  readonly group_by: readonly string[];
  readonly add_groupby_tag: string;
  readonly add_rank_fields: readonly string[];
  readonly add_aggregate_fields: readonly string[];
}

type Hold = (point: Point) => void;

/** Points held at the most, some 50 to 100 MB; a period that has more is ranked in parts. */
const MAX_HELD = 100_000;

export class TopK implements Processor {
  readonly #options: TopKOptions;
  readonly #context: PluginContext;
  readonly #isGroupTag: Matcher;
  readonly #maxHeld: number;
  /** By name and tags, in the order of their arrival. */
  #groups = new Map<string, Group>();
  /** Staleness markers, which go on behind the points of their series, whether or not these were among the highest: earlier ones may have been. */
  #markers: Point[] = [];
  #held = 0;
  #startedMs: number;
  readonly #journal: HeldJournal;
  readonly #warned = new Set<string>();

  /** Throws `ConfigError` for a glob that can't be read. */
  constructor(options: TopKOptions, context: PluginContext, maxHeld: number = MAX_HELD) {
    this.#options = options;
    this.#context = context;
    this.#isGroupTag = compileGlobOption(['group_by'], options.group_by);
    this.#maxHeld = maxHeld;
    this.#startedMs = context.clock.now().ms;
    this.#journal = context.keepHeld(() => this.#startedMs + options.period);
    const kept = this.#journal.read();
    if (kept !== undefined) this.#goOnWith(kept);
  }

  bind(shape: Shape): Transform {
    const hold = this.#bindHold(shape);
    return (point, out) => {
      if (hold === undefined) this.#dropWithoutField(point);
      else this.#take(point, hold);
      this.#goOnIfDue(out);
    };
  }

  flush(out: Point[]): void {
    this.#goOn(out);
  }

  #take(point: Point, hold: Hold): void {
    hold(point);
    if (!point.stale) this.#journal.note(point);
  }

  /** The period that a killed process did not end. */
  #goOnWith({ untilMs, points }: HeldWindow): void {
    this.#startedMs = untilMs - this.#options.period;
    const holds = new Map<Shape, Hold | undefined>();
    for (const point of points) {
      if (!holds.has(point.shape)) holds.set(point.shape, this.#bindHold(point.shape));
      const hold = holds.get(point.shape);
      if (hold === undefined) this.#dropWithoutField(point);
      else hold(point);
    }
  }

  /** What holds points of this shape; undefined where nothing ranks them. */
  #bindHold(shape: Shape): Hold | undefined {
    const ranked = this.#options.fields.filter((field) => shape.indexOf(field) !== -1);
    if (ranked.length === 0) return undefined;
    const numeric = ranked.flatMap((field) => this.#numericField(shape, field));
    const { measurement, tags } = shape.series;
    const groupTags = tags.filter(([name]) => this.#isGroupTag(name));
    const key = seriesId(measurement, groupTags);
    const target = this.#tagged(shape, groupTags);
    return (point) => this.#hold(point, target, key, numeric);
  }

  #hold(point: Point, target: Shape, key: string, numeric: readonly (readonly [field: string, place: number])[]): void {
    this.#held++;
    if (point.stale) {
      this.#markers.push(point.withShape(target));
      return;
    }
    const { values } = point;
    const group = this.#group(key);
    group.points.push(withoutBody(point.withShape(target)));
    for (const [field, place] of numeric) group.add(field, Number(values[place]));
  }

  #group(key: string): Group {
    const known = this.#groups.get(key);
    if (known !== undefined) return known;
    const group = new Group();
    this.#groups.set(key, group);
    return group;
  }

  #dropWithoutField({ stale }: Point): void {
    if (stale) return;
    this.#warnOnce(
      '',
      () => `metrics without any of the fields ${this.#options.fields.join(', ')} are dropped; filter with namepass what is to be ranked`,
    );
    this.#context.drop('no_field');
  }

  #goOnIfDue(out: Point[]): void {
    const { ms } = this.#context.clock.now();
    if (this.#held >= this.#maxHeld || !this.#journal.isWhole) {
      this.#warnOnce(
        'held',
        () =>
          `more than ${this.#held} metrics in a period, which is ranked in parts; choose a shorter period, or fewer metrics with namepass`,
      );
    } else if (ms - this.#startedMs < this.#options.period) {
      // A clock that was set back must not hold them for as long as it was set.
      this.#startedMs = Math.min(this.#startedMs, ms);
      return;
    }
    this.#goOn(out);
  }

  #goOn(out: Point[]): void {
    const places = rank([...this.#groups.values()], this.#options);
    let selected = this.#markers.length;
    for (const [group, ofGroup] of places) {
      selected += group.points.length;
      for (const point of group.points) out.push(this.#withPlaces(point, ofGroup));
    }
    for (const marker of this.#markers) out.push(this.#withAllPlaces(marker));
    if (selected < this.#held) this.#context.drop(FILTERED, this.#held - selected);
    this.#journal.clear();
    this.#groups = new Map();
    this.#markers = [];
    this.#held = 0;
    this.#startedMs = this.#context.clock.now().ms;
  }

  #withPlaces(point: Point, places: readonly Place[]): Point {
    const { shape } = point;
    const added = places.flatMap((place) => this.#placeFields(shape, place));
    if (added.length === 0) return point;
    const { measurement, tags } = shape.series;
    return makePoint(this.#context.interner, { measurement, tags, fields: [...fieldsOf(point), ...added], time: point });
  }

  /** The marker of every field that points of its series may have got. */
  #withAllPlaces(marker: Point): Point {
    const { shape } = marker;
    const added = this.#options.fields.flatMap((field) => this.#placeFields(shape, { field, rank: 0, aggregate: 0 }));
    const own = shape.fields.map(({ key, kind }) => ({ name: key.name, kind }));
    return Point.stale(this.#context.interner.shape(shape.series, [...own, ...added]), marker.ms, marker.ns);
  }

  #placeFields(shape: Shape, { field, rank: place, aggregate }: Place): NewField[] {
    if (shape.indexOf(field) === -1) return [];
    const { add_rank_fields: rankFields, add_aggregate_fields: aggregateFields } = this.#options;
    const fields: NewField[] = [];
    if (aggregateFields.includes(field)) fields.push({ name: `${field}_topk_aggregate`, kind: Kind.Float, value: aggregate });
    if (rankFields.includes(field)) fields.push({ name: `${field}_topk_rank`, kind: Kind.Int, value: place });
    return fields;
  }

  #numericField(shape: Shape, field: string): [field: string, place: number][] {
    const place = shape.indexOf(field);
    if (isNumeric(shape.fields[place].kind)) return [[field, place]];
    this.#warnOnce(`kind ${field}`, () => `"${field}" of ${shape.series.measurement} is no number and ranks nothing`);
    return [];
  }

  /** With the tag that names the group, if there is to be one. */
  #tagged(shape: Shape, groupTags: Tags): Shape {
    const { add_groupby_tag: tag } = this.#options;
    if (tag === '') return shape;
    const { measurement, tags } = shape.series;
    const parts = groupTags.map(([key, value]) => `${key}=${value}&`).sort(compareText);
    const { interner } = this.#context;
    return interner.reshape(shape, interner.series(measurement, [...tags, [tag, `${measurement}&${parts.join('')}`]]));
  }

  #warnOnce(about: string, message: () => string): void {
    if (this.#warned.has(about)) return;
    this.#warned.add(about);
    this.#context.log.warn(message());
  }
}
