/** The option types that plugins share: durations, sizes, addresses, secrets. Each reads what Telegraf reads, and says in its metadata what it is (`schema-walk.ts`). */
import { z } from 'zod';
import { parseDuration } from './duration.ts';
import { parseListenAddress, type ListenAddress } from './listen-address.ts';
import { parseSize } from './size.ts';
import { Secret } from './secret.ts';

/** A duration in milliseconds, from Go's notation (`1m30s`), days (`2d`), or a number of seconds. */
export function duration(): z.ZodType<number, string | number> {
  return z
    .union([z.string(), z.number()])
    .transform((value, context) => {
      const ms = parseDuration(value);
      if (ms !== undefined) return ms;
      context.addIssue({ code: 'custom', message: `"${value}" is not a duration; write for example 10s, 1m30s or 250ms` });
      return z.NEVER;
    })
    .meta({ option: 'duration' });
}

/** A size in bytes, from a number or a text such as `64KiB` or `10MB`. */
export function size(): z.ZodType<number, string | number> {
  return z
    .union([z.string(), z.number()])
    .transform((value, context) => {
      const bytes = parseSize(value);
      if (bytes !== undefined) return bytes;
      context.addIssue({ code: 'custom', message: `"${value}" is not a size; write for example 1048576, 64KiB or 10MB` });
      return z.NEVER;
    })
    .meta({ option: 'size' });
}

/** Where to listen, from `127.0.0.1:8186`, `:8186` or `tcp://…`. */
export function listenAddress(): z.ZodType<ListenAddress, string> {
  return z.string().transform(readAddress);
}

/** The same, or undefined for the empty text: nowhere. */
export function listenAddressOrNone(): z.ZodType<ListenAddress | undefined, string> {
  return z.string().transform((text, context) => (text === '' ? undefined : readAddress(text, context)));
}

function readAddress(text: string, context: z.RefinementCtx): ListenAddress {
  const address = parseListenAddress(text);
  if (address !== undefined) return address;
  context.addIssue({ code: 'custom', message: `"${text}" is not an address to listen on; write for example 127.0.0.1:8186 or :8186` });
  return z.NEVER;
}

/** A field's value as an option has it. */
export interface FieldLiteral {
  readonly value: string | number | bigint | boolean;
  /** Of a number, that it is a float: 1.0 is one, and 1 an integer. */
  readonly isFloat: boolean;
}

/**
 * A whole number that is written as a float, as the loader hands it to options of this type: the plain number could not tell 1.0 from 1.
 */
export class WrittenFloat {
  readonly value: number;

  constructor(value: number) {
    this.value = value;
  }
}

/** The value of a field: a text, an integer, a float or a boolean. */
export function fieldValue(): z.ZodType<FieldLiteral> {
  return z
    .unknown()
    .transform((value, context) => {
      const literal = fieldLiteral(value);
      if (literal !== undefined) return literal;
      context.addIssue({ code: 'custom', message: 'must be a text, a number (an integer of 64 bits at most), true or false' });
      return z.NEVER;
    })
    .meta({ option: 'field_value' });
}

/** A value as the loader hands it to an option of the type `field_value`; undefined for what no field can hold: lists, maps, integers beyond 64 bits. */
export function fieldLiteral(value: unknown): FieldLiteral | undefined {
  if (value instanceof WrittenFloat) return { value: value.value, isFloat: true };
  if (typeof value === 'number') return { value, isFloat: !Number.isInteger(value) };
  if (typeof value === 'bigint') return BigInt.asIntN(64, value) === value ? { value, isFloat: false } : undefined;
  if (typeof value === 'string' || typeof value === 'boolean') return { value, isFloat: false };
  return undefined;
}

/** A value, a list of them, or a map, to any depth. */
export type ValueTree = FieldLiteral | readonly ValueTree[] | ReadonlyMap<string, ValueTree>;

/** Whatever a configuration can say, numbers as `fieldValue` has them: what a script is given. */
export function valueTree(): z.ZodType<ValueTree> {
  return z
    .unknown()
    .transform((value, context) => {
      const tree = treeOf(value);
      if (tree !== undefined) return tree;
      context.addIssue({
        code: 'custom',
        message: 'must be a text, a number (an integer of 64 bits at most), true or false, or lists or maps of them',
      });
      return z.NEVER;
    })
    .meta({ option: 'value_tree' });
}

function treeOf(value: unknown): ValueTree | undefined {
  if (Array.isArray(value)) {
    const items = value.map(treeOf);
    return items.includes(undefined) ? undefined : (items as ValueTree[]);
  }
  if (typeof value !== 'object' || value === null || value instanceof WrittenFloat) return fieldLiteral(value);
  const entries = Object.entries(value).map(([key, item]) => [key, treeOf(item)] as const);
  return entries.some(([, item]) => item === undefined) ? undefined : new Map(entries as (readonly [string, ValueTree])[]);
}

/** A text that is never printed. */
export function secret(): z.ZodType<Secret, string> {
  return z
    .string()
    .transform((value) => new Secret(value))
    .meta({ option: 'secret' });
}
