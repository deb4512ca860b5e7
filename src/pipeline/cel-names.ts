/** Finds the names in a CEL expression that do not exist, and expressions that can't be a bool, before any metric comes. */
import type { parse } from '@bufbuild/cel';

export type CelExpression = ReturnType<typeof parse>['expr'];
type Call = Extract<CelExpression['exprKind'], { case: 'callExpr' }>['value'];

/** Names that CEL itself knows: its types and, for `google.protobuf.Timestamp`, the head of a qualified one. */
const TYPE_NAMES = ['int', 'uint', 'double', 'bool', 'string', 'bytes', 'list', 'map', 'null_type', 'type', 'google'];

/** Operators that the evaluator handles itself, without a function. */
const OPERATORS = new Set(['_&&_', '_||_', '_?_:_', '_[_]', '_[?_]', '_?._', '@not_strictly_false']);

/** A result type that could be a bool, as far as names tell. */
const MAYBE_BOOL = new Set(['bool', 'dyn']);

/**
 * Checks every name in the expression; `used` are the variables that occur. `functions` gives the result types of each
 * function. Throws what `fail` makes of the reason.
 */
export function checkNames(
  expression: CelExpression,
  variables: readonly string[],
  functions: ReadonlyMap<string, ReadonlySet<string>>,
  fail: (reason: string) => Error,
): { readonly used: ReadonlySet<string> } {
  const checker = new NameChecker(variables, functions, fail);
  checker.check(expression, new Set([...variables, ...TYPE_NAMES]));
  if (!checker.canBeBool(expression)) throw fail('expression needs to return a boolean');
  return { used: checker.used };
}

class NameChecker {
  readonly used = new Set<string>();
  readonly #variables: readonly string[];
  readonly #functions: ReadonlyMap<string, ReadonlySet<string>>;
  readonly #fail: (reason: string) => Error;

  constructor(variables: readonly string[], functions: ReadonlyMap<string, ReadonlySet<string>>, fail: (reason: string) => Error) {
    this.#variables = variables;
    this.#functions = functions;
    this.#fail = fail;
  }

  check(expression: CelExpression | undefined, scope: ReadonlySet<string>): void {
    const kind = expression?.exprKind;
    switch (kind?.case) {
      case 'identExpr':
        this.#variable(kind.value.name, scope);
        return;
      case 'selectExpr':
        this.check(kind.value.operand, scope);
        return;
      case 'callExpr':
        this.#call(kind.value, scope);
        return;
      case 'listExpr':
        for (const element of kind.value.elements) this.check(element, scope);
        return;
      case 'structExpr':
        for (const { keyKind, value } of kind.value.entries) {
          if (keyKind.case === 'mapKey') this.check(keyKind.value, scope);
          this.check(value, scope);
        }
        return;
      case 'comprehensionExpr': {
        const { iterRange, accuInit, loopCondition, loopStep, result, iterVar, iterVar2, accuVar } = kind.value;
        for (const outer of [iterRange, accuInit]) this.check(outer, scope);
        const inner = new Set([...scope, iterVar, iterVar2, accuVar]);
        for (const part of [loopCondition, loopStep, result]) this.check(part, inner);
        return;
      }
      default:
    }
  }

  /** False only where the expression is surely something else. */
  canBeBool(expression: CelExpression): boolean {
    const kind = expression.exprKind;
    switch (kind.case) {
      case 'constExpr':
        return kind.value.constantKind.case === 'boolValue';
      case 'identExpr':
      case 'listExpr':
      case 'structExpr':
        return false;
      case 'callExpr':
        return this.#resultsOf(kind.value).some((type) => MAYBE_BOOL.has(type));
      default:
        return true;
    }
  }

  #variable(name: string, scope: ReadonlySet<string>): void {
    if (!scope.has(name)) throw this.#fail(`undeclared reference to '${name}'; there are ${this.#variables.join(', ')} and now()`);
    if (this.#variables.includes(name)) this.used.add(name);
  }

  #call(call: Call, scope: ReadonlySet<string>): void {
    const { target, args } = call;
    for (const argument of args) this.check(argument, scope);
    const name = qualifiedName(call);
    const isNamespaced = name !== call.function && this.#functions.has(name);
    if (target !== undefined && !isNamespaced) this.check(target, scope);
    if (isNamespaced || OPERATORS.has(call.function) || this.#functions.has(call.function)) return;
    throw this.#fail(`there is no function '${name}'`);
  }

  #resultsOf(call: Call): string[] {
    if (OPERATORS.has(call.function)) return ['dyn'];
    return [...(this.#functions.get(qualifiedName(call)) ?? this.#functions.get(call.function) ?? ['dyn'])];
  }
}

/** `math.abs` for a call of `abs` on the name `math`, which is how a function with a namespace parses. */
function qualifiedName(call: Call): string {
  const target = call.target?.exprKind;
  return target?.case === 'identExpr' ? `${target.value.name}.${call.function}` : call.function;
}
