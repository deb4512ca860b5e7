import { z } from 'zod';
import { readJson } from '../../../energy/series-state.ts';
import type { Interner } from '../../../metric/interner.ts';
import { Kind, type FieldValue } from '../../../metric/kind.ts';
import { safeInteger } from '../../../metric/number-text.ts';
import type { Field } from '../../../metric/shape.ts';
import type { StateSpec } from '../../../queue/store.ts';

/** What a series said the last time it was let through. */
export interface Seen {
  readonly ms: number;
  readonly ns: number;
  readonly fields: readonly Field[];
  readonly values: readonly FieldValue[];
}

/** JSON has no big integers, no NaN and no infinities, so numbers are texts. */
const StoredField = z.union([
  z.tuple([z.string(), z.literal(Kind.Float), z.string()]),
  z.tuple([z.string(), z.literal([Kind.Int, Kind.Uint]), z.string().regex(/^-?\d+$/)]),
  z.tuple([z.string(), z.literal(Kind.Bool), z.boolean()]),
  z.tuple([z.string(), z.literal(Kind.String), z.string()]),
]);
const Stored = z.tuple([z.number(), z.number(), z.array(StoredField)]);

/** By series. */
export function seenSpec(interner: Interner): StateSpec<Seen> {
  return {
    name: 'series',
    version: 1,
    encode: ({ ms, ns, fields, values }) =>
      JSON.stringify([ms, ns, fields.map(({ key, kind }, index) => [key.name, kind, storedValue(values[index])])]),
    decode(text) {
      const { data } = Stored.safeParse(readJson(text));
      if (data === undefined) return undefined;
      const [ms, ns, stored] = data;
      return {
        ms,
        ns,
        fields: stored.map(([name, kind]) => ({ key: interner.fieldKey(name), kind })),
        values: stored.map(([, kind, value]) => readValue(kind, value)),
      };
    },
  };
}

function storedValue(value: FieldValue): string | boolean {
  return typeof value === 'boolean' ? value : String(value);
}

function readValue(kind: Kind, stored: string | boolean): FieldValue {
  if (kind === Kind.Float) return Number(stored);
  return kind === Kind.Int || kind === Kind.Uint ? safeInteger(BigInt(stored)) : stored;
}
