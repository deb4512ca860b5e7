/** Finds out what every name of a script stands for, and what a syntax tree can't say is wrong. */
import { ScriptError, type Position, type ScriptProblem } from '../errors.ts';
import type { Value } from '../values/value.ts';
import { checkArguments, checkParameters } from './order.ts';
import { FunctionScope, type Block, type Local, type Reference, type ScopeInfo } from './scope.ts';
import type { CallExpression, Comprehension, Expression, FunctionNode, Load, Name, Parameter, Statement } from './tree.ts';

/** What the resolver found out about a script as a whole. */
export interface ResolvedScript {
  /** Names of the global variables, by their place. */
  readonly globals: readonly string[];
  /** The variables of comprehensions and loads outside of functions. */
  readonly scope: ScopeInfo;
}

/** Resolves the names of a script; `constants` are those that it need not define. Throws `ScriptError` with all that is wrong. */
export function resolveScript(statements: readonly Statement[], constants: ReadonlyMap<string, Value>): ResolvedScript {
  return new Resolver(constants).run(statements);
}

class Resolver {
  readonly #constants: ReadonlyMap<string, Value>;
  readonly #globals = new Map<string, number>();
  readonly #file: Block = { parent: undefined, scope: new FunctionScope(), isFunction: true, names: new Map() };
  #block = this.#file;
  #loops = 0;
  /** Uses wait for the end: a name may be bound after it is used, further down in the same block. */
  readonly #uses: { readonly name: Name; readonly block: Block }[] = [];
  readonly #problems: ScriptProblem[] = [];

  constructor(constants: ReadonlyMap<string, Value>) {
    this.#constants = constants;
  }

  run(statements: readonly Statement[]): ResolvedScript {
    this.#statements(statements);
    for (const { name, block } of this.#uses) name.reference = this.#find(name, block);
    const problems = this.#problems.toSorted((a, b) => a.at.line - b.at.line || a.at.column - b.at.column);
    if (problems.length > 0) throw new ScriptError(problems);
    return { globals: [...this.#globals.keys()], scope: this.#file.scope };
  }

  #fail(at: Position, message: string): void {
    this.#problems.push({ at, message });
  }

  get #isTopLevel(): boolean {
    return this.#block.scope === this.#file.scope;
  }

  #statements(statements: readonly Statement[]): void {
    for (const statement of statements) this.#statement(statement);
  }

  #statement(statement: Statement): void {
    switch (statement.kind) {
      case 'expression':
        return this.#expression(statement.value);
      case 'assign':
        this.#expression(statement.value);
        return this.#assign(statement.target);
      case 'augment':
        this.#expression(statement.value);
        if (statement.target.kind === 'tuple' || statement.target.kind === 'list') {
          this.#fail(statement.target.start, `can't use ${statement.target.kind} expression in augmented assignment`);
        }
        return this.#assign(statement.target);
      case 'def':
        this.#bind(statement.name);
        return this.#function(statement.code);
      case 'if':
        if (this.#isTopLevel) this.#fail(statement.at, 'if statement not within a function');
        this.#expression(statement.condition);
        this.#statements(statement.yes);
        return this.#statements(statement.no);
      case 'for':
        if (this.#isTopLevel) this.#fail(statement.at, 'for loop not within a function');
        this.#expression(statement.iterable);
        this.#assign(statement.target);
        this.#loops++;
        this.#statements(statement.body);
        this.#loops--;
        return undefined;
      case 'while':
        return this.#fail(statement.at, 'there are no while loops in this Starlark: use for, and break');
      case 'return':
        if (this.#isTopLevel) this.#fail(statement.at, 'return statement not within a function');
        return statement.value === undefined ? undefined : this.#expression(statement.value);
      case 'break':
      case 'continue':
        return this.#loops === 0 ? this.#fail(statement.at, `${statement.kind} not in a loop`) : undefined;
      case 'pass':
        return undefined;
      case 'load':
        return this.#load(statement);
    }
  }

  #load({ at, names }: Load): void {
    if (!this.#isTopLevel) this.#fail(at, 'load statement within a function');
    for (const { from, fromAt, to } of names) {
      if (from.startsWith('_')) this.#fail(fromAt, `load: names with leading underscores are not exported: ${from}`);
      to.reference = this.#bindLocal(to.name);
    }
  }

  #assign(target: Expression): void {
    switch (target.kind) {
      case 'name':
        return this.#bind(target);
      case 'index':
        this.#expression(target.object);
        return this.#expression(target.index);
      case 'dot':
        return this.#expression(target.object);
      case 'tuple':
      case 'list':
        return target.items.forEach((item) => this.#assign(item));
      default:
        return this.#fail(target.start, `can't assign to ${target.kind}`);
    }
  }

  /** A name that is assigned to is a variable of its block, from the block's first line on. */
  #bind(name: Name): void {
    if (this.#block !== this.#file) {
      name.reference = this.#bindLocal(name.name);
      return;
    }
    const loaded = this.#file.names.get(name.name);
    if (loaded !== undefined) {
      name.reference = { kind: 'local', local: loaded };
      return;
    }
    const index = this.#globals.get(name.name) ?? this.#globals.size;
    this.#globals.set(name.name, index);
    name.reference = { kind: 'global', index };
  }

  #bindLocal(name: string): Reference {
    const { names, scope } = this.#block;
    const local = names.get(name) ?? scope.add(name);
    names.set(name, local);
    return { kind: 'local', local };
  }

  #expression(expression: Expression): void {
    switch (expression.kind) {
      case 'name':
        return this.#use(expression);
      case 'literal':
        return undefined;
      case 'list':
      case 'tuple':
        return expression.items.forEach((item) => this.#expression(item));
      case 'dict':
        return expression.entries.forEach(({ key, value }) => this.#all(key, value));
      case 'conditional':
        return this.#all(expression.condition, expression.yes, expression.no);
      case 'index':
        return this.#all(expression.object, expression.index);
      case 'slice':
        return this.#all(expression.object, expression.low, expression.high, expression.step);
      case 'dot':
        return this.#expression(expression.object);
      case 'call':
        return this.#call(expression);
      case 'unary':
      case 'not':
        return this.#expression(expression.operand);
      case 'binary':
      case 'comparing':
      case 'logical':
        return this.#all(expression.left, expression.right);
      case 'comprehension':
        return this.#comprehension(expression);
      case 'lambda':
        return this.#function(expression.code);
    }
  }

  #all(...expressions: readonly (Expression | undefined)[]): void {
    for (const expression of expressions) {
      if (expression !== undefined) this.#expression(expression);
    }
  }

  #call({ callee, args }: CallExpression): void {
    this.#expression(callee);
    checkArguments(args, (at, message) => this.#fail(at, message));
    for (const { value } of args) this.#expression(value);
  }

  /** The first list belongs to the block around; the variables are the comprehension's own. */
  #comprehension({ body, clauses }: Comprehension): void {
    const outer = this.#block;
    clauses.forEach((clause, index) => {
      if (clause.kind === 'if') return this.#expression(clause.condition);
      if (index > 0) {
        this.#assign(clause.target);
        return this.#expression(clause.iterable);
      }
      this.#expression(clause.iterable);
      this.#block = { parent: outer, scope: outer.scope, isFunction: false, names: new Map() };
      return this.#assign(clause.target);
    });
    if ('kind' in body) this.#expression(body);
    else this.#all(body.key, body.value);
    this.#block = outer;
  }

  #function(code: FunctionNode): void {
    for (const { fallback } of code.parameters) this.#all(fallback);
    const outer = { block: this.#block, loops: this.#loops };
    const scope = new FunctionScope();
    this.#block = { parent: outer.block, scope, isFunction: true, names: new Map() };
    this.#loops = 0;
    this.#parameters(code.parameters);
    this.#statements(code.body);
    code.scope = scope;
    this.#block = outer.block;
    this.#loops = outer.loops;
  }

  #parameters(parameters: readonly Parameter[]): void {
    checkParameters(parameters, (at, message) => this.#fail(at, message));
    for (const { name } of parameters.toSorted((a, b) => rankOf(a) - rankOf(b))) {
      if (name === undefined) continue;
      if (this.#block.names.has(name.name)) this.#fail(name.at, `duplicate parameter: ${name.name}`);
      name.reference = this.#bindLocal(name.name);
    }
  }

  #use(name: Name): void {
    // Outside of functions a name means what it means so far: `x = len(y)` before `len = 1`.
    if (this.#block === this.#file) name.reference = this.#find(name, this.#file);
    else this.#uses.push({ name, block: this.#block });
  }

  #find(name: Name, block: Block): Reference {
    const found = this.#findLocal(name.name, block);
    if (found !== undefined) return found.reference;
    const index = this.#globals.get(name.name);
    if (index !== undefined) return { kind: 'global', index };
    const value = this.#constants.get(name.name);
    if (value !== undefined) return { kind: 'constant', value };
    const known = [...namesIn(block), ...this.#globals.keys(), ...this.#constants.keys()];
    this.#problems.push({ at: name.at, message: `undefined: ${name.name}`, undefined: { name: name.name, known } });
    return { kind: 'constant', value: null };
  }

  /** A variable of this function or one around it, as this function sees it. */
  #findLocal(name: string, block: Block): { readonly local: Local; readonly reference: Reference } | undefined {
    const local = block.names.get(name);
    if (local !== undefined) return { local, reference: { kind: 'local', local } };
    if (block.parent === undefined) return undefined;
    const found = this.#findLocal(name, block.parent);
    if (found === undefined || !block.isFunction) return found;
    found.local.isShared = true;
    return { local: found.local, reference: { kind: 'outer', index: block.scope.outerIndex(found.local, found.reference) } };
  }
}

/** Ordinary parameters come first in a frame, then `*args`, then `**kwargs`. */
function rankOf({ kind }: Parameter): number {
  return ['*', '**'].indexOf(kind);
}

function namesIn(block: Block): string[] {
  return [...block.names.keys(), ...(block.parent === undefined ? [] : namesIn(block.parent))];
}
