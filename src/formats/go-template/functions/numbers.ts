/** Sprig's arithmetic: on int64, and on floats as decimals. */
import { CallError } from '../errors.ts';
import { valueText } from '../format/value-text.ts';
import { expectItems } from '../limits.ts';
import { fn, variadic, type GoFunction } from '../values/function.ts';
import { int, int64, List, type Value } from '../values/value.ts';
import { toFloat64, toInt64 } from './convert.ts';
import { add, divide, multiply, subtract, toDecimal, toFloat, type Decimal } from './decimal.ts';

const ANY = 'interface {}';

type Operation = (a: Decimal, b: Decimal) => Decimal;

function reduced(first: Value, others: readonly Value[], operation: Operation): number {
  return toFloat(others.reduce((sum: Decimal, other) => operation(sum, toDecimal(toFloat64(other))), toDecimal(toFloat64(first))));
}

const decimals = (operation: Operation): GoFunction => variadic([ANY], ANY, (first, ...others) => reduced(first, others, operation));
const whole = (round: (value: number) => number): GoFunction => fn([ANY], (value) => round(toFloat64(value)));

const largest = variadic([ANY], ANY, (first, ...others) => int64(others.map(toInt64).reduce((a, b) => (b > a ? b : a), toInt64(first))));

function nonZero(divisor: bigint): bigint {
  if (divisor === 0n) throw new CallError('runtime error: integer divide by zero');
  return divisor;
}

/** Halves are rounded up, or what `from` says instead of a half. */
function rounded(value: number, places: number, from: number): number {
  const power = 10 ** places;
  const digits = power * value;
  return (digits - Math.trunc(digits) >= from ? Math.ceil(digits) : Math.floor(digits)) / power;
}

function steps(start: number, stop: number, step: number): number[] {
  const count = step === 0 ? 0 : Math.max(0, Math.ceil((stop - start) / step));
  expectItems(count);
  return Array.from({ length: count }, (_, index) => start + index * step);
}

function ints(values: readonly number[]): List {
  return new List(
    values.map((value) => int(value)),
    'int',
  );
}

/** Both ends included. */
function sequence(parameters: readonly number[]): string {
  if (parameters.length === 0 || parameters.length > 3) return '';
  const start = parameters.length === 1 ? 1 : parameters[0];
  const end = parameters.at(-1) ?? 0;
  const direction = end < start ? -1 : 1;
  const step = parameters.length === 3 ? parameters[1] : direction;
  return end < start && step > 0 ? '' : steps(start, end + direction, step).join(' ');
}

export const numbers: Readonly<Record<string, GoFunction>> = {
  add: variadic([], ANY, (...values) => int64(values.reduce((sum, value) => sum + toInt64(value), 0n))),
  add1: fn([ANY], (value) => int64(toInt64(value) + 1n)),
  add1f: fn([ANY], (value) => reduced(value, [1], add)),
  addf: variadic([], ANY, (...values) => reduced(0, values, add)),
  atoi: fn(['string'], (text) => int(/^[+-]?\d+$/.test(text) ? BigInt.asIntN(64, BigInt(text.replace('+', ''))) : 0)),
  biggest: largest,
  ceil: whole(Math.ceil),
  div: fn([ANY, ANY], (a, b) => int64(toInt64(a) / nonZero(toInt64(b)))),
  divf: decimals(divide),
  float64: fn([ANY], toFloat64),
  floor: whole(Math.floor),
  int: fn([ANY], (value) => int(toInt64(value))),
  int64: fn([ANY], (value) => int64(toInt64(value))),
  max: largest,
  maxf: variadic([ANY], ANY, (first, ...others) => Math.max(toFloat64(first), ...others.map(toFloat64))),
  min: variadic([ANY], ANY, (first, ...others) => int64(others.map(toInt64).reduce((a, b) => (b < a ? b : a), toInt64(first)))),
  minf: variadic([ANY], ANY, (first, ...others) => Math.min(toFloat64(first), ...others.map(toFloat64))),
  mod: fn([ANY, ANY], (a, b) => int64(toInt64(a) % nonZero(toInt64(b)))),
  mul: variadic([ANY], ANY, (first, ...others) =>
    int64(others.reduce((product: bigint, other) => BigInt.asIntN(64, product * toInt64(other)), toInt64(first))),
  ),
  mulf: decimals(multiply),
  round: variadic([ANY, 'int'], 'float64', (value, places, from = 0.5) => rounded(toFloat64(value), places, from)),
  seq: variadic([], 'int', (...parameters) => sequence(parameters)),
  sub: fn([ANY, ANY], (a, b) => int64(toInt64(a) - toInt64(b))),
  subf: decimals(subtract),
  toDecimal: fn([ANY], (value) => int64(/^[+-]?[0-7]+$/.test(valueText(value)) ? octal(valueText(value)) : 0n)),
  until: fn(['int'], (count) => ints(steps(0, count, count < 0 ? -1 : 1))),
  untilStep: fn(['int', 'int', 'int'], (start, stop, step) => ints(steps(start, stop, step))),
};

function octal(text: string): bigint {
  const size = BigInt(`0o${text.replace(/^[+-]/, '')}`);
  return text.startsWith('-') ? -size : size;
}
