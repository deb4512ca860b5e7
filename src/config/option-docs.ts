/** The options of a schema as rows of a table, for the plugins' pages and `wattbridge plugins`. */
import { z } from 'zod';
import { branches, metaOf } from './schema-walk.ts';

export interface OptionRow {
  /** `urls`, or `replace[].dest` of an option inside a list. */
  readonly name: string;
  readonly type: string;
  /** As it would be written; undefined when there is none. */
  readonly defaultValue: string | undefined;
  /** The default itself. */
  readonly default: unknown;
  readonly required: boolean;
  readonly description: string;
}

/** A row for every option, those of nested maps behind the option that holds them; none for those that are refused. */
export function optionRows(schema: z.ZodObject, prefix = ''): OptionRow[] {
  return Object.entries(schema.shape).flatMap(([key, option]) => {
    if (isRefused(option)) return [];
    const name = `${prefix}${key}`;
    const value = defaultOf(option);
    const row: OptionRow = {
      name,
      type: typeText(option),
      defaultValue: value === undefined ? undefined : defaultText(value),
      default: value,
      required: option._zod.optin === undefined,
      description: metaOf(option).description ?? '',
    };
    return [row].concat(nestedRows(option, name));
  });
}

/** An option that is there only to be refused with a reason: Telegraf's that Wattbridge does not have. */
export interface RefusedOption {
  readonly name: string;
  readonly reason: string;
}

/** The refused options of a schema. */
export function refusedOptions(schema: z.ZodObject): RefusedOption[] {
  return Object.entries(schema.shape).flatMap(([name, option]) => {
    if (!isRefused(option)) return [];
    return [{ name, reason: metaOf(option).description?.replace(/^.*?: |\.$/g, '') ?? '' }];
  });
}

function isRefused(option: z.core.$ZodType): boolean {
  return metaOf(option).deprecated === true;
}

function nestedRows(option: z.core.$ZodType, name: string): OptionRow[] {
  return branches(option).flatMap((branch) => {
    if (branch instanceof z.ZodObject) return optionRows(branch, `${name}.`);
    if (branch instanceof z.ZodArray) return nestedRows(branch.element, `${name}[]`);
    if (branch instanceof z.ZodRecord) return nestedRows(branch.valueType, `${name}.*`);
    return [];
  });
}

const OPTION_TYPES: Readonly<Record<string, string>> = {
  duration: 'duration',
  size: 'size',
  secret: 'text (secret)',
  field_value: 'field value',
  value_tree: 'value',
};

function typeText(schema: z.core.$ZodType): string {
  const special = OPTION_TYPES[metaOf(schema).option ?? ''];
  return special ?? [...new Set(branches(schema).map(plainTypeText))].join(' or ');
}

function plainTypeText(schema: z.core.$ZodType): string {
  if (schema instanceof z.ZodEnum) return schema.options.map((option) => `\`${option}\``).join(', ');
  if (schema instanceof z.ZodLiteral) return [...schema.values].map((value) => `\`${String(value)}\``).join(', ');
  if (schema instanceof z.ZodArray) return `list of ${plural(typeText(schema.element))}`;
  if (schema instanceof z.ZodRecord) return `map of ${plural(typeText(schema.valueType))}`;
  if (schema instanceof z.ZodObject) return 'map';
  if (schema instanceof z.ZodBoolean) return 'true or false';
  if (schema instanceof z.ZodNumber) return schema.isInt ? 'whole number' : 'number';
  return 'text';
}

function plural(type: string): string {
  return /^(?:text|map|number|whole number|duration|size|field value|value)$/.test(type)
    ? `${type}s`
    : type.replace(/^(list|map) of/, '$1s of');
}

function defaultOf(schema: z.core.$ZodType): unknown {
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault) return schema._zod.def.defaultValue;
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable) return defaultOf(schema.unwrap());
  return undefined;
}

function defaultText(value: unknown): string {
  return typeof value === 'string' && value !== '' ? value : JSON.stringify(value);
}
