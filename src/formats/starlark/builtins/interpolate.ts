/** `format % values` */
import { EvalError } from '../errors.ts';
import { Float, floatText } from '../values/float.ts';
import { repr, str } from '../values/repr.ts';
import { Tuple } from '../values/sequence.ts';
import { made } from '../values/text.ts';
import { isInteger, Thing, typeOf, type Value } from '../values/value.ts';
import { numberToInteger } from './numbers.ts';

/** The text of a format with the values in it. Unlike Python, neither flags nor widths nor precisions exist. */
export function interpolate(format: string, values: Value): string {
  const args = values instanceof Tuple ? values.elements : [values];
  let used = 0;
  const next = (): Value => {
    if (used >= args.length) throw new EvalError('not enough arguments for format string');
    return args[used++];
  };
  const text = format.replaceAll(
    /%(?:(%)|\(([^)]*)(\)?)(.?)|(.?))/gsu,
    (_, percent?: string, key?: string, closed?: string, named?: string, plain?: string) => {
      if (percent !== undefined) return '%';
      if (key === undefined) return plain === '%' ? '%' : convert(plain ?? '', next);
      if (closed === '') throw new EvalError('incomplete format key');
      used++;
      return convert(named ?? '', () => entry(values, key));
    },
  );
  if (used < args.length && !(values instanceof Thing && values.isMapping)) throw new EvalError('too many arguments for format string');
  return made(text);
}

function entry(values: Value, key: string): Value {
  if (!(values instanceof Thing) || !values.isMapping) throw new EvalError('format requires a mapping');
  const value = values.lookup(key);
  if (value === undefined) throw new EvalError(`key not found: ${key}`);
  return value;
}

function convert(conversion: string, argument: () => Value): string {
  const value = argument();
  switch (conversion) {
    case '':
      throw new EvalError('incomplete format');
    case 's':
      return str(value);
    case 'r':
      return repr(value);
    case 'd':
    case 'i':
    case 'o':
    case 'x':
    case 'X':
      return integerText(conversion, value);
    case 'e':
    case 'f':
    case 'g':
    case 'E':
    case 'F':
    case 'G':
      return numberText(conversion, value);
    case 'c':
      return letter(value);
    case '%':
      return '%';
    default:
      throw new EvalError(`unknown conversion %${conversion}`);
  }
}

function integerText(conversion: string, value: Value): string {
  let integer;
  try {
    integer = numberToInteger(value);
  } catch (error) {
    throw new EvalError(`%${conversion} format requires integer: ${(error as Error).message}`);
  }
  if (conversion === 'o') return integer.toString(8);
  if (conversion === 'x') return integer.toString(16);
  return conversion === 'X' ? integer.toString(16).toUpperCase() : integer.toString();
}

function numberText(conversion: string, value: Value): string {
  if (!(value instanceof Float) && !isInteger(value)) throw new EvalError(`%${conversion} format requires float, not ${typeOf(value)}`);
  const number = value instanceof Float ? value.value : Number(value);
  if (!Number.isFinite(number)) return floatText(number);
  switch (conversion) {
    case 'e':
      return exponential(number);
    case 'E':
      return exponential(number).toUpperCase();
    case 'f':
    case 'F':
      return fixed(number);
    default:
      return conversion === 'G' ? floatText(number).toUpperCase() : floatText(number);
  }
}

/** Six digits behind the point, and two at least in the exponent. */
function exponential(number: number): string {
  const text = number.toExponential(6).replace(/e([+-])(\d)$/, 'e$10$2');
  return Object.is(number, -0) ? `-${text}` : text;
}

/** Six digits behind the point, however large the number. */
function fixed(number: number): string {
  const text = Math.abs(number) < 1e21 ? number.toFixed(6) : `${BigInt(number)}.000000`;
  return Object.is(number, -0) ? `-${text}` : text;
}

function letter(value: Value): string {
  if (typeof value === 'string') {
    if (Array.from(value).length === 1) return value;
    throw new EvalError('%c format requires a single-character string');
  }
  if (!isInteger(value)) throw new EvalError(`%c format requires int or single-character string, not ${typeOf(value)}`);
  if (value < 0 || value > 0x10_ffff) throw new EvalError(`%c format requires a valid Unicode code point, got ${value}`);
  return letterOf(Number(value));
}

/** The letter of a code point; halves of letters are none. */
export function letterOf(code: number): string {
  return code >= 0xd800 && code <= 0xdfff ? '\ufffd' : String.fromCodePoint(code);
}
