import { Command, InvalidArgumentError, Option } from 'commander';
import { ConfigError } from '../config/diagnostics.ts';
import { languages, themes, type Catalogue, type Language, type Theme } from '../equivalents/catalogue.ts';
import { choose } from '../equivalents/choose.ts';
import { languageOf } from '../equivalents/language.ts';
import { parseQuantity, quantityUnits, type Quantity } from '../equivalents/quantity.ts';
import { catalogueCsv, csv } from '../equivalents/table.ts';
import { catalogueText, describe, quantityText, readingText, type Description } from '../equivalents/words.ts';
import { loadCatalogue } from '../plugins/shared/catalogue.ts';
import { ExitCode, type Finish } from './exit-code.ts';
import { print, printBytes, printError } from './print.ts';

interface EquivalentsOptions {
  readonly lang: Language;
  readonly catalogue?: string;
  readonly count: number;
  readonly theme?: readonly Theme[];
  readonly all?: boolean;
  readonly format: 'text' | 'csv' | 'json';
  readonly bom?: boolean;
}

const EXAMPLES = `
Examples:
  wattbridge equivalents                               the catalogue, with its sources
  wattbridge equivalents 12.5kWh                       what an energy equals: what reads best
  wattbridge equivalents 63 W --lang fr                what a power equals, in French
  wattbridge equivalents 3kgCO2e --theme distance food
  wattbridge equivalents 2 € --all                     all there is
  wattbridge equivalents --format csv --bom > all.csv  the catalogue for a spreadsheet`;

/** `wattbridge equivalents`: what a power, an energy, greenhouse gas or money equals, or what the catalogue holds. */
export function equivalentsCommand(finish: Finish): Command {
  return new Command('equivalents')
    .description('say what a power, an energy, its carbon or its cost equals')
    .argument('[quantity...]', 'as in 63 W, 12.5kWh, 3 kgCO2e or 2 €; without it, the catalogue is listed')
    .addOption(new Option('--lang <language>', 'language').choices(languages).default(languageOf(process.env)))
    .option('--catalogue <file>', 'rows of your own, as for the processor equivalents')
    .option('--count <number>', 'how many equivalents', countOf, 5)
    .addOption(new Option('--theme <theme...>', 'only of these themes').choices(themes))
    .option('--all', 'every equivalent that there is, however large its number')
    .addOption(new Option('--format <format>', 'how to write it').choices(['text', 'csv', 'json']).default('text'))
    .option('--bom', 'begin CSV with a byte order mark, by which Excel knows UTF-8')
    .addHelpText('after', EXAMPLES)
    .action((words: string[], options: EquivalentsOptions) => finish(equivalents(words.join(' '), options)));
}

function countOf(text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count > 0) return count;
  throw new InvalidArgumentError('give a whole number above 0');
}

function equivalents(text: string, options: EquivalentsOptions): ExitCode {
  const catalogue = load(options.catalogue);
  if (catalogue === undefined) return ExitCode.badConfig;
  if (text === '') {
    printCatalogue(onlyThemes(catalogue, options.theme), options);
    return ExitCode.ok;
  }
  const quantity = parseQuantity(text);
  if (quantity === undefined) {
    printError(
      `wattbridge: "${text}" is no power, energy, greenhouse gas or money; write a number and a unit (${quantityUnits.join(', ')})`,
    );
    return ExitCode.usage;
  }
  printDescriptions(quantity, descriptions(quantity, onlyThemes(catalogue, options.theme), options), options);
  return ExitCode.ok;
}

function load(file: string | undefined): Catalogue | undefined {
  try {
    return loadCatalogue(process.cwd(), file);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    printError(`wattbridge: ${error.message}`);
    return undefined;
  }
}

function onlyThemes(catalogue: Catalogue, wanted: readonly Theme[] | undefined): Catalogue {
  if (wanted === undefined) return catalogue;
  return new Map([...catalogue].filter(([, { theme }]) => theme !== undefined && wanted.includes(theme)));
}

function printCatalogue(catalogue: Catalogue, { lang, format, bom }: EquivalentsOptions): void {
  if (format === 'csv') printCsv(catalogueCsv(catalogue), bom);
  else if (format === 'json') print(JSON.stringify(Object.fromEntries(catalogue), undefined, 2));
  else print(catalogueText(catalogue, lang));
}

/** What reads best; all there is where that is asked for, and where nothing reads well. */
function descriptions(quantity: Quantity, catalogue: Catalogue, { lang, count, all }: EquivalentsOptions): readonly Description[] {
  const choices = all === true ? [] : choose(quantity, catalogue, { count });
  if (choices.length === 0) return describe(quantity, catalogue, lang);
  return choices.flatMap(({ id, manner, value }) => {
    const row = catalogue.get(id);
    return row === undefined ? [] : [{ id, value, text: readingText({ manner, value }, row, lang) }];
  });
}

function printDescriptions(quantity: Quantity, found: readonly Description[], { lang, format, bom }: EquivalentsOptions): void {
  if (format === 'csv') printCsv(csv([['id', 'value', 'text'], ...found.map(({ id, value, text }) => [id, value, text])]), bom);
  else if (format === 'json') print(JSON.stringify({ quantity, equivalents: found }, undefined, 2));
  else print([`${quantityText(quantity, lang)} ≈`, ...found.map(({ text }) => `  ${text}`)].join('\n'));
}

/** As bytes: its lines end with CRLF, whatever the terminal thinks of that. */
function printCsv(text: string, bom = false): void {
  printBytes(Buffer.from(bom ? `\uFEFF${text}` : text));
}
