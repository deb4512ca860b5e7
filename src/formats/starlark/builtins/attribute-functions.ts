import { EvalError } from '../errors.ts';
import { BoundMethod, type Code } from '../values/callable.ts';
import { List } from '../values/sequence.ts';
import { Thing, typeOf, type Value } from '../values/value.ts';
import { Arguments } from './arguments.ts';
import { attributeNames, methodOf } from './methods.ts';

/** `object.name`; undefined where there is none. */
export function findAttribute(object: Value, name: string): Value | undefined {
  const method = methodOf(object, name);
  if (method !== undefined) return new BoundMethod(name, object, method);
  return object instanceof Thing ? object.attribute(name) : undefined;
}

/** The functions that look at what values have. */
export const attributeFunctions: Readonly<Record<string, Code>> = {
  dir: (args, named) => new List(attributeNames(Arguments.positional('dir', args, named, 1).value(0) ?? null)),
  getattr(args, named) {
    const given = Arguments.positional('getattr', args, named, 2, 3);
    const object = given.value(0) ?? null;
    const name = given.text(1);
    const value = findAttribute(object, name);
    if (value !== undefined) return value;
    const fallback = given.value(2);
    if (fallback === undefined) throw new EvalError(`getattr: ${typeOf(object)} has no .${name} field or method`);
    return fallback;
  },
  hasattr(args, named) {
    const given = Arguments.positional('hasattr', args, named, 2);
    return findAttribute(given.value(0) ?? null, given.text(1)) !== undefined;
  },
};
