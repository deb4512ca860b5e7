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
});
