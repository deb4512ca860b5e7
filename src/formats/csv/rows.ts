import { parse, type CsvError, type Info, type Options } from 'csv-parse/sync';
import { trimCharacters } from '../../metric/text.ts';

export interface CsvOptions {
  readonly delimiter: string;
  /** A row that begins with this character is none; empty: there are no such rows. */
  readonly comment: string;
  readonly trimSpace: boolean;
}

/** One row with the line in which it ends, counted from 1, and what is wrong with it, if it is no row. */
export type CsvRow =
  | { readonly line: number; readonly cells: readonly string[]; readonly error?: undefined }
  | { readonly line: number; readonly cells?: undefined; readonly error: string };

/** Letters of one row at the most: a quote that is never closed would take all that follows. */
const MAX_ROW = 1024 * 1024;

/** The rows of a text (RFC 4180), of any length; empty lines are left out. */
export function readCsvRows(text: string, { delimiter, comment, trimSpace }: CsvOptions): CsvRow[] {
  const bad = new Map<number, CsvRow>();
  const options = {
    delimiter: delimiter === '' ? ',' : delimiter,
    comment: comment === '' ? null : comment,
    comment_no_infix: true,
    ltrim: trimSpace,
    bom: true,
    info: true,
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: MAX_ROW,
    skip_records_with_error: true,
    // Called for every bad quote of a row; the first is what is wrong with it.
    on_skip: (error: CsvError | undefined): undefined => {
      const line = Number(error?.['lines'] ?? 0);
      if (!bad.has(line)) bad.set(line, { line, error: error?.message ?? 'it is no CSV' });
    },
  } satisfies Options;
  const good = (parse(text, options) as unknown as { readonly info: Info; readonly record: string[] }[]).map(
    ({ info, record }): CsvRow => ({ line: info.lines, cells: trimSpace ? record.map(withoutBlanks) : record }),
  );
  return [...good, ...bad.values()].toSorted((a, b) => a.line - b.line);
}

/** Blanks only, as Telegraf does: not tabs. */
function withoutBlanks(cell: string): string {
  return trimCharacters(cell, ' ');
}
