/**
 * Telegraf's metric filters. Names, tags and field keys belong to the shape, so what a filter selects and what it removes is
 * worked out once per shape; only `metricpass` looks at values.
 *
 * Where a runner applies which half differs by kind of plugin: see telegraf.md §1.7.
 */
import type { Filter } from '../config/common.ts';
import type { Point } from '../metric/point.ts';
import type { Series, Tags } from '../metric/series.ts';
import type { Shape } from '../metric/shape.ts';
import { compileGlobOption } from './glob-option.ts';
import type { Matcher } from './glob.ts';
import { compileMetricpass, type MetricpassContext } from './metricpass.ts';

/** What becomes of a shape's points when fields and tags have been removed. */
export type Modified =
  /** Nothing was removed. */
  | 'unchanged'
  /** No field is left: the points are dropped. */
  | 'empty'
  | {
      /** The shape of what `apply` gives. */
      readonly shape: Shape;
      /** The point without what was removed. Keeps the bytes form where only tags go. */
      readonly apply: (point: Point) => Point;
    };

interface TagRule {
  readonly key: string;
  readonly matches: Matcher;
}

/** The filter of one plugin. */
export class MetricFilter {
  /** Whether a selected point passes by its values; undefined where none is asked for. Called for selected points only, before `modify`. */
  readonly metricpass: ((point: Point) => boolean) | undefined;
  readonly #name: Matcher | undefined;
  readonly #tagpass: readonly TagRule[] | undefined;
  readonly #tagdrop: readonly TagRule[];
  readonly #keepsField: Matcher | undefined;
  readonly #keepsTag: Matcher | undefined;
  readonly #context: MetricpassContext;

  /** Compiles all patterns. Throws `ConfigError`, with the option, for one that can't be read. */
  constructor(filter: Filter, context: MetricpassContext) {
    this.#context = context;
    this.#name = passAndDrop(
      globs('namepass', filter.namepass, filter.namepass_separator),
      globs('namedrop', filter.namedrop, filter.namedrop_separator),
    );
    this.#tagpass = tagRules('tagpass', filter.tagpass);
    this.#tagdrop = tagRules('tagdrop', filter.tagdrop) ?? [];
    this.#keepsField = passAndDrop(
      globs('fieldinclude', joined(filter.fieldinclude, filter.fieldpass, filter.pass)),
      globs('fieldexclude', joined(filter.fieldexclude, filter.fielddrop, filter.drop)),
    );
    this.#keepsTag = passAndDrop(globs('taginclude', filter.taginclude), globs('tagexclude', filter.tagexclude));
    this.metricpass =
      filter.metricpass === undefined || filter.metricpass === '' ? undefined : compileMetricpass(filter.metricpass, context);
  }

  /** Whether points of this shape are selected by their name and tags. */
  selects(shape: Shape): boolean {
    const { series } = shape;
    if (this.#name !== undefined && !this.#name(series.measurement)) return false;
    if (this.#tagpass !== undefined && !anyMatches(this.#tagpass, series)) return false;
    return !anyMatches(this.#tagdrop, series);
  }

  /** What removing fields and tags makes of this shape's points. Ask once per shape and keep the answer. */
  modify(shape: Shape): Modified {
    const kept = keptFields(shape, this.#keepsField);
    if (kept.length === 0) return 'empty';
    const series = this.#keptSeries(shape.series);
    if (kept.length === shape.fields.length) {
      const target = this.#context.interner.reshape(shape, series);
      return target === shape ? 'unchanged' : { shape: target, apply: (point) => point.withShape(target) };
    }
    const fields = kept.map((index) => ({ name: shape.fields[index].key.name, kind: shape.fields[index].kind }));
    // Both shapes stand in the same order, so the places of the kept fields ascend.
    const target = this.#context.interner.shape(series, fields);
    return { shape: target, apply: (point) => point.withFields(target, kept) };
  }

  #keptSeries(series: Series): Series {
    const keepsTag = this.#keepsTag;
    if (keepsTag === undefined) return series;
    const tags: Tags = series.tags.filter(([key]) => keepsTag(key));
    return tags.length === series.tags.length ? series : this.#context.interner.sortedSeries(series.measurement, tags);
  }
}

function keptFields(shape: Shape, keeps: Matcher | undefined): number[] {
  const all = [...shape.fields.keys()];
  return keeps === undefined ? all : all.filter((index) => keeps(shape.fields[index].key.name));
}

/** One pair of key and value is enough; a series without the key does not match. */
function anyMatches(rules: readonly TagRule[], series: Series): boolean {
  return rules.some(({ key, matches }) => {
    const value = series.tag(key);
    return value !== undefined && matches(value);
  });
}

/** No keys is no filter; a key with an empty list is a rule that matches nothing. */
function tagRules(option: 'tagpass' | 'tagdrop', table: Readonly<Record<string, readonly string[]>> | undefined): TagRule[] | undefined {
  const entries = Object.entries(table ?? {});
  if (entries.length === 0) return undefined;
  return entries.map(([key, patterns]) => ({ key, matches: compileGlobOption([option, key], patterns) }));
}

/** An empty list is no filter. */
function globs(option: string, patterns: readonly string[] | undefined, separators = ''): Matcher | undefined {
  return patterns === undefined || patterns.length === 0 ? undefined : compileGlobOption([option], patterns, separators);
}

function passAndDrop(pass: Matcher | undefined, drop: Matcher | undefined): Matcher | undefined {
  if (pass === undefined && drop === undefined) return undefined;
  return (text) => (pass === undefined || pass(text)) && (drop === undefined || !drop(text));
}

/** Old names of an option add to it. */
function joined(...lists: readonly (readonly string[] | undefined)[]): string[] {
  return lists.flatMap((list) => list ?? []);
}
