import type { FieldLiteral } from '../../config/options.ts';
import { Kind, type FieldValue } from '../../metric/kind.ts';

/** A value with its kind. */
export interface TypedValue {
  readonly kind: Kind;
  readonly value: FieldValue;
}

/** What an option of the type `fieldValue()` is as a field. */
export function literalField({ value, isFloat }: FieldLiteral): TypedValue {
  if (typeof value === 'string') return { kind: Kind.String, value };
  if (typeof value === 'boolean') return { kind: Kind.Bool, value };
  return { kind: isFloat ? Kind.Float : Kind.Int, value };
}
