/** Letters, their numbers, and bytes. */
import { EvalError } from '../errors.ts';
import { Bytes } from '../values/bytes.ts';
import { elementsOf } from '../values/elements.ts';
import { made } from '../values/text.ts';
import { isInteger, typeOf, type Value } from '../values/value.ts';
import { letterOf } from './interpolate.ts';
import { codeOf } from './string-methods.ts';

/** `chr(code)` */
export function chr(value: Value): string {
  if (!isInteger(value)) throw new EvalError(`chr: got ${typeOf(value)}, want int`);
  if (value < 0) throw new EvalError(`chr: Unicode code point ${value} out of range (<0)`);
  if (value > 0x10_ffff) throw new EvalError(`chr: Unicode code point U+${value.toString(16).toUpperCase()} out of range (>0x10FFFF)`);
  return letterOf(Number(value));
}

/** `ord(letter)` */
export function ord(value: Value): number {
  if (typeof value === 'string') {
    const letters = Array.from(made(value));
    if (letters.length !== 1) throw new EvalError(`ord: string encodes ${letters.length} Unicode code points, want 1`);
    return codeOf(letters[0]);
  }
  if (!(value instanceof Bytes)) throw new EvalError(`ord: got ${typeOf(value)}, want string or bytes`);
  if (value.size !== 1) throw new EvalError(`ord: bytes has length ${value.size}, want 1`);
  return value.bytes[0];
}

/** `bytes(x)` */
export function bytesOf(value: Value): Bytes {
  if (value instanceof Bytes) return value;
  if (typeof value === 'string') return new Bytes(Buffer.from(value.toWellFormed()));
  const elements = elementsOf(value);
  if (elements === undefined) throw new EvalError(`bytes: got ${typeOf(value)}, want string, bytes, or iterable of ints`);
  elements.forEach((element, index) => {
    if (!isInteger(element)) throw new EvalError(`bytes: at index ${index}, got ${typeOf(element)}, want int`);
    if (element >= 0 && element <= 255) return;
    throw new EvalError(`bytes: at index ${index}, ${element} out of range (want value in unsigned 8-bit range)`);
  });
  return new Bytes(Buffer.from(elements as number[]));
}

/** `hash(x)`: of a string that of Java, of bytes FNV-1a with 32 bits. */
export function hash(value: Value): number {
  let result = 0;
  if (typeof value === 'string') {
    const text = made(value).toWellFormed();
    for (let index = 0; index < text.length; index++) result = (Math.imul(31, result) + text.charCodeAt(index)) | 0;
    return result;
  }
  if (!(value instanceof Bytes)) throw new EvalError(`hash: got ${typeOf(value)}, want string or bytes`);
  result = 0x811c9dc5;
  for (const byte of value.bytes) result = Math.imul(result ^ byte, 0x0100_0193);
  return result >>> 0;
}
