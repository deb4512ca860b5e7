import { z } from 'zod';
import { ConfigError } from '../../config/diagnostics.ts';
import { timezone } from './timestamp-options.ts';

const count = () => z.int().min(0).default(0);
const names = () => z.array(z.string()).default([]);
const oneCharacter = (what: string, standard: string) =>
  z
    .string()
    .refine((text) => [...text].length <= 1, { error: ({ input }) => `${what} must be a single character, got: ${String(input)}` })
    .default(standard);

/** The options of `data_format: csv`, with Telegraf's names. */
export const csvFormatOptions = {
  csv_header_row_count: count().describe('csv: rows with the names of the columns; of several rows the names are joined.'),
  csv_column_names: names().describe('csv: the names of the columns; then header rows are passed over.'),
  csv_column_types: z
    .array(z.enum(['int', 'float', 'bool', 'string', '']))
    .default([])
    .describe('csv: int, float, bool or string for each column; without them, each value says what it is.'),
  csv_skip_rows: count().describe('csv: lines at the start to pass over.'),
  csv_metadata_rows: count().describe('csv: lines after those that hold `key: value`; they become tags of all points.'),
  csv_metadata_separators: names().describe('csv: what stands between key and value in such a line, the longest first.'),
  csv_metadata_trim_set: z.string().default('').describe('csv: characters to take off both ends of such keys and values.'),
  csv_skip_columns: count().describe('csv: columns at the left to pass over.'),
  csv_delimiter: oneCharacter('csv_delimiter', ',').describe('csv: the character between columns.'),
  csv_comment: oneCharacter('csv_comment', '').describe('csv: lines that begin with this character are passed over.'),
  csv_trim_space: z.boolean().default(false).describe('csv: take blanks off names and values.'),
  csv_tag_columns: names().describe('csv: columns that become tags.'),
  csv_tag_overwrite: z.boolean().default(false).describe('csv: a column wins over a metadata tag of the same name.'),
  csv_measurement_column: z.string().default('').describe('csv: the column with the measurement.'),
  csv_timestamp_column: z.string().default('').describe('csv: the column with the time; without it the time is when it is read.'),
  csv_timestamp_format: z
    .string()
    .default('')
    .describe('csv: how that time is written: unix, unix_ms, unix_us, unix_ns, or a layout of Go.'),
  csv_timezone: timezone,
  csv_skip_values: names().describe('csv: values that are none, as `NA`: no field is made of them.'),
  csv_skip_errors: z.boolean().default(false).describe('csv: say nothing of rows that can not be read; they are counted all the same.'),
  csv_reset_mode: z.enum(['none', 'always']).default('none').describe("csv: accepted for Telegraf's sake; every file begins afresh."),
} as const;
export type CsvFormatConfig = z.output<z.ZodObject<typeof csvFormatOptions>>;

/** Throws `ConfigError` for options that contradict each other. */
export function checkCsvOptions(config: CsvFormatConfig): void {
  const { csv_column_names: columns, csv_column_types: types } = config;
  if (config.csv_header_row_count === 0 && columns.length === 0) {
    throw new ConfigError('data_format csv needs to know the columns: set csv_header_row_count, or csv_column_names', ['data_format']);
  }
  if (columns.length > 0 && types.length > 0 && columns.length !== types.length) {
    const message = `there are ${columns.length} csv_column_names and ${types.length} csv_column_types; each column needs one`;
    throw new ConfigError(message, ['csv_column_types']);
  }
  if (config.csv_metadata_rows > 0 && config.csv_metadata_separators.length === 0) {
    throw new ConfigError('csv_metadata_separators required when specifying csv_metadata_rows', ['csv_metadata_rows']);
  }
}
