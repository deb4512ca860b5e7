/** Sprig's functions about what is empty, and its choices. */
import { CallError } from '../errors.ts';
import { fn, variadic, type GoFunction } from '../values/function.ts';
import { isTrue, type Value } from '../values/value.ts';

const ANY = 'interface {}';

/** The zero of its type; a time is never empty. */
export function isEmpty(value: Value): boolean {
  return !isTrue(value);
}

export const defaults: Readonly<Record<string, GoFunction>> = {
  all: variadic([], ANY, (...values) => !values.some(isEmpty)),
  any: variadic([], ANY, (...values) => !values.every(isEmpty)),
  coalesce: variadic([], ANY, (...values) => values.find((value) => !isEmpty(value)) ?? null),
  default: variadic([ANY], ANY, (fallback, given = null) => (isEmpty(given) ? fallback : given)),
  empty: fn([ANY], isEmpty),
  fail: fn(['string'], (message) => {
    throw new CallError(message);
  }),
  hello: fn([], () => 'Hello!'),
  ternary: fn([ANY, ANY, 'bool'], (yes, no, isSo) => (isSo ? yes : no)),
};
