import { COVERED_SECONDS, ENERGY, EQUIVALENT } from '../../../energy/points.ts';
import type { Catalogue, Language, Theme } from '../../../equivalents/catalogue.ts';
import { choose, type Choice } from '../../../equivalents/choose.ts';
import type { Quantity } from '../../../equivalents/quantity.ts';
import { sentence } from '../../../equivalents/words.ts';
import type { Interner } from '../../../metric/interner.ts';
import { Kind } from '../../../metric/kind.ts';
import { Point } from '../../../metric/point.ts';
import type { Shape } from '../../../metric/shape.ts';
import type { Binding } from '../../../pipeline/plugin.ts';
import { isAskedFor, numericIndex, valueOf, type Target } from './equivalents.ts';

/** Series whose choice is remembered; what is forgotten is chosen anew. */
const MAX_SERIES = 10_000;

export interface ChoiceOptions {
  readonly scopes: ReadonlySet<string>;
  readonly catalogue: Catalogue;
  readonly count: number;
  readonly language: Language;
  readonly themes: readonly Theme[] | undefined;
}

const FIELDS = [
  { name: 'text', kind: Kind.String },
  { name: 'value', kind: Kind.Float },
] as const;

/** What stands in a place of a shape's choice; it seldom changes. */
interface Place extends Target {
  readonly id: string;
}

/**
 * The few equivalents that read best, for each series: samples by their power, windows by their energy and length. A choice is a
 * place (`choice=1`) with an equivalent in it that stays as long as it reads well; `value` means what it means without a choice.
 */
export class Choices {
  readonly #options: ChoiceOptions;
  readonly #interner: Interner;
  /** By series, the one used last at the end. */
  readonly #previous = new Map<string, readonly Choice[]>();

  constructor(options: ChoiceOptions, interner: Interner) {
    this.#options = options;
    this.#interner = interner;
  }

  /** After each point with one of the scopes, a point of `equivalent` for every choice, with its sentence; all else passes. */
  bind(shape: Shape): Binding {
    const quantityOf = bindQuantity(shape);
    if (quantityOf === undefined || !isAskedFor(shape.series, this.#options.scopes)) return 'pass';
    const places: (Place | undefined)[] = [];
    return (point, out) => {
      out.push(point);
      const quantity = point.stale ? undefined : quantityOf(point);
      if (quantity === undefined) return;
      for (const [index, choice] of this.#choose(shape.series.id, quantity).entries()) {
        const known = places[index];
        const place = known?.id === choice.id ? known : (places[index] = this.#place(shape, choice.id, index + 1));
        if (place !== undefined) out.push(this.#point(point, choice, place));
      }
    };
  }

  #choose(series: string, quantity: Quantity): readonly Choice[] {
    const { catalogue, count, themes } = this.#options;
    const choices = choose(quantity, catalogue, { count, themes, previous: this.#previous.get(series) });
    this.#previous.delete(series);
    this.#previous.set(series, choices);
    if (this.#previous.size > MAX_SERIES) this.#previous.delete(this.#previous.keys().next().value ?? '');
    return choices;
  }

  /** None where the row's own field is missing, as without a choice. */
  #place(shape: Shape, id: string, number: number): Place | undefined {
    const row = this.#options.catalogue.get(id);
    const value = row && valueOf(shape, row);
    if (row === undefined || value === undefined) return undefined;
    const tags = [...shape.series.tags, ['choice', String(number)], ['equivalent', id], ['kind', row.kind]] as const;
    return { id, row, ...value, shape: this.#interner.shape(this.#interner.series(EQUIVALENT, tags), FIELDS) };
  }

  #point({ ms, ns, values }: Point, choice: Choice, { shape, row, index, convert }: Place): Point {
    const text = sentence(choice, row, this.#options.language);
    return Point.fromValues(shape, ms, ns, [text, convert(Number(values[index]), row)]);
  }
}

/** What a point of this shape says, for a choice; undefined when it is nothing. */
function bindQuantity(shape: Shape): ((point: Point) => Quantity | undefined) | undefined {
  switch (shape.series.measurement) {
    case ENERGY:
      return bindEnergy(shape);
    case 'carbon':
      return bindAmount(shape, 'grams_delta', (grams) => ({ kind: 'carbon', grams }));
    case 'cost':
      return bindAmount(shape, 'cost_delta', (euros) => ({ kind: 'cost', euros }));
    default:
      return undefined;
  }
}

/** Of a window its energy, which is what a window is for; of a sample its power, since nobody can picture a few seconds of energy. */
function bindEnergy(shape: Shape): ((point: Point) => Quantity | undefined) | undefined {
  const covered = numericIndex(shape, COVERED_SECONDS);
  const watts = numericIndex(shape, 'watts');
  if (covered === -1 && watts !== -1) return bindAmount(shape, 'watts', (power) => ({ kind: 'power', watts: power }));
  const joules = numericIndex(shape, 'joules_delta');
  if (joules === -1) return undefined;
  return ({ values }) => {
    const energy = { kind: 'energy', joules: Number(values[joules]) } as const;
    // Without its gaps, of which nothing is known: then it reads "for 40 minutes" and not "for this hour".
    const seconds = covered === -1 ? 0 : Number(values[covered]);
    return seconds > 0 ? { ...energy, seconds } : energy;
  };
}

function bindAmount(shape: Shape, field: string, make: (amount: number) => Quantity): ((point: Point) => Quantity) | undefined {
  const index = numericIndex(shape, field);
  return index === -1 ? undefined : ({ values }) => make(Number(values[index]));
}
