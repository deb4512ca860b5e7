/**
 * A point's values in their bytes form: a line-protocol field set, `usage_idle=97.4,count=3i,state="on"`, checked when it came
 * in, with no escapes in its names and no name twice. Here it becomes values, and values become it.
 */
import { Kind, type FieldValue } from './kind.ts';
import { floatText, readFloat, readInteger } from './number-text.ts';
import type { Shape } from './shape.ts';
import { decodeText } from './text.ts';

const QUOTE = 0x22;
const COMMA = 0x2c;
const EQUALS = 0x3d;
const BACKSLASH = 0x5c;
const LOWER_T = 0x74;
const UPPER_T = 0x54;

/** The values of a field set, in the shape's order. The bytes must be what the shape was made from, in any order. */
export function decodeFields(shape: Shape, source: Buffer, from: number, to: number): FieldValue[] {
  const { fields } = shape;
  const values: FieldValue[] = new Array(fields.length);
  let at = from;
  while (at < to) {
    let equals = at;
    while (source[equals] !== EQUALS) equals++;
    const index = shape.indexOfBytes(source, at, equals);
    const { kind } = fields[index];
    const end = valueEnd(source, equals + 1, to, kind);
    values[index] = readValue(kind, source, equals + 1, end);
    at = end + 1;
  }
  return values;
}

/** The values of a field set as doubles, in the shape's order, into `numbers`: bools as 1 and 0, strings as NaN. Makes nothing that V8 would have to collect. */
export function decodeNumbers(shape: Shape, source: Buffer, from: number, to: number, numbers: Float64Array): void {
  let at = from;
  while (at < to) {
    let equals = at;
    while (source[equals] !== EQUALS) equals++;
    const index = shape.indexOfBytes(source, at, equals);
    const { kind } = shape.fields[index];
    const end = valueEnd(source, equals + 1, to, kind);
    numbers[index] = readNumber(kind, source, equals + 1, end);
    at = end + 1;
  }
}

/** The places of a field set's fields in the shape, in the order of the bytes, which must be what the shape was made from. */
export function fieldPlaces(shape: Shape, source: Buffer, from: number, to: number): number[] {
  const places: number[] = [];
  let at = from;
  while (at < to) {
    let equals = at;
    while (source[equals] !== EQUALS) equals++;
    const place = shape.indexOfBytes(source, at, equals);
    places.push(place);
    at = valueEnd(source, equals + 1, to, shape.fields[place].kind) + 1;
  }
  return places;
}

/** The places among the shape's fields of those in a field set, in the order in which they are written. */
export function writtenOrder(shape: Shape, source: Buffer, from: number, to: number): number[] {
  const order: number[] = [];
  let at = from;
  while (at < to) {
    let equals = at;
    while (source[equals] !== EQUALS) equals++;
    const index = shape.indexOfBytes(source, at, equals);
    order.push(index);
    at = valueEnd(source, equals + 1, to, shape.fields[index].kind) + 1;
  }
  return order;
}

/** Where the value that starts at `at` ends: at the comma or the end of the field set. */
function valueEnd(source: Buffer, at: number, to: number, kind: Kind): number {
  if (kind === Kind.String) return stringEnd(source, at);
  let end = at;
  while (end < to && source[end] !== COMMA) end++;
  return end;
}

/** Just after the closing quote of the string that opens at `at`. */
function stringEnd(source: Buffer, at: number): number {
  let end = at + 1;
  while (source[end] !== QUOTE) end += source[end] === BACKSLASH ? 2 : 1;
  return end + 1;
}

/** One value of a known kind from its text, suffix or quotes included. */
export function readValue(kind: Kind, source: Buffer, from: number, to: number): FieldValue {
  switch (kind) {
    case Kind.Float:
      return readFloat(source, from, to);
    case Kind.Int:
    case Kind.Uint:
      return readInteger(source, from, to - 1);
    case Kind.Bool:
      return source[from] === LOWER_T || source[from] === UPPER_T;
    case Kind.String:
      return unescapeString(decodeText(source, from + 1, to - 1));
  }
}

/** One value of a known kind as a double. */
function readNumber(kind: Kind, source: Buffer, from: number, to: number): number {
  if (kind === Kind.Float) return readFloat(source, from, to);
  return kind === Kind.String ? Number.NaN : Number(readValue(kind, source, from, to));
}

/** `\"` and `\\` are the two escapes of a string; any other backslash stands for itself, as InfluxDB reads it. */
function unescapeString(text: string): string {
  return text.includes('\\') ? text.replaceAll(/\\(["\\])/g, '$1') : text;
}

/** One value as line protocol writes it; undefined for the floats it can't hold (NaN, infinities). */
export function valueText(kind: Kind, value: FieldValue): string | undefined {
  switch (kind) {
    case Kind.Float:
      return Number.isFinite(value) ? floatText(value as number) : undefined;
    case Kind.Int:
      return `${value}i`;
    case Kind.Uint:
      return `${value}u`;
    case Kind.Bool:
      return value === true ? 'true' : 'false';
    case Kind.String:
      return `"${(value as string).replaceAll(/["\\]/g, '\\$&')}"`;
  }
}
