/** A file of either spelling into its tree, with its variables and secrets resolved. */
import type { Diagnostic } from './diagnostics.ts';
import { emptyMap } from './node.ts';
import { parseToml } from './parse-toml.ts';
import { parseYaml, type ParsedSource } from './parse-yaml.ts';
import { resolveLines, resolveTree, type Resolution, type ResolveReport } from './resolve.ts';
import type { Source } from './source.ts';
import { tomlLines, withoutComments } from './toml-text.ts';
import type { Environment } from './variables.ts';

/** How variables in TOML are read; in YAML there is one way. */
export interface VariableHandling {
  /** Substituted in the raw text, before it is parsed: so they may stand for numbers, lists, whole tables. */
  readonly nonStrictEnvHandling?: boolean;
  /** As before Telegraf 1.27: `$$` is no escape. */
  readonly oldEnvBehavior?: boolean;
}

export interface ParseOptions extends VariableHandling {
  readonly env: Environment;
  /** Of a key, whether what it holds may not be shown. */
  readonly isSecret: (key: string) => boolean;
}

/** The tree of as much as could be read, what could not, and what is still to be resolved in it. */
export function parseSource(source: Source, options: ParseOptions, report: ResolveReport): ParsedSource & { readonly resolve: () => void } {
  const { parsed, resolution } = parse(source, options, report);
  return { ...parsed, resolve: () => resolveTree(parsed.root, resolution, report) };
}

function parse(
  source: Source,
  options: ParseOptions,
  report: ResolveReport,
): { readonly parsed: ParsedSource; readonly resolution: Resolution } {
  const { env, isSecret, nonStrictEnvHandling, oldEnvBehavior } = options;
  const isYaml = source.format === 'yaml';
  const text = isYaml ? source.text : withoutComments(source.text);
  const bad = source.isUtf8 ? undefined : notUtf8(source, text);
  const resolution = { env, isSecret, convertsVariables: isYaml };
  if (bad !== undefined) return { parsed: bad, resolution: { ...resolution, variables: 'none' } };
  if (isYaml) return { parsed: parseYaml(source), resolution: { ...resolution, variables: 'compose' } };
  const variables = oldEnvBehavior ? 'old' : 'compose';
  const lines = tomlLines(text);
  if (!nonStrictEnvHandling) return { parsed: parseToml(source, lines), resolution: { ...resolution, variables } };
  const resolved = resolveLines(lines, source.file, { env, variables }, report);
  return { parsed: parseToml(source, resolved), resolution: { ...resolution, variables: 'none' } };
}

/** Bytes of another encoding, where they mean something. */
function notUtf8({ file }: Source, text: string): ParsedSource | undefined {
  const at = text.indexOf('\uFFFD');
  if (at === -1) return undefined;
  const before = text.slice(0, at).split('\n');
  const location = { file, line: before.length, column: before[before.length - 1].length + 1, length: 1 };
  const diagnostic: Diagnostic = { location, subject: '', message: 'this is not UTF-8', hint: 'save the file in UTF-8' };
  return { root: emptyMap(location), diagnostics: [diagnostic] };
}
