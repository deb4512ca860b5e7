/** The syntax tree of a script. */
import type { Position } from '../errors.ts';
import type { BinaryOperator, Comparison, UnaryOperator, Value } from '../values/value.ts';
import type { Reference, ScopeInfo } from './scope.ts';

export type Expression =
  | Name
  | Literal
  | ListExpression
  | TupleExpression
  | DictExpression
  | Conditional
  | Index
  | Slice
  | Dot
  | CallExpression
  | Unary
  | Not
  | Binary
  | Comparing
  | Logical
  | Comprehension
  | Lambda;

/** `at` is where an error of it is: the operator, the bracket, the dot. `start` is where it begins. */
interface Node {
  readonly at: Position;
  readonly start: Position;
}

export interface Name extends Node {
  readonly kind: 'name';
  readonly name: string;
  /** What it means; the resolver says. */
  reference?: Reference;
}

export interface Literal extends Node {
  readonly kind: 'literal';
  readonly value: Value;
}

export interface ListExpression extends Node {
  readonly kind: 'list';
  readonly items: readonly Expression[];
}

export interface TupleExpression extends Node {
  readonly kind: 'tuple';
  readonly items: readonly Expression[];
}

export interface DictEntry {
  readonly key: Expression;
  readonly value: Expression;
  /** The colon. */
  readonly at: Position;
}

export interface DictExpression extends Node {
  readonly kind: 'dict';
  readonly entries: readonly DictEntry[];
}

export interface Conditional extends Node {
  readonly kind: 'conditional';
  readonly condition: Expression;
  readonly yes: Expression;
  readonly no: Expression;
}

export interface Index extends Node {
  readonly kind: 'index';
  readonly object: Expression;
  readonly index: Expression;
}

export interface Slice extends Node {
  readonly kind: 'slice';
  readonly object: Expression;
  readonly low: Expression | undefined;
  readonly high: Expression | undefined;
  readonly step: Expression | undefined;
}

export interface Dot extends Node {
  readonly kind: 'dot';
  readonly object: Expression;
  readonly name: string;
}

export interface Argument {
  readonly kind: 'positional' | 'named' | '*' | '**';
  /** Of a named one; empty for the others. */
  readonly name: string;
  readonly value: Expression;
  readonly at: Position;
}

export interface CallExpression extends Node {
  readonly kind: 'call';
  readonly callee: Expression;
  readonly args: readonly Argument[];
}

export interface Unary extends Node {
  readonly kind: 'unary';
  readonly op: UnaryOperator;
  readonly operand: Expression;
}

export interface Not extends Node {
  readonly kind: 'not';
  readonly operand: Expression;
}

export interface Binary extends Node {
  readonly kind: 'binary';
  readonly op: BinaryOperator;
  readonly left: Expression;
  readonly right: Expression;
}

export interface Comparing extends Node {
  readonly kind: 'comparing';
  readonly op: Comparison | 'in' | 'not in';
  readonly left: Expression;
  readonly right: Expression;
}

export interface Logical extends Node {
  readonly kind: 'logical';
  readonly op: 'and' | 'or';
  readonly left: Expression;
  readonly right: Expression;
}

export interface ForClause {
  readonly kind: 'for';
  readonly target: Expression;
  readonly iterable: Expression;
  readonly at: Position;
}

export interface IfClause {
  readonly kind: 'if';
  readonly condition: Expression;
}

export type Clause = ForClause | IfClause;

export interface Comprehension extends Node {
  readonly kind: 'comprehension';
  /** Of a list an expression, of a dict an entry. */
  readonly body: Expression | DictEntry;
  /** The first is a `for`. */
  readonly clauses: readonly Clause[];
}

export interface Lambda extends Node {
  readonly kind: 'lambda';
  readonly code: FunctionNode;
}

export interface Parameter {
  readonly kind: 'required' | 'optional' | '*' | '**';
  /** Undefined for the bare `*` before keyword-only parameters. */
  readonly name: Name | undefined;
  readonly fallback: Expression | undefined;
  readonly at: Position;
}

/** What `def` and `lambda` have in common. */
export interface FunctionNode {
  readonly name: string;
  readonly at: Position;
  readonly parameters: readonly Parameter[];
  readonly body: readonly Statement[];
  /** The resolver says. */
  scope?: ScopeInfo;
}

export type Statement =
  | { readonly kind: 'expression'; readonly value: Expression }
  | { readonly kind: 'assign'; readonly target: Expression; readonly value: Expression; readonly at: Position }
  | {
      readonly kind: 'augment';
      readonly op: BinaryOperator;
      readonly target: Expression;
      readonly value: Expression;
      readonly at: Position;
    }
  | { readonly kind: 'def'; readonly name: Name; readonly code: FunctionNode }
  | {
      readonly kind: 'if';
      readonly condition: Expression;
      readonly yes: readonly Statement[];
      readonly no: readonly Statement[];
      readonly at: Position;
    }
  | {
      readonly kind: 'for';
      readonly target: Expression;
      readonly iterable: Expression;
      readonly body: readonly Statement[];
      readonly at: Position;
    }
  | { readonly kind: 'while'; readonly at: Position }
  | { readonly kind: 'return'; readonly value: Expression | undefined; readonly at: Position }
  | { readonly kind: 'break' | 'continue' | 'pass'; readonly at: Position }
  | Load;

export interface Load {
  readonly kind: 'load';
  readonly module: string;
  readonly names: readonly { readonly from: string; readonly fromAt: Position; readonly to: Name }[];
  readonly at: Position;
}
