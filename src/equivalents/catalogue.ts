/** The catalogue of equivalents: its form, and reading it from text. */
import { parseDocument } from 'yaml';
import { z } from 'zod';
import { implausible, subjects } from './plausibility.ts';

export const languages = ['en', 'fr'] as const;
export type Language = (typeof languages)[number];

const inLanguages = <Schema extends z.ZodType>(schema: Schema) => z.strictObject({ en: schema, fr: schema });

/** A noun after a number. CLDR knows more forms (French has one for millions); they read like `other` here. */
const Forms = { one: z.string().min(1), other: z.string().min(1) };

const common = {
  value: z.strictObject({
    lower: z.number().positive().optional(),
    typical: z.number().positive(),
    upper: z.number().positive().optional(),
  }),
  /** What it is; decides which figures are plausible. */
  subject: z.enum(subjects).optional(),
  /** The scope in which the comparison makes sense (`wall`: what a meter would show). */
  scope: z.string().optional(),
  icon: z.string().optional(),
  source: z.strictObject({
    title: z.string().min(1),
    publisher: z.string().min(1),
    url: z.url(),
    year: z.int().min(1950).max(2100),
  }),
  /** The source's own figure where this one differs, and why it does. */
  published: z.strictObject({ value: z.number(), unit: z.string(), reason: inLanguages(z.string().min(1)) }).optional(),
  note: inLanguages(z.string().min(1)).optional(),
};

const Row = z.discriminatedUnion('kind', [
  z.strictObject({
    ...common,
    kind: z.literal('power'),
    unit: z.literal('W'),
    /** `of` follows a time: "3 hours of one LED bulb". */
    names: inLanguages(z.strictObject({ ...Forms, of: z.string().min(1) })),
  }),
  z.strictObject({ ...common, kind: z.literal('energy'), unit: z.literal('Wh'), names: inLanguages(z.strictObject(Forms)) }),
]);
export type CatalogueRow = z.output<typeof Row>;

const CatalogueFile = z.strictObject({
  version: z.literal(1),
  equivalents: z.record(z.string().regex(/^[a-z][a-z0-9_]*$/, 'an id is lower case letters, digits and underscores'), Row),
});

/** By id, in the order written. */
export type Catalogue = ReadonlyMap<string, CatalogueRow>;

export type ReadCatalogue =
  | { readonly status: 'ok'; readonly catalogue: Catalogue }
  /** All that is wrong, each on one line, with the place in the file. */
  | { readonly status: 'bad'; readonly problems: readonly string[] };

/** Reads a catalogue from YAML. `file` is named in the problems. */
export function readCatalogue(text: string, file: string): ReadCatalogue {
  const problems: string[] = [];
  const rows = readRows(text, problems);
  return problems.length === 0
    ? { status: 'ok', catalogue: new Map(rows) }
    : { status: 'bad', problems: problems.map((problem) => `${file}: ${problem}`) };
}

function readRows(text: string, problems: string[]): [string, CatalogueRow][] {
  const document = parseDocument(text);
  problems.push(...document.errors.map(({ message }) => message.split('\n', 1)[0]));
  if (problems.length > 0) return [];
  const read = CatalogueFile.safeParse(document.toJS());
  problems.push(...(read.error?.issues ?? []).map((issue) => `${issue.path.join('.')}: ${messageOf(issue)}`));
  const rows = Object.entries(read.data?.equivalents ?? {});
  problems.push(...rows.flatMap(([id, row]) => implausible(id, row) ?? []));
  return rows;
}

function messageOf(issue: z.core.$ZodIssue): string {
  return issue.code === 'invalid_key' ? issue.issues.map(({ message }) => message).join(', ') : issue.message;
}

/** The base with the rows of `own` in place of those of the same id, and its others after them. */
export function extendCatalogue(base: Catalogue, own: Catalogue): Catalogue {
  return new Map([...base, ...own]);
}
