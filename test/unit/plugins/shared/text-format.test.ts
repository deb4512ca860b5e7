import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createLineReader, createTextReader, lineFormatOptions, textFormatOptions } from '../../../../src/plugins/shared/text-format.ts';
import { testContext } from '../../../support/context.ts';
import { toLines } from '../../../support/points.ts';

const LineOptions = z.strictObject(lineFormatOptions);
const TextOptions = z.strictObject(textFormatOptions);

describe('data formats', () => {
  it.each([
    [{ data_format: 'influx' }, 'm v=1 1', 'm v=1 1'],
    [{ data_format: 'json' }, '{"v": 1}', 'tail v=1 1000000000'],
    [{ data_format: 'csv', csv_column_names: ['v'] }, '1', 'tail v=1i 1000000000'],
  ] as const)('%j reads a line', (options, text, line) => {
    const context = testContext({ nowMs: 1000 });
    const reader = createLineReader(LineOptions.parse(options), 'tail', context);
    expect(toLines(context.interner, reader.read(Buffer.from(text)).points)).toEqual([line]);
  });

  it.each([{ csv_header_row_count: 1 }, { csv_skip_rows: 1 }, { csv_metadata_rows: 1, csv_metadata_separators: [':'] }])(
    'csv line by line has no first lines: %j',
    (options) => {
      const config = { data_format: 'csv', csv_column_names: ['v'], ...options } as const;
      expect(() => createLineReader(LineOptions.parse(config), 'tail', testContext())).toThrow(Object.keys(options)[0]);
      expect(() => createTextReader(TextOptions.parse(config), 'file', testContext())).not.toThrow();
    },
  );

  it.each([
    [{ data_format: 'prometheus' }, 'a{x="1"} 1 5000\n', 'prometheus,x=1 a=1 5000000000'],
    [{ data_format: 'prometheus', prometheus_metric_version: 1, prometheus_ignore_timestamp: true }, 'a 1 5000\n', 'a value=1 1000000000'],
    [{ data_format: 'openmetrics' }, 'a 1 5\n# EOF\n', 'openmetric a=1 5000000000'],
    [
      { data_format: 'openmetrics', openmetrics_metric_version: 1, openmetrics_ignore_timestamp: true },
      'a 1 5\n# EOF\n',
      'a value=1 1000000000',
    ],
  ] as const)('%j reads a whole text', (options, text, line) => {
    const context = testContext({ nowMs: 1000 });
    const reader = createTextReader(TextOptions.parse(options), 'file', context);

    expect(toLines(context.interner, reader.read(Buffer.from(text)).points)).toEqual([line]);
  });

  it('refuses a bad exposition whole, and says where it is bad', () => {
    const context = testContext();
    const reader = createTextReader(TextOptions.parse({ data_format: 'prometheus' }), 'file', context);

    expect(reader.read(Buffer.from('a 1\nb x\n'))).toMatchObject({ points: [], errorCount: 1, errors: [{ line: 2, column: 3 }] });
    expect(context.errors()).toBe(1);
  });

  it.each(['prometheus', 'openmetrics'])('line by line, %s is refused before anything is read', (format) => {
    const message = LineOptions.safeParse({ data_format: format }).error?.issues[0].message;

    expect(message).toBe(`data_format "${format}" needs whole files, so it can't be read here; read it with inputs.file`);
  });
});
