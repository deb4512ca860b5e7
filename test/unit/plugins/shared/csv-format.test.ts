import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ConfigError } from '../../../../src/config/diagnostics.ts';
import { CsvReader } from '../../../../src/plugins/shared/csv-format.ts';
import { csvFormatOptions } from '../../../../src/plugins/shared/csv-options.ts';
import { testContext } from '../../../support/context.ts';
import { toLines } from '../../../support/points.ts';

const Options = z.strictObject(csvFormatOptions);

function read(options: z.input<typeof Options>, text: string) {
  const context = testContext({ nowMs: 1000 });
  const { points, errors, errorCount } = new CsvReader(Options.parse(options), 'file', context).read(Buffer.from(text));
  return { lines: toLines(context.interner, points), errors, errorCount, dropped: Object.fromEntries(context.dropped) };
}

const lines = (options: z.input<typeof Options>, text: string): string[] => read(options, text).lines;

describe('data_format csv', () => {
  it("reads a header, a measurement and a time as Telegraf's page says", () => {
    const options = {
      csv_header_row_count: 1,
      csv_measurement_column: 'measurement',
      csv_timestamp_column: 'time',
      csv_timestamp_format: '2006-01-02T15:04:05Z07:00',
    };
    const text = 'measurement,cpu,time_user,time_system,time_idle,time\ncpu,cpu0,42,42,42,2018-09-13T13:03:28Z\n';
    expect(lines(options, text)).toEqual(['cpu cpu="cpu0",time_idle=42i,time_system=42i,time_user=42i 1536843808000000000']);
  });

  it('guesses what each value is: whole number, number, boolean, text', () => {
    expect(lines({ csv_column_names: ['a', 'b', 'c', 'd', 'e', 'f'] }, '9223372036854775807,9223372036854775808,-.5e1,T,,x y')).toEqual([
      'file a=9223372036854775807i,b=9223372036854776000,c=-5,d=true,e="",f="x y" 1000000000',
    ]);
  });

  it('takes the types that the options give, and refuses what is not of its type', () => {
    const options = { csv_column_names: ['a', 'b', 'c', 'd'], csv_column_types: ['int', 'float', 'bool', 'string'] as const };
    const {
      lines: taken,
      errors,
      errorCount,
    } = read({ ...options, csv_column_types: [...options.csv_column_types] }, '1,2,1,4\n1.5,2,1,4\n1,x,1,4\n2,3,0,5\n');
    expect(taken).toEqual(['file a=1i,b=2,c=true,d="4" 1000000000', 'file a=2i,b=3,c=false,d="5" 1000000000']);
    expect(errors.map(({ line, reason, text }) => `${line}: ${reason}: ${text}`)).toEqual([
      '2: a is "1.5", which is no int: 1.5,2,1,4',
      '3: b is "x", which is no float: 1,x,1,4',
    ]);
    expect(errorCount).toBe(2);
  });

  it('joins the names of several header rows, or passes over them when names are given', () => {
    const text = 'line1,line1\nname,unit\n1,2\n';
    expect(lines({ csv_header_row_count: 2 }, text)).toEqual(['file line1name=1i,line1unit=2i 1000000000']);
    expect(lines({ csv_header_row_count: 2, csv_column_names: ['a', 'b'] }, text)).toEqual(['file a=1i,b=2i 1000000000']);
  });

  it('passes over lines, columns, comments, empty lines and a byte-order mark', () => {
    const text = '\uFEFFgarbage "here\nx,a,b\n#x,y,"z\n\nx,1,2#3\n';
    expect(lines({ csv_skip_rows: 1, csv_skip_columns: 1, csv_header_row_count: 1, csv_comment: '#' }, text)).toEqual([
      'file a=1i,b="2#3" 1000000000',
    ]);
    expect(lines({ csv_header_row_count: 1 }, '\uFEFFa,b\n1,2\n')).toEqual(['file a=1i,b=2i 1000000000']);
  });

  it('takes blanks off when told, reads quotes and other delimiters', () => {
    expect(lines({ csv_header_row_count: 1, csv_trim_space: true, csv_delimiter: ';' }, 'a ; b\r\n 1;  "x; ""y"""\r\n')).toEqual([
      'file a=1i,b="x; \\"y\\"" 1000000000',
    ]);
  });

  it('makes tags of columns and of metadata lines', () => {
    const options = {
      csv_skip_rows: 1,
      csv_metadata_rows: 3,
      csv_metadata_separators: [':', ':='],
      csv_metadata_trim_set: ' #',
      csv_header_row_count: 1,
      csv_tag_columns: ['site'],
    };
    const text = 'skipped\n# site: pau\n#owner:= me\nnothing\nsite,v\nlyon,1\n';
    expect(lines(options, text)).toEqual(['file,owner=me,site=pau v=1i 1000000000']);
    expect(lines({ ...options, csv_tag_overwrite: true }, text)).toEqual(['file,owner=me,site=lyon v=1i 1000000000']);
  });

  it('leaves out values that say there is none, and rows of which nothing is left', () => {
    const { lines: taken, dropped } = read({ csv_header_row_count: 1, csv_skip_values: ['NA', ''] }, 'a,b,c\n1,NA,NaN\nNA,,Inf\n');
    expect(taken).toEqual(['file a=1i 1000000000']);
    expect(dropped).toEqual({ no_fields: 1 });
  });

  it('takes shorter and longer rows as far as they have names', () => {
    expect(lines({ csv_column_names: ['a', 'b'] }, '1\n1,2,3\n')).toEqual(['file a=1i 1000000000', 'file a=1i,b=2i 1000000000']);
  });

  it('leaves out a row with a bad quote or time alone, with its line in the file', () => {
    const options = { csv_skip_rows: 1, csv_header_row_count: 1, csv_timestamp_column: 't', csv_timestamp_format: 'unix' };
    const { lines: taken, errors, dropped } = read(options, 'x\nt,v\n1,1\n2,a "b" c\nsoon,3\n4,4\n');
    expect(taken).toEqual(['file v=1i 1000000000', 'file v=4i 4000000000']);
    expect(errors.map(({ line, reason }) => [line, reason.slice(0, 30)])).toEqual([
      [4, expect.stringContaining('Quote')],
      [5, 't is "soon", which is no time '],
    ]);
    expect(dropped).toEqual({ parse_error: 2 });
  });

  it('counts bad rows and says nothing when told to skip them', () => {
    const { errorCount, dropped } = read({ csv_column_names: ['a'], csv_column_types: ['int'], csv_skip_errors: true }, 'x\n1\n');
    expect([errorCount, dropped]).toEqual([0, { parse_error: 1 }]);
  });

  it.each([
    [{}, 'csv_header_row_count'],
    [{ csv_column_names: ['a'], csv_column_types: ['int' as const, 'int' as const] }, 'each column needs one'],
    [{ csv_column_names: ['a'], csv_metadata_rows: 1 }, 'csv_metadata_separators'],
    [{ csv_column_names: ['a'], csv_timestamp_column: 'a' }, 'csv_timestamp_format'],
  ])('refuses the options %j', (options, word) => {
    expect(() => read(options, '')).toThrow(ConfigError);
    expect(() => read(options, '')).toThrow(word);
  });

  it.each([{ csv_delimiter: ',,' }, { csv_comment: '//' }, { csv_timezone: 'Paris' }, { csv_column_types: ['number'] }])(
    'refuses %j',
    (options) => {
      expect(Options.safeParse(options).success).toBe(false);
    },
  );
});

describe("PowerJoular's files", () => {
  const HEADER = 'Date,CPU Utilization,Total Power,CPU Power,GPU Power';
  const ROW = '2025-09-19 15:56:31,0.04987531172070,8.53200000000000,8.53200000000000,0.00000000000000';
  const options = {
    csv_column_names: ['time', 'cpu_utilization', 'total_power', 'cpu_power', 'gpu_power'],
    csv_timestamp_column: 'time',
    csv_timestamp_format: '2006-01-02 15:04:05',
    csv_timezone: 'Europe/Paris',
    csv_comment: 'D',
  };
  // 15:56:31 in Paris is 13:56:31 UTC.
  const line = 'file cpu_power=8.532,cpu_utilization=0.0498753117207,gpu_power=0,total_power=8.532 1758290191000000000';

  it('are read with their header (-f, and the first write of -o) and without (-o from then on)', () => {
    expect(read(options, `${HEADER}\n${ROW}\n`)).toEqual({ lines: [line], errors: [], errorCount: 0, dropped: {} });
    expect(lines(options, `${ROW}\n`)).toEqual([line]);
  });
});
