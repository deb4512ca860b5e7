import { Command, Option } from 'commander';
import { ConfigError } from '../config/diagnostics.ts';
import { languages, type Catalogue, type Language } from '../equivalents/catalogue.ts';
import { languageOf } from '../equivalents/language.ts';
import { parseQuantity, quantityUnits } from '../equivalents/quantity.ts';
import { describe, quantityText } from '../equivalents/words.ts';
import { loadCatalogue } from '../plugins/shared/catalogue.ts';
import { ExitCode, type Finish } from './exit-code.ts';
import { print, printError } from './print.ts';

interface EquivalentsOptions {
  readonly lang: Language;
  readonly catalogue?: string;
}

const EXAMPLES = `
Examples:
  wattbridge equivalents                      the catalogue, with its sources
  wattbridge equivalents 12.5kWh              what an energy equals
  wattbridge equivalents 63 W --lang fr       what a power equals, in French`;

/** `wattbridge equivalents`: what a power or an energy equals, or what the catalogue holds. */
export function equivalentsCommand(finish: Finish): Command {
  return new Command('equivalents')
    .description('say what a power or an energy equals')
    .argument('[quantity...]', 'as in 63 W or 12.5kWh; without it, the catalogue is listed')
    .addOption(new Option('--lang <language>', 'language').choices(languages).default(languageOf(process.env)))
    .option('--catalogue <file>', 'rows of your own, as for the processor equivalents')
    .addHelpText('after', EXAMPLES)
    .action((words: string[], options: EquivalentsOptions) => finish(equivalents(words.join(' '), options)));
}

function equivalents(text: string, { lang, catalogue: file }: EquivalentsOptions): ExitCode {
  const catalogue = load(file);
  if (catalogue === undefined) return ExitCode.badConfig;
  if (text === '') {
    print(catalogueText(catalogue, lang));
    return ExitCode.ok;
  }
  const quantity = parseQuantity(text);
  if (quantity === undefined) {
    printError(`wattbridge: "${text}" is no power and no energy; write a number and a unit (${quantityUnits.join(', ')})`);
    return ExitCode.usage;
  }
  const lines = describe(quantity, catalogue, lang).map((description) => `  ${description.text}`);
  print([`${quantityText(quantity, lang)} =`, ...lines].join('\n'));
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

/** Two lines a row: what one takes, and who says so. */
function catalogueText(catalogue: Catalogue, language: Language): string {
  return [...catalogue]
    .map(([id, { value, unit, names, source }]) => {
      const amount = quantityText(
        unit === 'W' ? { kind: 'power', watts: value.typical } : { kind: 'energy', joules: value.typical * 3600 },
        language,
      );
      return `${id}: ${names[language].one}, ${amount}\n    ${source.title} (${source.publisher}, ${source.year}), ${source.url}`;
    })
    .join('\n');
}
