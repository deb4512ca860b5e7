/**
 * The data formats of inputs that read text. To add one: a file `<id>-format.ts` with its options and a reader; its options in
 * `textFormatOptions`, its id in `TEXT_FORMATS`, its reader in `createTextReader`. If each line can be read alone (no header, no
 * document), also in `LINE_FORMATS`, `lineFormatOptions` and `createLineReader`: then `tail` has it too.
 */
import { z } from 'zod';
import { ConfigError } from '../../config/diagnostics.ts';
import type { LineError } from '../../formats/line-protocol/errors.ts';
import type { Point } from '../../metric/point.ts';
import type { PluginContext } from '../../pipeline/plugin.ts';
import { CsvReader } from './csv-format.ts';
import { csvFormatOptions } from './csv-options.ts';
import { jsonFormatOptions, JsonReader } from './json-format.ts';
import { influxFormatOptions, LineReader } from './line-format.ts';
import { expositionFormatOptions, ExpositionReader } from './prometheus-format.ts';

/** Reads texts in one format, for one input. */
export interface TextReader {
  /** `line`: a bad line is left out alone. `text`: a text is taken or refused whole, and must be one: a file, never a part. */
  readonly unit: 'line' | 'text';
  /** The points of a text; those without a time get this moment. What is lost is counted here: tell the user of `errors`. */
  read(text: Buffer): ReadText;
}

/** A reader of files that begin with a head, which counts for all their lines. */
export interface HeadedReader extends TextReader {
  /** How many lines the head takes of the text that a file begins with; undefined while it is not whole. */
  headLines(text: string): number | undefined;
  /** The reader of single lines below that head. */
  readerBelow(head: string): TextReader;
}

export interface ReadText {
  readonly points: Point[];
  /** The first of the errors, with their words; all are in `errorCount`. */
  readonly errors: readonly LineError[];
  readonly errorCount: number;
}

/** Formats that can be read line by line. */
const LINE_FORMATS = ['influx', 'json', 'csv'] as const;
const TEXT_FORMATS = [...LINE_FORMATS, 'prometheus', 'openmetrics'] as const;

/** The data-format options of an input that takes lines one by one, with Telegraf's names. */
export const lineFormatOptions = {
  data_format: dataFormat(LINE_FORMATS).describe(
    'How a line is written: `influx` is line protocol. Formats that need whole files are read by `file`.',
  ),
  ...influxFormatOptions,
  ...jsonFormatOptions,
  ...csvFormatOptions,
} as const;

/** The data-format options of an input that reads whole files. */
export const textFormatOptions = {
  data_format: textFormat('influx'),
  ...influxFormatOptions,
  ...jsonFormatOptions,
  ...csvFormatOptions,
  ...expositionFormatOptions,
} as const;

export type LineFormatConfig = z.output<z.ZodObject<typeof lineFormatOptions>>;
export type TextFormatConfig = z.output<z.ZodObject<typeof textFormatOptions>>;

/** Options of csv that are about a file's first lines. */
const FIRST_LINES = ['csv_header_row_count', 'csv_skip_rows', 'csv_metadata_rows'] as const;

/** The reader that the options name, for single lines. `measurement` is the name of points whose format gives them none. Throws `ConfigError`. */
export function createLineReader(config: LineFormatConfig, measurement: string, context: PluginContext): TextReader {
  const option = aboutFirstLines(config);
  if (option !== undefined) {
    const message = `${option}: it is read line by line, so the first lines are nothing special`;
    throw new ConfigError(`${message}; set csv_column_names instead, and csv_comment to pass over a header`, [option]);
  }
  return createLineFormatReader(config, measurement, context);
}

/** The reader for files that are followed, each with a head of its own; undefined where the options ask for none. Throws `ConfigError`. */
export function createHeadedReader(config: LineFormatConfig, measurement: string, context: PluginContext): HeadedReader | undefined {
  return aboutFirstLines(config) === undefined ? undefined : new CsvReader(config, measurement, context);
}

function aboutFirstLines(config: LineFormatConfig): (typeof FIRST_LINES)[number] | undefined {
  return config.data_format === 'csv' ? FIRST_LINES.find((name) => config[name] > 0) : undefined;
}

/** The reader that the options name, for whole texts. `measurement` is the name of points whose format gives them none. Throws `ConfigError`. */
export function createTextReader(config: TextFormatConfig, measurement: string, context: PluginContext): TextReader {
  const { data_format: format } = config;
  switch (format) {
    case 'prometheus':
      return new ExpositionReader(config, 'text', context);
    case 'openmetrics':
      return new ExpositionReader(config, 'openmetrics', context);
    default:
      return createLineFormatReader({ ...config, data_format: format }, measurement, context);
  }
}

function createLineFormatReader(config: LineFormatConfig, measurement: string, context: PluginContext): TextReader {
  switch (config.data_format) {
    case 'influx':
      return new LineReader(config, context);
    case 'json':
      return new JsonReader(config, measurement, context);
    case 'csv':
      return new CsvReader(config, measurement, context);
  }
}

/** The option `data_format` of an input that reads whole texts and, without it, takes them for this one. */
export function textFormat(usual: (typeof TEXT_FORMATS)[number]): ReturnType<typeof dataFormat<typeof TEXT_FORMATS>> {
  return dataFormat(TEXT_FORMATS, usual).describe(
    'How the text is written: `influx` is line protocol, `prometheus` and `openmetrics` are what a scrape gives.',
  );
}

function dataFormat<const Ids extends readonly [string, ...string[]]>(
  ids: Ids,
  usual: Ids[number] = 'influx',
): z.ZodDefault<z.ZodEnum<{ [Id in Ids[number]]: Id }>> {
  return z.enum(ids, { error: ({ input }) => unsupported(input, ids) }).default(usual as never);
}

function unsupported(input: unknown, supported: readonly string[]): string {
  if (TEXT_FORMATS.some((id) => id === input)) {
    return `data_format ${JSON.stringify(input)} needs whole files, so it can't be read here; read it with inputs.file`;
  }
  return `data_format ${JSON.stringify(input)} is not supported here; supported: ${supported.join(', ')}`;
}
