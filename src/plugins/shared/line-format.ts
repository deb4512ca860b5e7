/** Line protocol as a data format: its options, its reader, and what inputs log of bad lines. The other formats: `text-format.ts`. */
import { z } from 'zod';
import { parseDuration } from '../../config/duration.ts';
import { LineParser, lineErrorText, type Dialect, type LineError, type Precision } from '../../formats/line-protocol/parse.ts';
import type { PluginContext } from '../../pipeline/plugin.ts';
import type { ReadText, TextReader } from './text-format.ts';

/** Telegraf writes the precision as a duration; these four are all there is. Keys are milliseconds. */
const PRECISIONS = new Map<number | undefined, Precision>([
  [1e-6, 'ns'],
  [1e-3, 'us'],
  [1, 'ms'],
  [1000, 's'],
]);

const timestampPrecision = z.string().transform((text, context): Precision => {
  const precision = PRECISIONS.get(parseDuration(text));
  if (precision !== undefined) return precision;
  context.addIssue({ code: 'custom', message: `"${text}" is not a precision of timestamps; choose 1ns, 1us, 1ms or 1s` });
  return z.NEVER;
});

/** The option `influx_parser_type` or `parser_type`. */
export const parserType = z
  .enum(['internal', 'upstream'])
  .default('internal')
  .describe("`internal` is Telegraf's own grammar; `upstream` also takes leading zeros in integers and reads \\n, \\r, \\t in strings.");

/** The options of `data_format: influx`. */
export const influxFormatOptions = {
  influx_parser_type: parserType,
  influx_timestamp_precision: timestampPrecision.prefault('1ns').describe('Unit of the timestamps: 1ns, 1us, 1ms or 1s.'),
} as const;

export interface InfluxFormatConfig {
  readonly influx_parser_type: Dialect;
  readonly influx_timestamp_precision: Precision;
}

/** Reads line protocol, and counts the lines that are none. */
export class LineReader implements TextReader {
  readonly unit = 'line';
  readonly #context: PluginContext;
  readonly #parser: LineParser;
  readonly #precision: Precision;

  constructor(format: InfluxFormatConfig, context: PluginContext) {
    this.#context = context;
    this.#parser = new LineParser(context.interner, { dialect: format.influx_parser_type });
    this.#precision = format.influx_timestamp_precision;
  }

  /** The points of a text; lines without a time get this moment. Bad lines are counted as dropped: tell the user of `errors`. */
  read(text: Buffer): ReadText {
    const parsed = this.#parser.parse(text, { precision: this.#precision, now: this.#context.clock.now() });
    if (parsed.errorCount > 0) this.#context.drop('parse_error', parsed.errorCount);
    return parsed;
  }
}

/** More bad lines of one text than this are only counted in the log. */
const MAX_LOGGED = 10;

/** Logs what was wrong with a file, the first few lines in full. `linesBefore` is how many lines of the file came before the text. */
export function logBadText(context: PluginContext, file: string, { unit }: TextReader, read: ReadText, linesBefore: number): void {
  const { errors, errorCount } = read;
  for (const error of errors.slice(0, MAX_LOGGED)) {
    const where = { ...error, line: error.line + linesBefore };
    context.log.error(
      unit === 'line' ? `left out a line of "${file}": ${lineErrorText(where)}` : `could not parse "${file}": ${textErrorText(where)}`,
    );
  }
  if (errorCount > MAX_LOGGED) context.log.error(`left out ${errorCount - MAX_LOGGED} more bad lines of "${file}"`);
}

function textErrorText({ line, column, reason }: LineError): string {
  return `line ${line}, column ${column}: ${reason}`;
}
