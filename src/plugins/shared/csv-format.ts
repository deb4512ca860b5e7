/** CSV as a data format, with the options of Telegraf's parser `csv`. */
import { guessCell, readCell } from '../../formats/csv/cell.ts';
import { readCsvRows, type CsvRow } from '../../formats/csv/rows.ts';
import type { TimeReader } from '../../formats/go-time/parse-layout.ts';
import type { Point } from '../../metric/point.ts';
import type { PluginContext } from '../../pipeline/plugin.ts';
import { splitPreamble, type Preamble } from './csv-preamble.ts';
import { checkCsvOptions, type CsvFormatConfig } from './csv-options.ts';
import { makePoint, type NewField } from './make-point.ts';
import { TextErrors } from './text-errors.ts';
import type { HeadedReader, ReadText, TextReader } from './text-format.ts';
import { createTimeReader } from './timestamp-options.ts';

/** What the lines before the rows tell of them. */
interface Head {
  readonly columns: readonly string[];
  readonly tags: Preamble['tags'];
}

/** Reads CSV, a row a point. Unlike Telegraf, which loses all that follows a bad row, this loses the bad row alone. */
export class CsvReader implements TextReader, HeadedReader {
  readonly unit = 'text';
  readonly #config: CsvFormatConfig;
  readonly #measurement: string;
  readonly #context: PluginContext;
  readonly #readTime: TimeReader | undefined;
  readonly #head: Head | undefined;

  /** `measurement` is the name of points that have none of their own; with `head`, texts have none. Throws `ConfigError`. */
  constructor(config: CsvFormatConfig, measurement: string, context: PluginContext, head?: Head) {
    checkCsvOptions(config);
    this.#head = head;
    this.#config = config;
    this.#measurement = measurement;
    this.#context = context;
    this.#readTime = createTimeReader({
      where: ['csv_timestamp_column', config.csv_timestamp_column],
      format: ['csv_timestamp_format', config.csv_timestamp_format],
      timezone: config.csv_timezone,
    });
  }

  read(text: Buffer): ReadText {
    const { csv_delimiter: delimiter } = this.#config;
    const preamble =
      this.#head === undefined
        ? splitPreamble(text.toString('utf8'), this.#config)
        : { ...this.#head, lines: 0, rest: text.toString('utf8') };
    const rows = this.#rows(preamble.rest);
    const columns = this.#head?.columns ?? this.#columns(rows.splice(0, this.#config.csv_header_row_count));
    const errors = new TextErrors();
    const points = rows.flatMap((row) => {
      try {
        return this.#readRow(row, columns, preamble);
      } catch (error) {
        errors.add(row.line + preamble.lines, (error as Error).message, row.cells?.join(delimiter) ?? '');
        return [];
      }
    });
    if (errors.count > 0) this.#context.drop('parse_error', errors.count);
    return this.#config.csv_skip_errors
      ? { points, errors: [], errorCount: 0 }
      : { points, errors: errors.first, errorCount: errors.count };
  }

  headLines(text: string): number | undefined {
    const { csv_skip_rows: skipped, csv_metadata_rows: metadata, csv_header_row_count: wanted } = this.#config;
    const whole = text.split('\n').slice(0, -1);
    let headers = 0;
    for (let lines = skipped + metadata; lines <= whole.length; lines++) {
      if (headers >= wanted) return lines;
      headers += this.#rows(whole[lines] ?? '').length;
    }
    return undefined;
  }

  readerBelow(head: string): TextReader {
    const { tags, rest } = splitPreamble(head, this.#config);
    const columns = this.#columns(this.#rows(rest));
    return new CsvReader(this.#config, this.#measurement, this.#context, { columns, tags });
  }

  #rows(text: string): CsvRow[] {
    const { csv_delimiter: delimiter, csv_comment: comment, csv_trim_space: trimSpace } = this.#config;
    return readCsvRows(text, { delimiter, comment, trimSpace });
  }

  /** The names that the options give, or else those of the header rows, joined from top to bottom. */
  #columns(headers: readonly CsvRow[]): readonly string[] {
    const { csv_column_names: names, csv_skip_columns: skipped } = this.#config;
    if (names.length > 0) return names;
    const joined: string[] = [];
    for (const { cells = [] } of headers) cells.forEach((cell, column) => (joined[column] = (joined[column] ?? '') + cell));
    return joined.slice(skipped);
  }

  /** The point of a row; none when nothing of it is a field. Throws for a row that can't be taken. */
  #readRow(row: CsvRow, columns: readonly string[], { tags: metadata }: Pick<Preamble, 'tags'>): Point[] {
    if (row.error !== undefined) throw new Error(row.error);
    const { csv_measurement_column: nameColumn, csv_timestamp_column: timeColumn, csv_skip_columns: skipped } = this.#config;
    const cells = new Map<string, string>();
    const tags: (readonly [string, string])[] = [];
    const fields: NewField[] = [];
    for (const [column, text] of row.cells.slice(skipped).entries()) {
      const name = columns[column];
      if (name === undefined) break;
      if (this.#config.csv_skip_values.includes(text)) continue;
      if (this.#config.csv_tag_columns.includes(name)) tags.push([name, text]);
      else if (name === timeColumn || name === nameColumn) cells.set(name, text);
      else fields.push(...this.#fieldOf(name, text, column));
    }
    const time = this.#timeOf(cells.get(timeColumn));
    if (fields.length === 0) {
      this.#context.drop('no_fields');
      return [];
    }
    const allTags = this.#config.csv_tag_overwrite ? [...metadata, ...tags] : [...tags, ...metadata];
    return [makePoint(this.#context.interner, { measurement: cells.get(nameColumn) || this.#measurement, tags: allTags, fields, time })];
  }

  /** Nothing of a cell that says "not a number". */
  #fieldOf(name: string, text: string, column: number): NewField[] {
    const { csv_column_types: types } = this.#config;
    if (types.length > 0 && column >= types.length) throw new Error(`column "${name}" has no type in csv_column_types`);
    const type = types[column];
    const cell = type === undefined ? guessCell(text) : readCell(text, type);
    if (cell === undefined) throw new Error(`${name} is ${JSON.stringify(text)}, which is no ${type ?? 'value'}`);
    return Number.isNaN(cell.value) ? [] : [{ name, ...cell }];
  }

  #timeOf(text: string | undefined): { readonly ms: number; readonly ns: number } {
    if (this.#readTime === undefined) return this.#context.clock.now();
    const { csv_timestamp_column: column, csv_timestamp_format: format } = this.#config;
    if (text === undefined) throw new Error(`timestamp column: ${column} could not be found`);
    const time = this.#readTime(text);
    if (time === undefined) throw new Error(`${column} is ${JSON.stringify(text)}, which is no time of the form "${format}"`);
    return { ms: time[0], ns: time[1] };
  }
}
