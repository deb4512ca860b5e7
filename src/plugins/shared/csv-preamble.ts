/** The lines of a CSV file before its rows: what is passed over, and lines of keys and values. */
import { trimCharacters } from '../../metric/text.ts';
import type { CsvFormatConfig } from './csv-options.ts';
import type { TagPairs } from './tag-setter.ts';

export interface Preamble {
  readonly tags: TagPairs;
  /** How many lines it has. */
  readonly lines: number;
  /** All that comes after it. */
  readonly rest: string;
}

type Options = Pick<CsvFormatConfig, 'csv_skip_rows' | 'csv_metadata_rows' | 'csv_metadata_separators' | 'csv_metadata_trim_set'>;

/** Takes off the lines that the options name. A metadata line without a separator says nothing. */
export function splitPreamble(text: string, options: Options): Preamble {
  const { csv_skip_rows: skipped, csv_metadata_rows: metadata } = options;
  // Telegraf looks for the longest first, so that ":=" is not taken for ":".
  const separators = options.csv_metadata_separators.toSorted((a, b) => b.length - a.length);
  const tags: (readonly [string, string])[] = [];
  let rest = text;
  for (let line = 0; line < skipped + metadata; line++) {
    const end = rest.indexOf('\n') + 1 || rest.length;
    if (line >= skipped) tags.push(...keyValue(rest.slice(0, end).replace(/\r?\n$/, ''), separators, options.csv_metadata_trim_set));
    rest = rest.slice(end);
  }
  return { tags, lines: skipped + metadata, rest };
}

function keyValue(line: string, separators: readonly string[], trimSet: string): TagPairs {
  for (const separator of separators) {
    const at = line.indexOf(separator);
    const key = trimCharacters(line.slice(0, Math.max(at, 0)), trimSet);
    if (key !== '') return [[key, trimCharacters(line.slice(at + separator.length), trimSet)]];
  }
  return [];
}
