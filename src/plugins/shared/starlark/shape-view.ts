import type { Interner } from '../../../metric/interner.ts';
import type { Kind } from '../../../metric/kind.ts';
import type { Shape } from '../../../metric/shape.ts';
import type { TypedValue } from '../field-literal.ts';

/** What a script made of the fields of a shape, values apart. */
export interface Choice {
  /** Of the shape's own fields; undefined: taken out. */
  readonly kinds: readonly (Kind | undefined)[];
  /** Fields that were added, in their order. */
  readonly added: ReadonlyMap<string, TypedValue>;
}

interface Layout {
  readonly kinds: readonly (Kind | undefined)[];
  readonly addedNames: readonly string[];
  readonly addedKinds: readonly Kind[];
  /** On the series that had it first. */
  readonly shape: Shape;
  /** Where the value of each field of `shape` is: among the own ones, or behind them among those that were added. */
  readonly slots: readonly number[];
}

/** Layouts remembered of a shape: scripts mostly make the same of all its points, or one of a few things. */
const MAX_LAYOUTS = 8;

/** What is worked out once for all points of a shape that a script looks at. */
export class ShapeView {
  readonly shape: Shape;
  readonly #places: ReadonlyMap<string, number>;
  readonly #layouts: Layout[] = [];

  constructor(shape: Shape) {
    this.shape = shape;
    this.#places = new Map(shape.fields.map(({ key }, index) => [key.name, index]));
  }

  /** The place of a field among the values; undefined: there is none of this name. */
  placeOf(name: string): number | undefined {
    return this.#places.get(name);
  }

  /** The shape of such fields, and where their values are. */
  layout(choice: Choice, interner: Interner): Pick<Layout, 'shape' | 'slots'> {
    const known = this.#layouts.find((layout) => isOf(layout, choice));
    if (known !== undefined) return known;
    const layout = this.#makeLayout(choice, interner);
    if (this.#layouts.unshift(layout) > MAX_LAYOUTS) this.#layouts.pop();
    return layout;
  }

  #makeLayout({ kinds, added }: Choice, interner: Interner): Layout {
    const own = this.shape.fields.flatMap(({ key: { name } }, slot) => {
      const kind = kinds[slot];
      return kind === undefined ? [] : [{ name, kind, slot }];
    });
    const more = Array.from(added, ([name, { kind }], index) => ({ name, kind, slot: kinds.length + index }));
    const all = [...own, ...more];
    const shape = interner.shape(this.shape.series, all);
    const slots = new Map(all.map(({ name, slot }) => [name, slot]));
    return {
      kinds: [...kinds],
      addedNames: more.map(({ name }) => name),
      addedKinds: more.map(({ kind }) => kind),
      shape,
      slots: shape.fields.map(({ key }) => slots.get(key.name) ?? 0),
    };
  }
}

function isOf(layout: Layout, { kinds, added }: Choice): boolean {
  if (layout.addedNames.length !== added.size) return false;
  for (let place = 0; place < kinds.length; place++) if (layout.kinds[place] !== kinds[place]) return false;
  let index = 0;
  for (const [name, { kind }] of added) {
    if (layout.addedNames[index] !== name || layout.addedKinds[index] !== kind) return false;
    index++;
  }
  return true;
}
