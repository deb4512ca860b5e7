import { EvalError } from '../errors.ts';
import { spend } from '../meter.ts';
import { compareSequences, equal } from './compare.ts';
import { sequenceKey } from './hash.ts';
import { repr } from './repr.ts';
import { freeze, Thing, type Comparison, type Cursor, type Value } from './value.ts';

/** More elements are refused: a script of two lines could fill the memory. */
const MAX_ELEMENTS = 1 << 24;

/** Counts the work of making so many elements. Throws where they are too many. */
export function spendElements(elements: number): void {
  if (elements > MAX_ELEMENTS) throw new EvalError(`sequence of more than ${MAX_ELEMENTS} elements`);
  spend(elements);
}

abstract class Sequence extends Thing {
  abstract readonly elements: readonly Value[];

  override get truth(): boolean {
    return this.elements.length > 0;
  }

  override get size(): number {
    return this.elements.length;
  }

  override get isIndexable(): boolean {
    return true;
  }

  override element(index: number): Value {
    return this.elements[index];
  }

  override contains(value: Value): boolean {
    spend(this.elements.length);
    return this.elements.some((element) => equal(element, value));
  }

  override compare(op: Comparison, other: Sequence, depth: number): boolean {
    return compareSequences(op, this.elements, other.elements, depth);
  }

  protected textOf(path: readonly Thing[]): string[] {
    spendElements(this.elements.length);
    const inner = [...path, this];
    return this.elements.map((element) => repr(element, inner));
  }

  protected stride(start: number, end: number, step: number): Value[] {
    if (step === 1) {
      spendElements(end - start);
      return this.elements.slice(start, end);
    }
    const picked: Value[] = [];
    for (let at = start; step > 0 ? at < end : at > end; at += step) picked.push(this.elements[at]);
    spendElements(picked.length);
    return picked;
  }
}

/** A list, which can be changed unless it is frozen or somebody walks over it. */
export class List extends Sequence {
  readonly elements: Value[];
  #isFrozen = false;
  #walkers = 0;

  constructor(elements: Value[]) {
    super();
    this.elements = elements;
  }

  override get type(): string {
    return 'list';
  }

  override repr(path: readonly Thing[]): string {
    return path.includes(this) ? '[...]' : `[${this.textOf(path).join(', ')}]`;
  }

  override freeze(): void {
    if (this.#isFrozen) return;
    this.#isFrozen = true;
    for (const element of this.elements) freeze(element);
  }

  override hashKey(): never {
    throw new EvalError('unhashable type: list');
  }

  override slice(start: number, end: number, step: number): List {
    return new List(this.stride(start, end, step));
  }

  /** Throws where the list must not change now. */
  checkChangeable(verb: string): void {
    if (this.#isFrozen) throw new EvalError(`cannot ${verb} frozen list`);
    if (this.#walkers > 0) throw new EvalError(`cannot ${verb} list during iteration`);
  }

  set(index: number, value: Value): void {
    this.checkChangeable('assign to element of');
    this.elements[index] = value;
  }

  /** Puts more behind what is there; the list must be changeable. */
  append(more: readonly Value[]): void {
    for (const element of more) this.elements.push(element);
  }

  /** Somebody begins to walk over the elements, and calls `leave` when done. */
  enter(): void {
    this.#walkers++;
  }

  leave(): void {
    this.#walkers--;
  }

  override iterate(): Cursor {
    let index = 0;
    this.enter();
    return { next: () => this.elements[index++], close: () => this.leave() };
  }
}

export class Tuple extends Sequence {
  readonly elements: readonly Value[];

  constructor(elements: readonly Value[]) {
    super();
    this.elements = elements;
  }

  override get type(): string {
    return 'tuple';
  }

  override repr(path: readonly Thing[]): string {
    const texts = this.textOf(path);
    return texts.length === 1 ? `(${texts[0]},)` : `(${texts.join(', ')})`;
  }

  override freeze(): void {
    spend(this.elements.length);
    for (const element of this.elements) freeze(element);
  }

  override hashKey(): string {
    spend(this.elements.length);
    return sequenceKey('tuple', this.elements);
  }

  override slice(start: number, end: number, step: number): Tuple {
    return new Tuple(this.stride(start, end, step));
  }

  override iterate(): Cursor {
    let index = 0;
    return { next: () => this.elements[index++], close: doNothing };
  }
}

function doNothing(): void {
  // Nothing was begun.
}
