import { goDurationText, parseGoDuration } from '../../go-time/duration.ts';
import { EvalError } from '../errors.ts';
import { madeUpKey } from '../values/hash.ts';
import { safeInteger } from '../../../metric/number-text.ts';
import { Float } from '../values/float.ts';
import { threeWay } from '../values/three-way.ts';
import { isInteger, Thing, typeOf, type BinaryOperator, type Comparison, type Value } from '../values/value.ts';

/** A span of time in nanoseconds, as an int64. */
export class Duration extends Thing {
  readonly nanoseconds: bigint;

  constructor(nanoseconds: bigint) {
    super();
    this.nanoseconds = BigInt.asIntN(64, nanoseconds);
  }

  override get type(): string {
    return 'time.duration';
  }

  override repr(): string {
    return goDurationText(this.nanoseconds);
  }

  override get truth(): boolean {
    return this.nanoseconds !== 0n;
  }

  override hashKey(): string {
    return madeUpKey('duration', String(this.nanoseconds));
  }

  override compare(op: Comparison, other: Duration): boolean {
    const { nanoseconds } = other;
    return threeWay(op, Number(this.nanoseconds > nanoseconds) - Number(this.nanoseconds < nanoseconds));
  }

  override get attributeNames(): readonly string[] {
    return Object.keys(ATTRIBUTES);
  }

  override attribute(name: string): Value | undefined {
    return Object.hasOwn(ATTRIBUTES, name) ? ATTRIBUTES[name](this.nanoseconds) : undefined;
  }

  override binary(op: BinaryOperator, other: Value, side: 'left' | 'right'): Value | undefined {
    if (other instanceof Duration && side === 'left') return combine(op, this.nanoseconds, other.nanoseconds);
    if (op === '*' && isInteger(other)) return new Duration(this.nanoseconds * BigInt(other));
    if (op !== '/' || side === 'right') return undefined;
    if (isInteger(other)) return new Duration(this.nanoseconds / nonZero(BigInt(other)));
    if (!(other instanceof Float)) return undefined;
    if (other.value === 0) nonZero(0n);
    const quotient = Math.trunc(Number(this.nanoseconds) / other.value);
    if (!Number.isFinite(quotient)) throw new EvalError(`time.duration / ${other.repr()} is no duration`);
    return new Duration(BigInt(quotient));
  }
}

const hours = 3_600_000_000_000;

const ATTRIBUTES: Readonly<Record<string, (nanoseconds: bigint) => Value>> = {
  hours: (nanoseconds) => new Float(Number(nanoseconds) / hours),
  minutes: (nanoseconds) => new Float(Number(nanoseconds) / 60e9),
  seconds: (nanoseconds) => new Float(Number(nanoseconds) / 1e9),
  milliseconds: (nanoseconds) => safeInteger(nanoseconds / 1_000_000n),
  microseconds: (nanoseconds) => safeInteger(nanoseconds / 1000n),
  nanoseconds: safeInteger,
};

function combine(op: BinaryOperator, x: bigint, y: bigint): Value | undefined {
  switch (op) {
    case '+':
      return new Duration(x + y);
    case '-':
      return new Duration(x - y);
    case '/':
      return new Float(Number(x) / Number(nonZero(y)));
    case '//':
      return safeInteger(x / nonZero(y));
    default:
      return undefined;
  }
}

function nonZero(divisor: bigint): bigint {
  if (divisor === 0n) throw new EvalError('time.duration division by zero');
  return divisor;
}

/** A duration of a value: one, or a text as `1h30m`. */
export function toDuration(value: Value, where: string): Duration {
  if (value instanceof Duration) return value;
  if (typeof value !== 'string') throw new EvalError(`${where}got ${typeOf(value)}, want a duration, string, or int`);
  const nanoseconds = parseGoDuration(value);
  if (nanoseconds === undefined) throw new EvalError(`${where}time: invalid duration ${JSON.stringify(value)}`);
  return new Duration(nanoseconds);
}
