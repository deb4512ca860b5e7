import { Kind, type FieldValue } from './kind.ts';
import { floatText } from './number-text.ts';

/** A field's value as the text that Telegraf makes of it: numbers never with an exponent (Go's `strconv.FormatFloat(v, 'f', -1, 64)`). */
export function valueText(kind: Kind, value: FieldValue): string {
  if (kind !== Kind.Float) return String(value);
  if (Number.isFinite(value)) return floatText(value as number);
  if (Number.isNaN(value)) return 'NaN';
  return value === Infinity ? '+Inf' : '-Inf';
}
