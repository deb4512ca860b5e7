import { readValue } from '../../metric/field-bytes.ts';
import { Kind, type FieldValue } from '../../metric/kind.ts';
import { decodeText } from '../../metric/text.ts';
import { nameEnd, unescapeName } from './key.ts';
import type { ValueScanner } from './value-scanner.ts';

export interface OddField {
  readonly name: string;
  readonly kind: Kind;
  readonly value: FieldValue;
}

/** What `\n`, `\r`, `\t` mean in a string of the upstream dialect. */
const CONTROL: Record<string, string> = { n: '\n', r: '\r', t: '\t' };

/** Decodes a field set that was checked already, one name and value after the other, whatever their spelling. */
export function readOddFields(source: Buffer, from: number, to: number, scanner: ValueScanner): OddField[] {
  const fields: OddField[] = [];
  let at = from;
  while (at < to) {
    const equals = nameEnd(source, at, to);
    const name = unescapeName(decodeText(source, at, equals));
    const end = scanner.scan(source, equals + 1);
    fields.push({ name, kind: scanner.kind, value: readOddValue(source, equals + 1, end, scanner) });
    at = end + 1;
  }
  return fields;
}

function readOddValue(source: Buffer, from: number, to: number, { kind, odd }: ValueScanner): FieldValue {
  if (kind !== Kind.String || !odd) return readValue(kind, source, from, to);
  const text = decodeText(source, from + 1, to - 1);
  return text.replaceAll(/\\(["\\nrt])/g, (_pair, escaped: string) => CONTROL[escaped] ?? escaped);
}
