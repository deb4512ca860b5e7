/** JSON as a data format, with the options of Telegraf's parser `json`. */
import { z } from 'zod';
import { ConfigError } from '../../config/diagnostics.ts';
import type { TimeReader } from '../../formats/go-time/parse-layout.ts';
import { jsonDocuments, type JsonDocument } from '../../formats/json/documents.ts';
import { flattenJson, type JsonScalar, type JsonValue } from '../../formats/json/flatten.ts';
import { compileJsonQuery, type JsonQuery } from '../../formats/json/query.ts';
import { Kind } from '../../metric/kind.ts';
import { floatText } from '../../metric/number-text.ts';
import type { Point } from '../../metric/point.ts';
import { compileGlobOption } from '../../pipeline/glob-option.ts';
import type { Matcher } from '../../pipeline/glob.ts';
import type { PluginContext } from '../../pipeline/plugin.ts';
import { makePoint, type NewField } from './make-point.ts';
import { TextErrors } from './text-errors.ts';
import type { ReadText, TextReader } from './text-format.ts';
import { createTimeReader, timezone } from './timestamp-options.ts';

/** The options of `data_format: json`. */
export const jsonFormatOptions = {
  json_query: z
    .string()
    .default('')
    .describe('json: path to the object, or array of objects, to read: `host`, `sockets.0.domains`, `consumers.#(exe=="/usr/bin/qemu")#`.'),
  tag_keys: z.array(z.string()).default([]).describe('json: names (globs) of values that become tags.'),
  json_string_fields: z
    .array(z.string())
    .default([])
    .describe('json: names (globs) of texts and booleans that become fields; others are left out.'),
  json_name_key: z.string().default('').describe('json: name of the text that is the measurement.'),
  json_time_key: z.string().default('').describe('json: name of the value that is the time; without it the time is when it is read.'),
  json_time_format: z.string().default('').describe('json: how that time is written: unix, unix_ms, unix_us, unix_ns, or a layout of Go.'),
  json_timezone: timezone,
  json_strict: z.boolean().default(true).describe('json: one object of an array that can not be taken refuses the whole array.'),
} as const;
export type JsonFormatConfig = z.output<z.ZodObject<typeof jsonFormatOptions>>;

/**
 * Reads JSON: an object is a point, an array of objects several. Numbers are float fields by their flat names (`sockets_0_id`).
 * Unlike Telegraf's, it takes several JSON texts one after another, with or without a line end between them.
 */
export class JsonReader implements TextReader {
  readonly unit = 'text';
  readonly #config: JsonFormatConfig;
  readonly #measurement: string;
  readonly #context: PluginContext;
  readonly #query: JsonQuery;
  readonly #isTag: Matcher;
  readonly #isStringField: Matcher;
  readonly #readTime: TimeReader | undefined;

  /** `measurement` is the name of points that have none of their own. Throws `ConfigError`. */
  constructor(config: JsonFormatConfig, measurement: string, context: PluginContext) {
    this.#config = config;
    this.#measurement = measurement;
    this.#context = context;
    this.#query = compileQuery(config.json_query);
    this.#isTag = compileGlobOption(['tag_keys'], config.tag_keys);
    this.#isStringField = compileGlobOption(['json_string_fields'], config.json_string_fields);
    this.#readTime = createTimeReader({
      where: ['json_time_key', config.json_time_key],
      format: ['json_time_format', config.json_time_format],
      timezone: config.json_timezone,
    });
  }

  read(text: Buffer): ReadText {
    const errors = new TextErrors();
    const points: Point[] = [];
    for (const document of jsonDocuments(text.toString('utf8').replace(/^\uFEFF/, ''))) {
      points.push(...this.#readDocument(document, errors));
    }
    if (errors.count > 0) this.#context.drop('parse_error', errors.count);
    return { points, errors: errors.first, errorCount: errors.count };
  }

  #readDocument({ text, line }: JsonDocument, errors: TextErrors): Point[] {
    try {
      const found = this.#query(JSON.parse(text) as JsonValue);
      if (found === undefined || found === null) return [];
      return Array.isArray(found) ? this.#readArray(found, line, errors) : [this.#readObject(found)].flat();
    } catch (error) {
      errors.add(line, (error as Error).message, text);
      return [];
    }
  }

  #readArray(elements: readonly JsonValue[], line: number, errors: TextErrors): Point[] {
    return elements.flatMap((element) => {
      try {
        return this.#readObject(element);
      } catch (error) {
        if (this.#config.json_strict) throw error;
        errors.add(line, (error as Error).message, JSON.stringify(element));
        return [];
      }
    });
  }

  /** The point of an object; none when nothing of it is a field. Throws for what is no object, or has not the time it should have. */
  #readObject(object: JsonValue): Point[] {
    if (object === null || typeof object !== 'object' || Array.isArray(object)) {
      throw new Error(`expected an object or an array of objects${this.#config.json_query === '' ? '' : ' at json_query'}`);
    }
    const { json_name_key: nameKey, json_time_key: timeKey } = this.#config;
    const values = flattenJson(object);
    const name = values.get(nameKey);
    const time = this.#timeOf(values.get(timeKey));
    const rest = [...values].filter(([key]) => key !== '' && (key !== timeKey || this.#readTime === undefined));
    const fields = rest.flatMap(([key, value]) => this.#fieldOf(key, value));
    if (fields.length === 0) {
      this.#context.drop('no_fields');
      return [];
    }
    const tags = rest.filter(([key]) => this.#isTag(key)).map(([key, value]) => [key, tagText(value)] as const);
    const measurement = typeof name === 'string' && name !== '' ? name : this.#measurement;
    return [makePoint(this.#context.interner, { measurement, tags, fields, time })];
  }

  #timeOf(value: JsonScalar | undefined): { readonly ms: number; readonly ns: number } {
    if (this.#readTime === undefined) return this.#context.clock.now();
    const { json_time_key: key, json_time_format: format } = this.#config;
    if (value === undefined) throw new Error(`'json_time_key' could not be found: there is no ${key}`);
    const time = this.#readTime(typeof value === 'number' ? floatText(value) : String(value));
    if (time === undefined) throw new Error(`${key} is ${JSON.stringify(value)}, which is no time of the form "${format}"`);
    return { ms: time[0], ns: time[1] };
  }

  #fieldOf(name: string, value: JsonScalar): NewField[] {
    if (this.#isTag(name)) return [];
    if (typeof value === 'number') return [{ name, kind: Kind.Float, value: finite(name, value) }];
    if (!this.#isStringField(name)) return [];
    return [{ name, kind: typeof value === 'boolean' ? Kind.Bool : Kind.String, value }];
  }
}

function compileQuery(path: string): JsonQuery {
  if (path === '') return (value) => value;
  try {
    return compileJsonQuery(path);
  } catch (error) {
    throw new ConfigError(`json_query: ${(error as Error).message}`, ['json_query']);
  }
}

/** JSON.parse takes `1e999` for infinity; no output could write that. */
function finite(name: string, value: number): number {
  if (Number.isFinite(value)) return value;
  throw new Error(`${name} is too large for a number`);
}

function tagText(value: JsonScalar): string {
  return typeof value === 'number' ? floatText(value) : String(value);
}
