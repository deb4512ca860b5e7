import { legalLabels } from '../../../formats/remote-write/names.ts';
import { Kind, type FieldValue } from '../../../metric/kind.ts';
import type { Point } from '../../../metric/point.ts';
import type { Tags } from '../../../metric/series.ts';
import type { Shape } from '../../../metric/shape.ts';
import type { PluginContext } from '../../../pipeline/plugin.ts';
import { labelsText, type Page, type Place } from './page.ts';
import type { TargetOf } from './places.ts';

/** What is remembered of a shape. */
interface Bound {
  /** Places but for the labels, by field; those without one are left out. */
  readonly places: readonly { readonly index: number; readonly place: Omit<Place, 'labels'>; readonly tags: Tags }[];
  /** Fields that become labels. */
  readonly strings: readonly number[];
  /** Of the places, in their order, by the texts of these fields. */
  readonly labels: Map<string, readonly string[]>;
}

/** A text that never repeats must not fill the memory: what is remembered starts over here. */
const MAX_STRING_SETS = 256;

/** The label that a part of a metric of this type has, and its metric has not. */
const PART_LABELS: Readonly<Record<string, string>> = { histogram: 'le', summary: 'quantile' };

/** Puts points on a page. */
export class Exposer {
  readonly #context: PluginContext;
  readonly #page: Page;
  readonly #targetOf: TargetOf;
  readonly #stringAsLabel: boolean;
  readonly #slot: number;

  constructor(context: PluginContext, page: Page, targetOf: TargetOf, stringAsLabel: boolean) {
    this.#context = context;
    this.#page = page;
    this.#targetOf = targetOf;
    this.#stringAsLabel = stringAsLabel;
    this.#slot = context.interner.slot();
  }

  /** The latest of a series counts, so they are taken in the order of their times. */
  add(points: readonly Point[]): void {
    const nowMs = performance.now();
    for (const point of points.toSorted((a, b) => a.ms - b.ms || a.ns - b.ns)) this.#add(point, nowMs);
  }

  #add(point: Point, nowMs: number): void {
    const bound = this.#bound(point.shape);
    const { values } = point;
    if (bound.places.length === 0) this.#context.drop('no_number');
    const labels = this.#labelsOf(point.shape, bound, values);
    let fits = true;
    for (const [at, { index, place }] of bound.places.entries()) {
      fits = this.#page.set({ ...place, labels: labels[at] }, Number(values[index]), point.ms, nowMs) && fits;
    }
    if (!fits) this.#context.drop('too_many_series');
  }

  #labelsOf(shape: Shape, { places, strings, labels }: Bound, values: readonly FieldValue[]): readonly string[] {
    const texts = strings.map((index) => String(values[index]));
    const key = texts.length === 0 ? '' : JSON.stringify(texts);
    const known = labels.get(key);
    if (known !== undefined) return known;
    const extra = strings.map((index, at) => [shape.fields[index].key.name, texts[at]] as const);
    const made = places.map(({ tags }) => labelsText(legalLabels(tags, extra).labels));
    if (labels.size >= MAX_STRING_SETS) labels.clear();
    labels.set(key, made);
    return made;
  }

  #bound(shape: Shape): Bound {
    const known = shape.slots[this.#slot] as Bound | undefined;
    if (known !== undefined) return known;
    const strings = shape.fields.flatMap(({ kind }, index) => (kind === Kind.String && this.#stringAsLabel ? [index] : []));
    const bound: Bound = { places: this.#places(shape), strings, labels: new Map() };
    shape.slots[this.#slot] = bound;
    return bound;
  }

  #places({ series, fields }: Shape): Bound['places'] {
    return fields.flatMap((field, index) => {
      const target = this.#targetOf(series, field);
      if (target === undefined) return [];
      const help = this.#context.metadata.of(target.family)?.help ?? '';
      const own = typeof target.part === 'number' ? PART_LABELS[target.type] : undefined;
      return [{ index, place: { ...target, help }, tags: series.tags.filter(([key]) => key !== own) }];
    });
  }
}
