import { EvalError } from '../errors.ts';
import { spend } from '../meter.ts';
import type { Callable, Code } from '../values/callable.ts';
import { compare } from '../values/compare.ts';
import { elementsOf } from '../values/elements.ts';
import { List } from '../values/sequence.ts';
import { typeOf, type Comparison, type Value } from '../values/value.ts';
import { Arguments, prefixed } from './arguments.ts';

/** The functions that put values in order. */
export const orderFunctions: Readonly<Record<string, Code>> = {
  max: extreme('max', '>'),
  min: extreme('min', '<'),
  reversed: (args, named) => new List((Arguments.positional('reversed', args, named, 1).elements(0) ?? []).toReversed()),
  sorted(args, named) {
    const given = Arguments.named('sorted', args, named, ['iterable', 'key?', 'reverse?']);
    const elements = given.elements(0) ?? [];
    const keys = keysOf(elements, given.callable(1));
    const sign = given.boolean(2, false) ? -1 : 1;
    const order = elements.map((_, index) => index).sort((a, b) => sign * orderOf(keys[a], keys[b]));
    return new List(order.map((index) => elements[index]));
  },
};

function keysOf(elements: readonly Value[], key: Callable | undefined): readonly Value[] {
  return key === undefined ? elements : elements.map((element) => key.call([element], []));
}

/** Equal values keep their order, also where the order is reversed: the sort is stable. */
function orderOf(x: Value, y: Value): number {
  spend(1);
  if (compare('<', x, y)) return -1;
  return compare('<', y, x) ? 1 : 0;
}

/** `min` or `max`: of the elements of one argument, or of the arguments; the first of equal ones. */
function extreme(name: string, op: Comparison): Code {
  return (args, named) => {
    if (args.length === 0) throw new EvalError(`${name} requires at least one positional argument`);
    const key = Arguments.named(name, [], named, ['key?']).callable(0);
    const elements = args.length === 1 ? elementsOf(args[0]) : [...args];
    if (elements === undefined) throw new EvalError(`${name}: ${typeOf(args[0])} value is not iterable`);
    if (elements.length === 0) throw new EvalError(`${name}: argument is an empty sequence`);
    const keys = keysOf(elements, key);
    let best = 0;
    for (let index = 1; index < elements.length; index++) {
      if (prefixed(name, () => compare(op, keys[index], keys[best]))) best = index;
    }
    return elements[best];
  };
}
