import { Kind, type FieldValue } from '../../metric/kind.ts';
import { safeInteger } from '../../metric/number-text.ts';

export type ColumnType = 'int' | 'float' | 'bool' | 'string' | '';

export interface Cell {
  readonly kind: Kind;
  readonly value: FieldValue;
}

const INT64 = [-(2n ** 63n), 2n ** 63n - 1n] as const;

/** What Go's `strconv.ParseBool` takes. */
const BOOLEANS = new Map([
  ...['1', 't', 'T', 'TRUE', 'true', 'True'].map((text) => [text, true] as const),
  ...['0', 'f', 'F', 'FALSE', 'false', 'False'].map((text) => [text, false] as const),
]);

/** The value of a cell of a column with this type; undefined when it is none. Not a number and infinity are numbers, which no field can have. */
export function readCell(text: string, type: ColumnType): Cell | undefined {
  switch (type) {
    case 'int':
      return readInt(text);
    case 'float':
      return readFloat(text);
    case 'bool':
      return readBool(text);
    case 'string':
    case '':
      return { kind: Kind.String, value: text };
  }
}

/** The value of a cell of a column without a type: the first that it can be of whole number, number, boolean and text. */
export function guessCell(text: string): Cell {
  return readInt(text) ?? readFloat(text) ?? readBool(text) ?? { kind: Kind.String, value: text };
}

function readInt(text: string): Cell | undefined {
  if (!/^[+-]?\d+$/.test(text)) return undefined;
  const value = BigInt(text.replace('+', ''));
  return value < INT64[0] || value > INT64[1] ? undefined : { kind: Kind.Int, value: safeInteger(value) };
}

function readFloat(text: string): Cell | undefined {
  if (/^[+-]?(nan|inf|infinity)$/i.test(text)) return { kind: Kind.Float, value: NaN };
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)) return undefined;
  const value = Number(text);
  return Number.isFinite(value) ? { kind: Kind.Float, value } : undefined;
}

function readBool(text: string): Cell | undefined {
  const value = BOOLEANS.get(text);
  return value === undefined ? undefined : { kind: Kind.Bool, value };
}
