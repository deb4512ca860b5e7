import { EvalError } from '../errors.ts';
import { cursorOf, typeOf, type Cursor, type Value } from '../values/value.ts';

/** A walk over the elements of a value. Throws where it has none. */
export function walk(value: Value): Cursor {
  const cursor = cursorOf(value);
  if (cursor === undefined) throw new EvalError(`${typeOf(value)} value is not iterable`);
  return cursor;
}
