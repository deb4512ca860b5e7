import { EvalError } from '../errors.ts';
import { methodOf } from '../builtins/methods.ts';
import type { Argument, CallExpression, Dot } from '../syntax/tree.ts';
import { Callable, callMethod } from '../values/callable.ts';
import { elementsOf } from '../values/elements.ts';
import { Thing, typeOf, type Value, type Named } from '../values/value.ts';
import { attributeOf } from './attributes.ts';
import type { Compiler, Evaluate, Frame } from './frame.ts';

const NOTHING_NAMED: readonly Named[] = [];

/** The arguments of a call that runs. */
interface Arguments {
  readonly positional: readonly Value[];
  readonly named: readonly Named[];
}

/** `f(…)`, and `x.f(…)` without making a value of `x.f` where it is a method. */
export function compileCall(expression: CallExpression, compiler: Compiler): Evaluate {
  const { callee, at } = expression;
  const args = compileArguments(expression, compiler);
  if (callee.kind === 'dot') return compileMethodCall(expression, callee, args, compiler);
  const evaluate = compiler.expression(callee);
  return (frame) => {
    const called = evaluate(frame);
    const { positional, named } = args(frame);
    frame.at = at;
    return call(called, positional, named);
  };
}

function compileMethodCall({ at }: CallExpression, callee: Dot, args: (frame: Frame) => Arguments, compiler: Compiler): Evaluate {
  const object = compiler.expression(callee.object);
  const { name } = callee;
  return (frame) => {
    const self = object(frame);
    frame.at = callee.at;
    const method = methodOf(self, name);
    const called = method === undefined ? attributeOf(self, name) : null;
    const { positional, named } = args(frame);
    frame.at = at;
    return method === undefined ? call(called, positional, named) : callMethod(method, self, positional, named, name);
  };
}

/** Calls what may or may not be a function. */
function call(called: Value, args: readonly Value[], named: readonly Named[] = NOTHING_NAMED): Value {
  if (!(called instanceof Callable)) throw new EvalError(`invalid call of non-function (${typeOf(called)})`);
  return called.call(args, named);
}

/** Evaluated in this order: positional ones, named ones, `*args`, `**kwargs`. */
function compileArguments({ args, at }: CallExpression, compiler: Compiler): (frame: Frame) => Arguments {
  const of = (kind: Argument['kind']): Evaluate[] =>
    args.filter((argument) => argument.kind === kind).map(({ value }) => compiler.expression(value));
  const evaluates = of('positional');
  const own = (frame: Frame): Value[] => evaluates.map((evaluate) => evaluate(frame));
  if (evaluates.length === args.length) return (frame) => ({ positional: own(frame), named: NOTHING_NAMED });
  const names = args.filter(({ kind }) => kind === 'named').map(({ name }) => name);
  const values = of('named');
  const [rest] = of('*');
  const [namedRest] = of('**');
  return (frame) => {
    const positional = own(frame);
    const named = values.map((value, index) => ({ name: names[index], value: value(frame) }));
    const more = rest?.(frame);
    const moreNamed = namedRest?.(frame);
    frame.at = at;
    return {
      positional: more === undefined ? positional : [...positional, ...spread(more)],
      named: moreNamed === undefined ? named : [...named, ...spreadNamed(moreNamed)],
    };
  };
}

function spread(value: Value): Value[] {
  const elements = elementsOf(value);
  if (elements === undefined) throw new EvalError(`argument after * must be iterable, not ${typeOf(value)}`);
  return elements;
}

function spreadNamed(value: Value): Named[] {
  if (!(value instanceof Thing) || !value.isMapping) throw new EvalError(`argument after ** must be a mapping, not ${typeOf(value)}`);
  return value.items().map(([key, item]) => {
    if (typeof key !== 'string') throw new EvalError(`keywords must be strings, not ${typeOf(key)}`);
    return { name: key, value: item };
  });
}
