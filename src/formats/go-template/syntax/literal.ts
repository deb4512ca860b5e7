/** Go's constants: texts in quotes, characters, numbers. */
import { decodeText, encodeText } from '../../../metric/text.ts';

const ESCAPES: Readonly<Record<string, number>> = { a: 7, b: 8, f: 12, n: 10, r: 13, t: 9, v: 11, '\\': 92, "'": 39, '"': 34 };
const ESCAPE = /\\(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|([0-7]{3})|([abfnrtv\\'"]))/y;

/** The text of a constant in double quotes or back quotes; undefined where an escape is none of Go's. */
export function unquote(quoted: string): string | undefined {
  const inside = quoted.slice(1, -1);
  if (quoted.startsWith('`')) return inside.replaceAll('\r', '');
  return quoted.startsWith('"') ? unescape(inside, "'") : undefined;
}

/** The number of a character in single quotes; undefined where it is not one. */
export function unquoteCharacter(quoted: string): number | undefined {
  const text = unescape(quoted.slice(1, -1), '"');
  return text !== undefined && [...text].length === 1 ? text.codePointAt(0) : undefined;
}

/** Bytes may be given one by one, so the text is put together of bytes. */
function unescape(text: string, forbidden: string): string | undefined {
  if (!text.includes('\\')) return text;
  const parts: Uint8Array[] = [];
  let at = 0;
  while (at < text.length) {
    const backslash = text.indexOf('\\', at);
    const end = backslash === -1 ? text.length : backslash;
    parts.push(encodeText(text.slice(at, end)));
    if (backslash === -1) break;
    ESCAPE.lastIndex = backslash;
    const match = ESCAPE.exec(text);
    const bytes = match === null || match[5] === forbidden ? undefined : escaped(match);
    if (bytes === undefined) return undefined;
    parts.push(bytes);
    at = ESCAPE.lastIndex;
  }
  const bytes = Buffer.concat(parts);
  return decodeText(bytes, 0, bytes.length);
}

function escaped([, byte, short, long, octal, letter]: RegExpExecArray): Uint8Array | undefined {
  if (letter !== undefined) return Buffer.of(ESCAPES[letter]);
  if (byte !== undefined) return Buffer.of(Number.parseInt(byte, 16));
  if (octal !== undefined) return Number.parseInt(octal, 8) > 255 ? undefined : Buffer.of(Number.parseInt(octal, 8));
  const code = Number.parseInt(short ?? long, 16);
  return code > 0x10ffff || (code >= 0xd800 && code < 0xe000) ? undefined : Buffer.from(String.fromCodePoint(code));
}

/** A number as a constant: as an integer where it is whole, and as a float. */
export interface NumberConstant {
  readonly integer: bigint | undefined;
  readonly float: number;
  /** Whether it stands for a float where its kind is open. */
  readonly isFloat: boolean;
}

/** The constant that a text is; undefined for a text that is none, or does not fit. */
export function readNumber(text: string): NumberConstant | undefined {
  const integer = readInteger(text);
  if (integer !== undefined) return { integer, float: Number(integer), isFloat: false };
  const float = /^[+-]?[\d_]+$/.test(text) ? undefined : readFloat(text);
  if (float === undefined || !Number.isFinite(float)) return undefined;
  const whole = Number.isInteger(float) && Math.abs(float) < 2 ** 63 ? BigInt(float) : undefined;
  return { integer: whole, float, isFloat: true };
}

/** As `strconv.ParseInt` with base 0; also what only a uint64 can hold. */
function readInteger(text: string): bigint | undefined {
  const match = /^([+-]?)(0[xX](?:_?[\da-fA-F])+|0[bB](?:_?[01])+|0[oO]?(?:_?[0-7])+|0|[1-9](?:_?\d)*)$/.exec(text);
  if (match === null) return undefined;
  const digits = match[2].replaceAll('_', '').replace(/^0(?=[0-7])/, '0o');
  const size = BigInt(digits);
  const value = match[1] === '-' ? -size : size;
  return value >= -(2n ** 63n) && value < 2n ** 64n ? value : undefined;
}

function readFloat(text: string): number | undefined {
  const hex = /^([+-]?)0[xX]([\da-fA-F]*)(?:\.([\da-fA-F]*))?[pP]([+-]?\d+)$/.exec(text.replaceAll('_', ''));
  if (hex !== null) {
    const [, sign, whole, fraction = '', exponent] = hex;
    const size = Number(BigInt(`0x${whole}${fraction}`)) * 2 ** (Number(exponent) - 4 * fraction.length);
    return sign === '-' ? -size : size;
  }
  return /^[+-]?(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][+-]?\d+)?$/.test(text) ? Number(text.replaceAll('_', '')) : undefined;
}
