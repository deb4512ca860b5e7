/** The catalogue of equivalents from its files: the one that ships, and the user's. */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ConfigError, formatDiagnostics, sortDiagnostics, type Diagnostic } from '../../config/diagnostics.ts';
import { packageRoot } from '../../config/package-root.ts';
import { parseYaml } from '../../config/parse-yaml.ts';
import { Sources, textSource } from '../../config/source.ts';
import { checkPart } from '../../config/validate.ts';
import { CatalogueFile, extendCatalogue, type Catalogue } from '../../equivalents/catalogue.ts';

/** A catalogue is read whole; no real one comes near. */
const MAX_CHARACTERS = 1_000_000;

export type ReadCatalogue =
  | { readonly status: 'ok'; readonly catalogue: Catalogue }
  /** All that is wrong, each with its line and a caret. */
  | { readonly status: 'bad'; readonly problems: string };

/**
 * The shipped catalogue, extended and overridden by the user's file where there is one (relative to `baseDirectory`). Throws
 * `ConfigError` with all that is wrong with either.
 */
export function loadCatalogue(baseDirectory: string, own?: string): Catalogue {
  shipped ??= read(join(packageRoot(), 'config', 'equivalents.yaml'));
  return own === undefined || own === '' ? shipped : extendCatalogue(shipped, read(resolve(baseDirectory, own)));
}

/** Part of the program, and slow to read: a tenth of a second, which every plugin that wants it would take again. */
let shipped: Catalogue | undefined;

/** Reads a catalogue from YAML. `file` is named in the problems. */
export function readCatalogue(text: string, file: string): ReadCatalogue {
  if (text.length > MAX_CHARACTERS) return { status: 'bad', problems: `${file}: longer than ${MAX_CHARACTERS} characters` };
  const source = textSource(file, text, 'yaml');
  const { root, diagnostics: syntax } = parseYaml(source);
  const checked = checkPart(CatalogueFile, { subject: '', node: root, location: root.location });
  if (syntax.length === 0 && 'value' in checked) return { status: 'ok', catalogue: new Map(Object.entries(checked.value.equivalents)) };
  // After a syntax error the rest may only be its effect.
  const wrong: readonly Diagnostic[] =
    syntax.length > 0 || 'value' in checked ? syntax : checked.problems.map(({ diagnostic }) => diagnostic);
  const sources = new Sources([source]);
  return { status: 'bad', problems: formatDiagnostics(sortDiagnostics(wrong, [file]).map((one) => sources.illustrate(one))).trimEnd() };
}

function read(file: string): Catalogue {
  const result = readCatalogue(readText(file), file);
  if (result.status === 'ok') return result.catalogue;
  throw new ConfigError(`the catalogue of equivalents is not right:\n${result.problems}`, ['catalogue']);
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new ConfigError(`the catalogue of equivalents can't be read: ${(error as Error).message}`, ['catalogue']);
  }
}
