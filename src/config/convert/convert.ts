/** A `telegraf.conf` rewritten as YAML that means the same, its comments kept. */
import { loadSources, type LoadOptions } from '../load.ts';
import type { Diagnostic } from '../diagnostics.ts';
import { treeOf } from '../parse-toml.ts';
import type { PluginSchemas } from '../pipeline-config.ts';
import { fullSchema } from '../plugins.ts';
import { Sections, type WrittenPlugin } from '../sections.ts';
import type { Source } from '../source.ts';
import { ignoredOptions } from '../telegraf-options.ts';
import { readTomlSyntax, type TomlSyntax } from '../toml-syntax.ts';
import { tomlLines, type TomlLine } from '../toml-text.ts';
import { readNotes } from './notes.ts';
import { documentOf } from './yaml-sections.ts';
import { documentText, type LeftOut } from './yaml-values.ts';

export interface Converted {
  /** Undefined when the file can't be read as TOML. */
  readonly yaml: string | undefined;
  /** What is wrong with the file, for Wattbridge: the YAML has it too. */
  readonly diagnostics: readonly Diagnostic[];
}

/** The file as YAML. Variables, `$$` and secrets stay as they are written. */
export function convertToYaml(source: Source, schemas: PluginSchemas, options: LoadOptions): Converted {
  const { syntax, isStrict } = read(source);
  const loaded = loadSources([source], schemas, { ...options, isPart: true, nonStrictEnvHandling: !isStrict });
  const diagnostics = 'diagnostics' in loaded ? loaded.diagnostics.filter((diagnostic) => !hasVariable(diagnostic, source)) : [];
  if (syntax.program === undefined || syntax.diagnostics.length > 0) return { yaml: undefined, diagnostics };
  const notes = readNotes(syntax.program, syntax.lines);
  const sections = new Sections();
  sections.add(treeOf(syntax, source.file, notes.of), 'toml');
  // A section that there is not can't be written; what is wrong with it is among the diagnostics.
  if (sections.diagnostics.length > 0) return { yaml: undefined, diagnostics };
  return { yaml: documentText(documentOf(sections, notes, (plugin) => leftOutOf(plugin, schemas))), diagnostics };
}

/** What depends on a variable can only be checked where it is set: where the file is run. */
function hasVariable({ location }: Diagnostic, { text }: Source): boolean {
  const line = location === undefined ? undefined : text.split(/\r?\n/)[location.line - 1];
  return line?.includes('$') ?? false;
}

function leftOutOf({ group, id, options, writtenAs }: WrittenPlugin, schemas: PluginSchemas): LeftOut {
  const own = schemas[group].get(id)?.schema;
  if (own === undefined) return () => undefined;
  const ignored = ignoredOptions(options, own, fullSchema(group, own));
  return (key) => writtenAs?.leftOut.get(key) ?? ignored.get(key);
}

/** With variables that stand for numbers put in quotes, where the file is no TOML without: in YAML they may stand so. */
function read({ text, file }: Source): { readonly syntax: TomlSyntax; readonly isStrict: boolean } {
  const lines = tomlLines(text);
  const strict = readTomlSyntax(lines, file);
  if (strict.diagnostics.length === 0) return { syntax: strict, isStrict: true };
  const quoted = readTomlSyntax(lines.map(quoteVariable), file);
  return quoted.diagnostics.length === 0 ? { syntax: quoted, isStrict: false } : { syntax: strict, isStrict: true };
}

function quoteVariable(line: TomlLine): TomlLine {
  return { ...line, text: line.text.replace(/^(\s*[\w-]+\s*=\s*)(\$\w+|\$\{[^"'}]*\})(?=\s*(?:#|$))/, '$1"$2"') };
}
