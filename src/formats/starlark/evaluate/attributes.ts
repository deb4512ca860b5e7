import { EvalError } from '../errors.ts';
import { findAttribute } from '../builtins/attribute-functions.ts';
import { Thing, typeOf, type Value } from '../values/value.ts';

/** `object.name`. Throws where there is none. */
export function attributeOf(object: Value, name: string): Value {
  const value = findAttribute(object, name);
  if (value === undefined) throw new EvalError(`${typeOf(object)} has no .${name} field or method`);
  return value;
}

/** `object.name = value` */
export function assignAttribute(object: Value, name: string, value: Value): void {
  if (!(object instanceof Thing)) throw new EvalError(`can't assign to .${name} field of ${typeOf(object)}`);
  object.setAttribute(name, value);
}
