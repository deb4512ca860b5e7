/** JSON as a data format of outputs, with the options of Telegraf's serialiser `json`. */
import { z } from 'zod';
import { duration } from '../../config/options.ts';
import { JsonWriter } from '../../formats/json/write.ts';
import { compileGlobOption } from '../../pipeline/glob-option.ts';
import type { PluginContext } from '../../pipeline/plugin.ts';
import { unsupportedOptions } from './unsupported-options.ts';

/** The options of `data_format: json`. */
export const jsonOutputOptions = {
  json_timestamp_units: duration()
    .prefault('1s')
    .describe('json: the unit of timestamps: 1ns, 1us, 1ms, 1s; of another duration the power of ten below it.'),
  json_timestamp_format: z.string().default('').describe("json: Go's layout for timestamps as texts in UTC: `2006-01-02T15:04:05Z07:00`."),
  json_nested_fields_include: z
    .array(z.string())
    .default([])
    .describe('json: texts (globs) that are JSON themselves and are written as such.'),
  json_nested_fields_exclude: z.array(z.string()).default([]).describe('json: texts (globs) that are not, of those.'),
  ...unsupportedOptions({ 'there is no JSONata; change the metrics with processors': ['json_transformation'] }),
} as const;
export type JsonOutputConfig = z.output<z.ZodObject<typeof jsonOutputOptions>>;

const NS_PER_MS = 1_000_000;

/** The writer that the options ask for. Throws `ConfigError`. */
export function createJsonWriter(config: JsonOutputConfig, { interner }: PluginContext): JsonWriter {
  const { json_nested_fields_include: included, json_nested_fields_exclude: excluded } = config;
  const isIncluded = compileGlobOption(['json_nested_fields_include'], included);
  const isExcluded = compileGlobOption(['json_nested_fields_exclude'], excluded);
  const isWanted = included.length + excluded.length > 0;
  return new JsonWriter(interner, {
    unitNs: powerOfTen(Math.round(config.json_timestamp_units * NS_PER_MS)),
    layout: config.json_timestamp_format,
    isNested: (field) => isWanted && (included.length === 0 || isIncluded(field)) && !isExcluded(field),
  });
}

/** The largest that is not above; a second for nothing. */
function powerOfTen(ns: number): bigint {
  return ns <= 0 ? 1_000_000_000n : 10n ** BigInt(String(ns).length - 1);
}

/** A batch as one text, of objects that stand each on a line. */
export function jsonBatch(lines: Buffer): Buffer {
  const objects = lines.toString('utf8').trimEnd().replaceAll('\n', ',');
  return Buffer.from(`{"metrics":[${objects}]}\n`, 'utf8');
}
