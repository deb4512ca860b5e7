import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import { catalogueCsv, csv } from '../../../src/equivalents/table.ts';
import { shippedCatalogue } from '../../support/catalogue.ts';

describe('the catalogue for a spreadsheet', () => {
  it('has every row with its figures, as another reader of CSV reads them', () => {
    const rows = parse<Record<string, string>>(catalogueCsv(shippedCatalogue), { columns: true, record_delimiter: '\r\n' });
    expect(rows).toHaveLength(shippedCatalogue.size);
    expect(rows[5]).toMatchObject({
      id: 'e_bike_km',
      kind: 'energy',
      theme: 'distance',
      typical: '7.2',
      unit: 'Wh',
      formula: '252 Wh / 35 km',
      published_value: '72',
      published_unit: 'Wh per 100 km',
      name_fr: 'km à vélo électrique',
      url: 'https://abicyclettepaulette.fr',
    });
    for (const row of rows) expect(row['reason_en']).toBe(shippedCatalogue.get(row['id'])?.published?.reason.en ?? '');
  });

  it('quotes what would break a cell', () => {
    expect(csv([['a,b', 'say "so"', 'two\nlines', undefined, 1.5]])).toBe('"a,b","say ""so""","two\nlines",,1.5\r\n');
  });

  it.each(['=cmd|x', '+1', '-1', '@SUM(A1)', '\tx', '＝1'])('never lets a text be a formula: %j', (text) => {
    expect(csv([[text]])).toBe(`'${text}\r\n`);
  });
});
