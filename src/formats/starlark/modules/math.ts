import { Arguments } from '../builtins/arguments.ts';
import { numberToInteger } from '../builtins/numbers.ts';
import { EvalError } from '../errors.ts';
import { Builtin } from '../values/callable.ts';
import { Float } from '../values/float.ts';
import { isInteger, typeOf, type Value } from '../values/value.ts';
import { Module } from './module.ts';

const UNARY: Readonly<Record<string, (x: number) => number>> = {
  fabs: Math.abs,
  round,
  exp: Math.exp,
  sqrt: Math.sqrt,
  acos: Math.acos,
  asin: Math.asin,
  atan: Math.atan,
  cos: Math.cos,
  sin: Math.sin,
  tan: Math.tan,
  degrees: (x) => (360 * x) / (2 * Math.PI),
  radians: (x) => (2 * Math.PI * x) / 360,
  acosh: Math.acosh,
  asinh: Math.asinh,
  atanh: Math.atanh,
  cosh: Math.cosh,
  sinh: Math.sinh,
  tanh: Math.tanh,
  gamma,
};

const BINARY: Readonly<Record<string, (x: number, y: number) => number>> = {
  atan2: Math.atan2,
  copysign: (x, y) => (y < 0 || Object.is(y, -0) ? -Math.abs(x) : Math.abs(x)),
  hypot: (x, y) => Math.hypot(x, y),
  mod: (x, y) => x % y,
  pow,
  remainder,
};

/** `math.star`: functions over floats; `ceil` and `floor` give ints. */
export const mathModule = new Module('math', {
  ...Object.fromEntries(Object.entries(UNARY).map(([name, run]) => [name, unary(name, run)])),
  ...Object.fromEntries(Object.entries(BINARY).map(([name, run]) => [name, binary(name, run)])),
  ceil: whole('ceil', Math.ceil),
  floor: whole('floor', Math.floor),
  log: new Builtin('log', (args, named) => {
    const given = Arguments.positional('log', args, named, 1, 2);
    const base = given.number(1, Math.E);
    if (base === 1) throw new EvalError('division by zero');
    return new Float(Math.log(given.number(0)) / Math.log(base));
  }),
  e: new Float(Math.E),
  pi: new Float(Math.PI),
});

function unary(name: string, run: (x: number) => number): Builtin {
  return new Builtin(name, (args, named) => new Float(run(Arguments.positional(name, args, named, 1).number(0))));
}

function binary(name: string, run: (x: number, y: number) => number): Builtin {
  return new Builtin(name, (args, named) => {
    const given = Arguments.positional(name, args, named, 2);
    return new Float(run(given.number(0), given.number(1)));
  });
}

function whole(name: string, run: (x: number) => number): Builtin {
  return new Builtin(name, (args, named): Value => {
    const value = Arguments.positional(name, args, named, 1).value(0) ?? null;
    if (isInteger(value)) return value;
    if (!(value instanceof Float)) throw new EvalError(`got ${typeOf(value)}, want float or int`);
    return numberToInteger(new Float(run(value.value)));
  });
}

/** Halves away from zero. */
function round(x: number): number {
  const cut = Math.trunc(x);
  return Math.abs(x - cut) >= 0.5 ? cut + Math.sign(x) : cut;
}

/** As C has it: 1 to any power, and anything to the power of 0, is 1. */
function pow(x: number, y: number): number {
  return x === 1 || (x === -1 && !Number.isFinite(y) && !Number.isNaN(y)) ? 1 : x ** y;
}

/** IEEE 754's remainder: of the nearest multiple, of two equally near the even one. */
function remainder(x: number, y: number): number {
  if (!Number.isFinite(x) || Number.isNaN(y) || y === 0) return Number.NaN;
  if (!Number.isFinite(y)) return x;
  const divisor = Math.abs(y);
  let rest = Math.abs(x) % (2 * divisor);
  if (rest > divisor / 2) {
    rest -= divisor;
    if (rest >= divisor / 2) rest -= divisor;
  }
  return x < 0 || Object.is(x, -0) ? -rest : rest;
}

/** Lanczos' approximation (g = 7, n = 9; Godfrey's coefficients), good to about 15 digits. */
const LANCZOS = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059, 12.507343278686905,
  -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
];

/** Factorials that a double holds exactly. */
const MAX_EXACT_FACTORIAL = 22;

/** The gamma function. */
function gamma(x: number): number {
  if (x === Infinity) return x;
  if (Number.isInteger(x) && x <= MAX_EXACT_FACTORIAL + 1) return factorialBelow(x);
  if (x < 0.5) return Math.PI / (Math.sin(Math.PI * x) * gamma(1 - x));
  const z = x - 1;
  const t = z + 7.5;
  const sum = LANCZOS.reduce((total, coefficient, index) => (index === 0 ? coefficient : total + coefficient / (z + index)), 0);
  // In two steps, since the power alone is too large before the whole is.
  const half = t ** ((z + 0.5) / 2);
  return Math.sqrt(2 * Math.PI) * half * Math.exp(-t) * half * sum;
}

/** (x - 1)!; the poles are no numbers, but for 0, which keeps its sign. */
function factorialBelow(x: number): number {
  if (x === 0) return 1 / x;
  if (x < 0) return Number.NaN;
  let product = 1;
  for (let factor = 2; factor < x; factor++) product *= factor;
  return product;
}
