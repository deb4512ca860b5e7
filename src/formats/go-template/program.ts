import type { Node } from './syntax/nodes.ts';
import type { GoFunction } from './values/function.ts';

/** A template that was parsed, with what it may call. */
export interface Program {
  /** As messages call it. */
  readonly name: string;
  readonly text: string;
  readonly main: readonly Node[];
  readonly defined: ReadonlyMap<string, readonly Node[]>;
  readonly functions: ReadonlyMap<string, GoFunction>;
}
