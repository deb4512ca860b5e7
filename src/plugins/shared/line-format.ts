/** What inputs that read text share: the options that say how it is written, and the parser that follows from them. */
import { z } from 'zod';
import { parseDuration } from '../../config/duration.ts';
import { LineParser, lineErrorText, type Dialect, type LineError, type Parsed, type Precision } from '../../formats/line-protocol/parse.ts';
import type { PluginContext } from '../../pipeline/plugin.ts';

const FORMATS = ['influx'] as const;

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

/** The data-format options of an input that reads text, with Telegraf's names. */
export const lineFormatOptions = {
  data_format: z
    .enum(FORMATS, { error: ({ input }) => `data_format ${JSON.stringify(input)} is not supported here; supported: ${FORMATS.join(', ')}` })
    .default('influx')
    .describe('How the text is written: `influx` is line protocol.'),
  influx_parser_type: parserType,
  influx_timestamp_precision: timestampPrecision.prefault('1ns').describe('Unit of the timestamps: 1ns, 1us, 1ms or 1s.'),
} as const;

export interface LineFormat {
  readonly influx_parser_type: Dialect;
  readonly influx_timestamp_precision: Precision;
}

/** Reads text in the format that the options name, and counts the lines that are none. */
export class LineReader {
  readonly #context: PluginContext;
  readonly #parser: LineParser;
  readonly #precision: Precision;

  constructor(format: LineFormat, context: PluginContext) {
    this.#context = context;
    this.#parser = new LineParser(context.interner, { dialect: format.influx_parser_type });
    this.#precision = format.influx_timestamp_precision;
  }

  /** The points of a text; lines without a time get this moment. Bad lines are counted as dropped: tell the user of `errors`. */
  read(text: Buffer): Parsed {
    const parsed = this.#parser.parse(text, { precision: this.#precision, now: this.#context.clock.now() });
    if (parsed.errorCount > 0) this.#context.drop('parse_error', parsed.errorCount);
    return parsed;
  }
}

/** More bad lines of one text than this are only counted in the log. */
const MAX_LOGGED = 10;

/** Logs the bad lines of a file, the first few in full. `linesBefore` is how many lines of the file came before the text. */
export function logBadLines(context: PluginContext, file: string, { errors, errorCount }: Parsed, linesBefore: number): void {
  for (const error of errors.slice(0, MAX_LOGGED)) context.log.error(badLineText(file, error, linesBefore));
  if (errorCount > MAX_LOGGED) context.log.error(`left out ${errorCount - MAX_LOGGED} more bad lines of "${file}"`);
}

function badLineText(file: string, error: LineError, linesBefore: number): string {
  return `left out a line of "${file}": ${lineErrorText({ ...error, line: error.line + linesBefore })}`;
}
