/**
 * What Telegraf's `metricpass` knows beyond standard CEL: `now()`, strings, `math.*` and `base64.*`, as cel-go's extensions
 * define them (github.com/google/cel-go/ext, math.go and encoders.go).
 */
import { CelScalar, celFunc, celUint, isCelList, isCelUint, objectType, type CelFunc, type CelUint, type CelValue } from '@bufbuild/cel';
import { strings } from '@bufbuild/cel/ext';
import { create } from '@bufbuild/protobuf';
import { TimestampSchema, type Timestamp } from '@bufbuild/protobuf/wkt';
import type { Clock } from './plugin.ts';

const { BOOL, BYTES, DOUBLE, DYN, INT, STRING, UINT } = CelScalar;
const TIMESTAMP = objectType(TimestampSchema);

/** `math.greatest` and `math.least` take any number of arguments; CEL's functions have a fixed one each. */
const MOST_ARGUMENTS = 8;

type Numeric = number | bigint | CelUint;

/** All functions that CEL itself lacks. */
export function celFunctions(clock: Clock): CelFunc[] {
  const now = celFunc('now', [], TIMESTAMP, () => {
    const { ms, ns } = clock.now();
    return celTime(ms, ns);
  });
  return [...strings, now, ...rounding, ...absolute, ...bits, ...extremes('math.greatest', 1), ...extremes('math.least', -1), ...base64];
}

/** A time as CEL's timestamp. */
export function celTime(ms: number, ns: number): Timestamp {
  const seconds = Math.floor(ms / 1000);
  return create(TimestampSchema, { seconds: BigInt(seconds), nanos: (ms - seconds * 1000) * 1_000_000 + ns });
}

const rounding: readonly CelFunc[] = [
  celFunc('math.ceil', [DOUBLE], DOUBLE, Math.ceil),
  celFunc('math.floor', [DOUBLE], DOUBLE, Math.floor),
  celFunc('math.trunc', [DOUBLE], DOUBLE, Math.trunc),
  // Halves away from zero, as Go rounds; JavaScript rounds them up.
  celFunc('math.round', [DOUBLE], DOUBLE, (x) => Math.sign(x) * Math.round(Math.abs(x))),
  celFunc('math.isNaN', [DOUBLE], BOOL, Number.isNaN),
  celFunc('math.isFinite', [DOUBLE], BOOL, Number.isFinite),
  celFunc('math.isInf', [DOUBLE], BOOL, (x) => Math.abs(x) === Infinity),
];

const absolute: readonly CelFunc[] = [
  celFunc('math.abs', [INT], INT, (x) => int64(x < 0n ? -x : x)),
  celFunc('math.abs', [UINT], UINT, (x) => x),
  celFunc('math.abs', [DOUBLE], DOUBLE, Math.abs),
  celFunc('math.sign', [INT], INT, (x) => BigInt(compare(x, 0n))),
  celFunc('math.sign', [UINT], UINT, (x) => celUint(x.value === 0n ? 0n : 1n)),
  celFunc('math.sign', [DOUBLE], DOUBLE, Math.sign),
  celFunc('math.sqrt', [INT], DOUBLE, (x) => Math.sqrt(Number(x))),
  celFunc('math.sqrt', [UINT], DOUBLE, (x) => Math.sqrt(Number(x.value))),
  celFunc('math.sqrt', [DOUBLE], DOUBLE, Math.sqrt),
];

const bits: readonly CelFunc[] = [
  ...bitwise('math.bitAnd', (x, y) => x & y),
  ...bitwise('math.bitOr', (x, y) => x | y),
  ...bitwise('math.bitXor', (x, y) => x ^ y),
  celFunc('math.bitNot', [INT], INT, (x) => ~x),
  celFunc('math.bitNot', [UINT], UINT, (x) => celUint(BigInt.asUintN(64, ~x.value))),
  ...shift('math.bitShiftLeft', (x, by) => x << by),
  ...shift('math.bitShiftRight', (x, by) => x >> by),
];

const base64: readonly CelFunc[] = [
  celFunc('base64.encode', [BYTES], STRING, (bytes) => Buffer.from(bytes).toString('base64')),
  celFunc('base64.decode', [STRING], BYTES, (text) => {
    if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text)) throw new Error('illegal base64 data');
    return new Uint8Array(Buffer.from(text, 'base64'));
  }),
];

function bitwise(name: string, operate: (x: bigint, y: bigint) => bigint): CelFunc[] {
  return [celFunc(name, [INT, INT], INT, operate), celFunc(name, [UINT, UINT], UINT, (x, y) => celUint(operate(x.value, y.value)))];
}

/** Shifts treat an int as its 64 bits, so that a shift to the right fills with zeros. */
function shift(name: string, operate: (x: bigint, by: bigint) => bigint): CelFunc[] {
  const shifted = (x: bigint, by: bigint) => {
    if (by < 0n) throw new Error(`${name}() negative offset: ${by}`);
    return by > 63n ? 0n : operate(BigInt.asUintN(64, x), by);
  };
  return [
    celFunc(name, [INT, INT], INT, (x, by) => BigInt.asIntN(64, shifted(x, by))),
    celFunc(name, [UINT, INT], UINT, (x, by) => celUint(BigInt.asUintN(64, shifted(x.value, by)))),
  ];
}

function extremes(name: string, sign: 1 | -1): CelFunc[] {
  const extreme = (values: readonly CelValue[]) =>
    values.map((value) => numeric(value, name)).reduce((best, value) => (compare(value, best) * sign > 0 ? value : best));
  const several = Array.from({ length: MOST_ARGUMENTS - 1 }, (_, index) => {
    const parameters = Array.from({ length: index + 2 }, () => DYN);
    return celFunc(name, parameters, DYN, (...values) => extreme(values));
  });
  return [celFunc(name, [DYN], DYN, (value) => extreme(isCelList(value) ? [...value] : [value])), ...several];
}

function numeric(value: CelValue, name: string): Numeric {
  if (typeof value === 'number' || typeof value === 'bigint' || isCelUint(value)) return value;
  throw new Error(`no such overload: ${name}`);
}

/** JavaScript compares bigint with number by value, exactly. */
function compare(x: Numeric, y: Numeric): number {
  const [a, b] = [isCelUint(x) ? x.value : x, isCelUint(y) ? y.value : y];
  if (a < b) return -1;
  return a > b ? 1 : 0;
}

function int64(value: bigint): bigint {
  if (BigInt.asIntN(64, value) !== value) throw new Error('integer overflow');
  return value;
}
