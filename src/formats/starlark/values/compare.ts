import { compareText } from '../../../metric/text.ts';
import { EvalError } from '../errors.ts';
import { spend, spendLetters } from '../meter.ts';
import { compareFloats, compareIntegerWithFloat, Float } from './float.ts';
import { threeWay } from './three-way.ts';
import { Thing, typeOf, type Comparison, type Value } from './value.ts';

/** Containers within containers that are compared, so that one within itself comes to an end. */
const MAX_DEPTH = 10;

/** Letters from which on the order of UTF-16, which is JavaScript's, is not that of UTF-8. */
const OUT_OF_ORDER = /[\ud800-\uffff]/;

/** `x op y` */
export function compare(op: Comparison, x: Value, y: Value, depth = MAX_DEPTH): boolean {
  if (depth < 1) throw new EvalError('comparison exceeded maximum recursion depth');
  const order = orderOf(x, y);
  if (order !== undefined) return threeWay(op, order);
  if (x instanceof Thing && y instanceof Thing && x.type === y.type) return x.compare(op, y, depth);
  if (x === null && y === null && (op === '==' || op === '!=')) return op === '==';
  // Values of different types are never equal, and have no order.
  if (op === '==' || op === '!=') return op === '!=';
  throw new EvalError(`${typeOf(x)} ${op} ${typeOf(y)} not implemented`);
}

/** Whether `x == y`. */
export function equal(x: Value, y: Value): boolean {
  return x === y && typeof x !== 'object' ? true : compare('==', x, y);
}

/** The order of two numbers, bools or strings; undefined for anything else. */
function orderOf(x: Value, y: Value): number | undefined {
  if (typeof x === 'string') return typeof y === 'string' ? compareStrings(x, y) : undefined;
  if (typeof x === 'boolean') return typeof y === 'boolean' ? Number(x) - Number(y) : undefined;
  if (typeof x === 'number' || typeof x === 'bigint') {
    if (typeof y === 'number' || typeof y === 'bigint') return Number(x > y) - Number(x < y);
    return y instanceof Float ? compareIntegerWithFloat(x, y.value) : undefined;
  }
  if (!(x instanceof Float)) return undefined;
  if (y instanceof Float) return compareFloats(x.value, y.value);
  return typeof y === 'number' || typeof y === 'bigint' ? -compareIntegerWithFloat(y, x.value) : undefined;
}

function compareStrings(x: string, y: string): number {
  if (x === y) return 0;
  spendLetters(Math.min(x.length, y.length));
  if (OUT_OF_ORDER.test(x) && OUT_OF_ORDER.test(y)) return compareText(x, y);
  return x < y ? -1 : 1;
}

/** `x op y` for the elements of two sequences: the first that differ decide, then the lengths. */
export function compareSequences(op: Comparison, x: readonly Value[], y: readonly Value[], depth: number): boolean {
  if (x.length !== y.length && (op === '==' || op === '!=')) return op === '!=';
  const shorter = Math.min(x.length, y.length);
  spend(shorter);
  for (let index = 0; index < shorter; index++) {
    if (compare('==', x[index], y[index], depth - 1)) continue;
    if (op === '==' || op === '!=') return op === '!=';
    return compare(op, x[index], y[index], depth - 1);
  }
  return threeWay(op, x.length - y.length);
}
