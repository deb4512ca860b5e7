import { EvalError } from '../errors.ts';
import { methods, type Methods } from '../values/callable.ts';
import { elementsOf } from '../values/elements.ts';
import { SetValue } from '../values/set.ts';
import { typeOf, type Value, type Named } from '../values/value.ts';
import { Arguments, nothingGiven, prefixed } from './arguments.ts';

/** The methods of sets. */
export const setMethods: Methods<SetValue> = methods<SetValue>({
  add(self, args, named, name) {
    const value = Arguments.positional(name, args, named, 1).value(0) ?? null;
    prefixed(name, () => self.add(value));
    return null;
  },
  clear(self, args, named, name) {
    nothingGiven(name, args, named);
    if (self.size > 0) prefixed(name, () => self.clear());
    return null;
  },
  difference: (self, args, named, name) => prefixed(name, () => self.difference(others(args, named, name))),
  discard(self, args, named, name) {
    const value = Arguments.positional(name, args, named, 1).value(0) ?? null;
    prefixed(name, () => self.delete(value));
    return null;
  },
  intersection: (self, args, named, name) => prefixed(name, () => self.intersection(others(args, named, name))),
  issubset: (self, args, named, name) => prefixed(name, () => SetValue.of(others(args, named, name)).includes(self)),
  issuperset: (self, args, named, name) => prefixed(name, () => self.includes(SetValue.of(others(args, named, name)))),
  pop(self, args, named, name) {
    nothingGiven(name, args, named);
    const entry = prefixed(name, () => self.deleteFirst());
    if (entry === undefined) throw new EvalError(`${name}: empty set`);
    return entry.key;
  },
  remove(self, args, named, name) {
    const value = Arguments.positional(name, args, named, 1).value(0) ?? null;
    if (prefixed(name, () => self.delete(value)) === undefined) throw new EvalError(`${name}: missing key`);
    return null;
  },
  symmetric_difference: (self, args, named, name) => prefixed(name, () => self.symmetricDifference(others(args, named, name))),
  union: (self, args, named, name) => self.union(allOf(args, named, name)),
  update(self, args, named, name) {
    const added = allOf(args, named, name);
    prefixed(name, () => added.forEach((value) => self.add(value)));
    return null;
  },
});

function others(args: readonly Value[], named: readonly Named[], name: string): Value[] {
  return Arguments.positional(name, args, named, 0, 1).elements(0) ?? [];
}

/** The elements of all arguments. */
function allOf(args: readonly Value[], named: readonly Named[], name: string): Value[] {
  if (named.length > 0) throw new EvalError(`${name}: does not accept keyword arguments`);
  return args.flatMap((argument, index) => {
    const elements = elementsOf(argument);
    if (elements === undefined) throw new EvalError(`${name}: argument #${index + 1} is not iterable: ${typeOf(argument)}`);
    return elements;
  });
}
