/** Where the variables of a script live. */
import type { Value } from '../values/value.ts';

/** A variable of a function or of a comprehension in it. */
export interface Local {
  /** Its place in the function's frame. */
  readonly index: number;
  readonly name: string;
  /** Whether an inner function uses it: then its place holds a cell that both share. */
  isShared: boolean;
}

/** What a name stands for. */
export type Reference =
  | { readonly kind: 'local'; readonly local: Local }
  /** A variable of an outer function, by its place among those that this function uses. */
  | { readonly kind: 'outer'; readonly index: number }
  | { readonly kind: 'global'; readonly index: number }
  | { readonly kind: 'constant'; readonly value: Value };

/** The variables of one function. */
export interface ScopeInfo {
  /** Parameters first, in the order of their binding: ordinary ones, `*args`, `**kwargs`. */
  readonly locals: readonly Local[];
  /** Variables of outer functions that it uses, each as the function around it sees it. */
  readonly outer: readonly Reference[];
}

/** A function while its names are resolved; the script itself is one too. */
export class FunctionScope implements ScopeInfo {
  readonly locals: Local[] = [];
  readonly outer: Reference[] = [];
  readonly #outerIndexes = new Map<Local, number>();

  /** A new variable. */
  add(name: string): Local {
    const local: Local = { index: this.locals.length, name, isShared: false };
    this.locals.push(local);
    return local;
  }

  /** The place of a variable of an outer function among those that this one uses. */
  outerIndex(local: Local, reference: Reference): number {
    const known = this.#outerIndexes.get(local);
    if (known !== undefined) return known;
    this.#outerIndexes.set(local, this.outer.length);
    return this.outer.push(reference) - 1;
  }
}

/** Names that belong together: those of a function, of a comprehension in it, or what the script loads. */
export interface Block {
  readonly parent: Block | undefined;
  readonly scope: FunctionScope;
  readonly isFunction: boolean;
  readonly names: Map<string, Local>;
}
