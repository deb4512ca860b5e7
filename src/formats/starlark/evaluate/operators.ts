import { EvalError } from '../errors.ts';
import { interpolate } from '../builtins/interpolate.ts';
import { Bytes } from '../values/bytes.ts';
import { Dict } from '../values/dict.ts';
import { Float, toInteger } from '../values/float.ts';
import { List, spendElements, Tuple } from '../values/sequence.ts';
import { SetValue } from '../values/set.ts';
import { concat, made } from '../values/text.ts';
import { isInteger, Thing, truthOf, typeOf, type BinaryOperator, type Integer, type UnaryOperator, type Value } from '../values/value.ts';
import { arithmetic } from './arithmetic.ts';

/** `x op y` */
export function binary(op: BinaryOperator, x: Value, y: Value): Value {
  const result = known(op, x, y);
  if (result !== undefined) return result;
  const own = x instanceof Thing ? x.binary(op, y, 'left') : undefined;
  const other = own === undefined && y instanceof Thing ? y.binary(op, x, 'right') : own;
  if (other !== undefined) return other;
  throw new EvalError(`unknown binary op: ${typeOf(x)} ${op} ${typeOf(y)}`);
}

/** The operations on Starlark's own types; undefined: none of them. */
function known(op: BinaryOperator, x: Value, y: Value): Value | undefined {
  if (isInteger(x) || x instanceof Float) {
    if (isInteger(y) || y instanceof Float) return arithmetic(op, x, y);
    return op === '*' && isInteger(x) ? repeat(y, x) : undefined;
  }
  switch (op) {
    case '+':
      return add(x, y);
    case '*':
      return isInteger(y) ? repeat(x, y) : undefined;
    case '%':
      return typeof x === 'string' ? interpolate(x, y) : undefined;
    default:
      return combine(op, x, y);
  }
}

function add(x: Value, y: Value): Value | undefined {
  if (typeof x === 'string') return typeof y === 'string' ? concat(x, y) : undefined;
  if (x instanceof Bytes && y instanceof Bytes) return new Bytes(Buffer.concat([x.bytes, y.bytes]));
  if (x instanceof List && y instanceof List) return new List(joined(x, y));
  if (x instanceof Tuple && y instanceof Tuple) return new Tuple(joined(x, y));
  return undefined;
}

function joined(x: List | Tuple, y: List | Tuple): Value[] {
  spendElements(x.size + y.size);
  return [...x.elements, ...y.elements];
}

function repeat(value: Value, times: Integer): Value | undefined {
  if (typeof value === 'string') return made(value.repeat(repetitions(value.length, times)));
  if (value instanceof Bytes) return new Bytes(Buffer.concat(Array.from({ length: repetitions(value.size, times) }, () => value.bytes)));
  if (value instanceof List) return new List(repeated(value.elements, times));
  if (value instanceof Tuple) return new Tuple(repeated(value.elements, times));
  return undefined;
}

function repeated(elements: readonly Value[], times: Integer): Value[] {
  return Array.from({ length: repetitions(elements.length, times) }, () => elements).flat();
}

/** How often something of this size is to be repeated; that it is not too often is checked here, before it is made. */
function repetitions(size: number, times: Integer): number {
  if (times <= 0 || size === 0) return 0;
  spendElements(size * Number(times));
  return Number(times);
}

/** What sets do to each other, and `|` of dicts. */
function combine(op: BinaryOperator, x: Value, y: Value): Value | undefined {
  if (x instanceof Dict && y instanceof Dict && op === '|') return Dict.of([...x.items(), ...y.items()]);
  if (!(x instanceof SetValue && y instanceof SetValue)) return undefined;
  const others = y.keys();
  if (op === '|') return x.union(others);
  if (op === '&') return x.intersection(others);
  if (op === '^') return x.symmetricDifference(others);
  return op === '-' ? x.difference(others) : undefined;
}

/** `op x` */
export function unary(op: UnaryOperator, x: Value): Value {
  if (isInteger(x)) {
    if (op === '+') return x;
    if (op === '-') return typeof x === 'number' ? 0 - x : toInteger(-x);
    return toInteger(~BigInt(x));
  }
  const own = x instanceof Thing ? x.unary(op) : undefined;
  if (own !== undefined) return own;
  throw new EvalError(`unknown unary op: ${op} ${typeOf(x)}`);
}

/** `x in y` */
export function isIn(x: Value, y: Value): boolean {
  if (typeof y === 'string') {
    if (typeof x === 'string') return y.includes(x);
    throw new EvalError(`'in <string>' requires string as left operand, not ${typeOf(x)}`);
  }
  const contained = y instanceof Thing ? y.contains(x) : undefined;
  if (contained !== undefined) return contained;
  if (y instanceof Thing && y.isMapping) return isKey(x, y);
  throw new EvalError(`unknown binary op: ${typeOf(x)} in ${typeOf(y)}`);
}

/** What can be no key is none. */
function isKey(x: Value, mapping: Thing): boolean {
  try {
    return mapping.lookup(x) !== undefined;
  } catch (error) {
    if (error instanceof EvalError && !error.isFinal) return false;
    throw error;
  }
}

/** `not x` */
export function not(x: Value): boolean {
  return !truthOf(x);
}
