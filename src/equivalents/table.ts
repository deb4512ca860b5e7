/** The catalogue as a table for spreadsheets. */
import type { Catalogue, CatalogueRow } from './catalogue.ts';
import { formulaText } from './formula.ts';

type Cell = string | number | undefined;

const COLUMNS: Readonly<Record<string, (row: CatalogueRow) => Cell>> = {
  kind: ({ kind }) => kind,
  theme: ({ theme }) => theme,
  name_en: ({ names }) => names.en.one,
  plural_en: ({ names }) => names.en.other,
  name_fr: ({ names }) => names.fr.one,
  plural_fr: ({ names }) => names.fr.other,
  unit: ({ unit }) => unit,
  lower: ({ value }) => value.lower,
  typical: ({ value }) => value.typical,
  upper: ({ value }) => value.upper,
  range: ({ range }) => range,
  formula: ({ formula }) => formula && formulaText(formula),
  scope: ({ scope }) => scope,
  source: ({ source }) => source.title,
  publisher: ({ source }) => source.publisher,
  year: ({ source }) => source.year,
  url: ({ source }) => source.url,
  published_value: ({ published }) => published?.value,
  published_unit: ({ published }) => published?.unit,
  reason_en: ({ published }) => published?.reason.en,
  reason_fr: ({ published }) => published?.reason.fr,
  note_en: ({ note }) => note?.en,
  note_fr: ({ note }) => note?.fr,
  icon: ({ icon }) => icon,
};

/** All rows as CSV (RFC 4180: commas, CRLF), the heading first. */
export function catalogueCsv(catalogue: Catalogue): string {
  const heading = ['id', ...Object.keys(COLUMNS)];
  const rows = [...catalogue].map(([id, row]) => [id, ...Object.values(COLUMNS).map((cell) => cell(row))]);
  return csv([heading, ...rows]);
}

/** Rows of cells as CSV (RFC 4180). */
export function csv(rows: readonly (readonly Cell[])[]): string {
  return rows.map((cells) => `${cells.map(csvCell).join(',')}\r\n`).join('');
}

/**
 * A spreadsheet takes a text that begins like this for a formula and runs it; an apostrophe before it makes it a text again (OWASP,
 * "CSV injection"). A user's own catalogue may come from anywhere.
 */
const FORMULA = /^[=+\-@\t\r\n＝＋－＠]/;

function csvCell(cell: Cell): string {
  if (cell === undefined) return '';
  if (typeof cell === 'number') return String(cell);
  const text = FORMULA.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
