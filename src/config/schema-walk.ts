/** Finding one's way in zod schemas: what is under the wrappers, what a path leads to, which options are secret. */
import { z } from 'zod';
import type { NodePath } from './node.ts';

/** The metadata that the option types of `options.ts` carry. */
export interface OptionMeta {
  readonly description?: string | undefined;
  /** `duration`, `size`, `secret`, `field_value` or `value_tree`, where the plain type would say too little. */
  readonly option?: string | undefined;
  /** Why the option, though it may be set, changes nothing. */
  readonly noEffect?: string | undefined;
  /** Whether the option is there only to be refused with a reason; JSON Schema's word, so that editors strike it out. */
  readonly deprecated?: boolean | undefined;
}

/** The metadata of a schema and of what it wraps; the outermost that says something counts. */
export function metaOf(schema: z.core.$ZodType): OptionMeta {
  const own: OptionMeta = z.globalRegistry.get(schema) ?? {};
  const inner = innerType(schema);
  return inner === undefined ? own : { ...metaOf(inner), ...own };
}

/** Whether the option's value must never be shown. */
export function isSecretSchema(schema: z.core.$ZodType): boolean {
  return metaOf(schema).option === 'secret';
}

/** Whether the option must know 1.0 from 1. */
export function isFieldValueSchema(schema: z.core.$ZodType): boolean {
  return ['field_value', 'value_tree'].includes(metaOf(schema).option ?? '');
}

/** The names of all secret options in a schema, however deep. */
export function secretNames(schema: z.core.$ZodType): string[] {
  return branches(schema).flatMap((branch) => {
    if (branch instanceof z.ZodArray) return secretNames(branch.element);
    if (branch instanceof z.ZodRecord) return secretNames(branch.valueType);
    if (!(branch instanceof z.ZodObject)) return [];
    return Object.entries(branch.shape).flatMap(([name, option]) => (isSecretSchema(option) ? [name] : secretNames(option)));
  });
}

/** The schemas directly below one for a key or an index: one, or one per branch of a union. */
export function childSchemas(schema: z.core.$ZodType, segment: PropertyKey): z.core.$ZodType[] {
  // What is below a tree is one too.
  if (metaOf(schema).option === 'value_tree') return [schema];
  return branches(schema).flatMap((branch) => {
    if (branch instanceof z.ZodObject) return Object.hasOwn(branch.shape, segment) ? [branch.shape[String(segment)]] : [];
    if (branch instanceof z.ZodArray) return [branch.element];
    if (branch instanceof z.ZodRecord) return [branch.valueType];
    return [];
  });
}

/** The schemas that a path leads to; none when it leads nowhere. */
export function schemasAt(schema: z.core.$ZodType, path: NodePath): z.core.$ZodType[] {
  let level = [schema];
  for (const segment of path) level = level.flatMap((one) => childSchemas(one, segment));
  return level;
}

/** The keys that objects at this path may have, for "did you mean"; empty where any key may stand. */
export function keysAt(schema: z.core.$ZodType, path: NodePath): string[] {
  return schemasAt(schema, path)
    .flatMap(branches)
    .flatMap((branch) => (branch instanceof z.ZodObject ? Object.keys(branch.shape) : []));
}

/** The schema without wrappers; of a union all its branches. */
export function branches(schema: z.core.$ZodType): z.core.$ZodType[] {
  const inner = innerType(schema);
  if (inner !== undefined) return branches(inner);
  if (schema instanceof z.ZodUnion) return schema.options.flatMap(branches);
  return [schema];
}

function innerType(schema: z.core.$ZodType): z.core.$ZodType | undefined {
  if (schema instanceof z.ZodPipe) return schema.in;
  if (
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault ||
    schema instanceof z.ZodNullable ||
    schema instanceof z.ZodReadonly
  ) {
    return schema.unwrap();
  }
  return undefined;
}
