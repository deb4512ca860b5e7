/** The catalogue of equivalents: its form. Files are read by src/plugins/shared/catalogue.ts. */
import { z } from 'zod';
import { formulaResult } from './formula.ts';
import { implausible, subjects } from './plausibility.ts';

export const languages = ['en', 'fr'] as const;
export type Language = (typeof languages)[number];

/** What a row's figure counts, and its unit: power at once, energy in all, carbon in all (over what `scope` says), a price. */
export const units = { power: 'W', energy: 'Wh', carbon: 'gCO2e', cost: 'EUR' } as const;
export type Kind = keyof typeof units;
const kinds = Object.keys(units) as [Kind, ...Kind[]];

/** What a reader may be interested in; a choice takes no three of one theme. */
export const themes = ['power', 'energy', 'distance', 'heat', 'food', 'computing', 'nature', 'carbon', 'money'] as const;
export type Theme = (typeof themes)[number];

/** Where a row's figure is taken: the comparison makes sense with a quantity taken at the same place. */
export const scopes = ['wall', 'battery', 'mechanical', 'heat', 'body', 'fuel', 'grid', 'use', 'life_cycle', 'market'] as const;
export type Scope = (typeof scopes)[number];

const text = () => z.string().min(1);
const inLanguages = <Schema extends z.ZodType>(schema: Schema) => z.strictObject({ en: schema, fr: schema });

/** A noun after a number. CLDR knows more forms (French has one for millions); they read like `other` here. */
const Forms = z.strictObject({ one: text(), other: text() });
export type Forms = z.output<typeof Forms>;

const Source = z.strictObject({ title: text(), publisher: text(), url: z.url(), year: z.int().min(1800).max(2100) });

const Row = z
  .strictObject({
    kind: z.enum(kinds),
    unit: z.enum(units),
    theme: z.enum(themes).optional(),
    value: z.strictObject({
      lower: z.number().positive().optional(),
      typical: z.number().positive(),
      upper: z.number().positive().optional(),
    }),
    /** How `typical` follows from the source's figures, with their units in brackets: `252 [Wh] / 35 [km]`. Checked. */
    formula: z.string().optional(),
    /** What it is; decides which figures are plausible. */
    subject: z.enum(subjects).optional(),
    scope: z.enum(scopes).optional(),
    icon: z.string().optional(),
    /** `of` follows a time, for what takes power: "3 hours of one LED bulb". */
    names: inLanguages(Forms.extend({ of: text().optional() })),
    /** A smaller unit for small amounts: so many of them are one. */
    parts: z.strictObject({ per: z.number().gt(1), names: inLanguages(Forms) }).optional(),
    source: Source,
    /** A second one that bears the figure out, where the first is no page but a site, or no primary source. */
    also: Source.optional(),
    /** Where `lower` and `upper` come from: `estimate` is this project's, of the spread between models and uses. */
    range: z.enum(['source', 'estimate']).optional(),
    /** The source's own figure where this one differs, and why it does. */
    published: z.strictObject({ value: z.number(), unit: z.string(), reason: inLanguages(text()) }).optional(),
    note: inLanguages(text()).optional(),
  })
  .superRefine((row, context) => {
    const problem = (path: string[], message: string) => context.addIssue({ code: 'custom', path, message });
    if (row.unit !== units[row.kind]) problem(['unit'], `must be ${units[row.kind]} for the kind ${row.kind}`);
    for (const language of languages) {
      const { of } = row.names[language];
      if ((of !== undefined) !== (row.kind === 'power')) problem(['names', language], 'has "of" when the kind is power, and only then');
    }
    const doubt = implausible(row) ?? wrongFormula(row.formula, row.value.typical);
    if (doubt !== undefined) problem(['value'], doubt);
  });
export type CatalogueRow = z.output<typeof Row>;

/** How far the result of a formula may be from the rounded figure. */
const ROUNDING = 0.03;

function wrongFormula(formula: string | undefined, typical: number): string | undefined {
  if (formula === undefined) return undefined;
  const result = formulaResult(formula);
  if (result === undefined) return `the formula "${formula}" can't be calculated; write numbers, + - * / ( ) and units in brackets`;
  return Math.abs(result / typical - 1) <= ROUNDING ? undefined : `typical is ${typical}, but its formula makes ${result}`;
}

/** A file of them. */
export const CatalogueFile = z.strictObject({
  version: z.literal(1),
  equivalents: z.record(z.string().regex(/^[a-z][a-z0-9_]*$/, 'an id is lower case letters, digits and underscores'), Row),
});

/** By id, in the order written: of two that read equally well, the first is chosen. */
export type Catalogue = ReadonlyMap<string, CatalogueRow>;

/** The base with the rows of `own` in place of those of the same id, and its others after them. */
export function extendCatalogue(base: Catalogue, own: Catalogue): Catalogue {
  return new Map([...base, ...own]);
}
