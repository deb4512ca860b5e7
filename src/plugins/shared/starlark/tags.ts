import { EvalError } from '../../../formats/starlark/errors.ts';
import type { Value } from '../../../formats/starlark/values/value.ts';
import type { Point } from '../../../metric/point.ts';
import { compareText } from '../../../metric/text.ts';
import { MetricTable } from './metric-table.ts';

type Pair = readonly [key: string, value: string];

/** Tags that a script changes, sorted by key. A value may be empty here; such a tag is not written. */
export class TagTable {
  readonly #pairs: Pair[];

  constructor(pairs: readonly Pair[]) {
    this.#pairs = [...pairs];
  }

  get pairs(): readonly Pair[] {
    return this.#pairs;
  }

  set(key: string, value: string): void {
    const index = this.#pairs.findIndex(([name]) => compareText(name, key) >= 0);
    if (index === -1) this.#pairs.push([key, value]);
    else this.#pairs.splice(index, this.#pairs[index][0] === key ? 1 : 0, [key, value]);
  }

  remove(key: string): void {
    const index = this.#pairs.findIndex(([name]) => name === key);
    if (index !== -1) this.#pairs.splice(index, 1);
  }

  clear(): void {
    this.#pairs.length = 0;
  }
}

/** What a metric lets its tags look at. */
interface TagOwner {
  readonly point: Point | undefined;
  readonly tagTable: TagTable | undefined;
  ownTags(): TagTable;
}

/** `metric.tags` */
export class Tags extends MetricTable {
  readonly #owner: TagOwner;

  constructor(owner: TagOwner) {
    super('tag');
    this.#owner = owner;
  }

  override get type(): string {
    return 'Tags';
  }

  override get size(): number {
    return this.items().length;
  }

  override items(): readonly Pair[] {
    const { tagTable, point } = this.#owner;
    return tagTable?.pairs ?? point?.series.tags ?? [];
  }

  protected get(key: string): Value | undefined {
    return this.items().find(([name]) => name === key)?.[1];
  }

  protected set(key: string, value: Value): void {
    if (typeof value !== 'string') throw new EvalError("tag value must be of type 'str'");
    this.#owner.ownTags().set(key, value);
  }

  protected remove(key: string): void {
    this.#owner.ownTags().remove(key);
  }

  protected removeAll(): void {
    this.#owner.ownTags().clear();
  }
}
