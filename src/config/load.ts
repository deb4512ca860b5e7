/**
 * Configuration files into a checked pipeline, or into everything that is wrong with them at once.
 *
 * files -> parse (YAML or TOML, one tree) -> variables and secrets -> sections -> schemas
 */
import { z } from 'zod';
import { AgentConfig, ignoredAgentOptions } from './common.ts';
import { diagnosticHead, sortDiagnostics, type ConfigError, type Diagnostic } from './diagnostics.ts';
import { isSensitiveName } from './masking.ts';
import { emptyMap, type ConfigNode, type MapNode } from './node.ts';
import { parseSource, type VariableHandling } from './parse-source.ts';
import type { ConfiguredPlugin, PipelineConfig, PipelineTest, PluginSchemas } from './pipeline-config.ts';
import { pipelineTest, PipelineTestOptions } from './pipeline-tests.ts';
import { PLUGIN_GROUPS, type PluginGroup } from './plugin-groups.ts';
import { checkPlugins, fullSchema, type Findings } from './plugins.ts';
import type { RemoteOptions } from './remote-source.ts';
import { mergeMaps, Sections } from './sections.ts';
import { secretNames } from './schema-walk.ts';
import { isSelected, type PluginSelection } from './select.ts';
import { readSource, Sources, type Source } from './source.ts';
import { checkPart, optionsWithoutEffect, secretLocations } from './validate.ts';
import type { Environment } from './variables.ts';

export interface LoadOptions extends PluginSelection, VariableHandling, RemoteOptions {
  /** `process.env`, or what stands for it in a test. */
  readonly env: Environment;
  /** Whether there need be no output: `--test` uses none. */
  readonly outputsOptional?: boolean;
  /** It is one file of several: it need have neither inputs nor outputs. */
  readonly isPart?: boolean;
}

export type LoadResult =
  | { readonly config: PipelineConfig; readonly sources: Sources }
  /** In the order of the files, each with its line; `formatDiagnostics` shows them. */
  | { readonly diagnostics: readonly Diagnostic[] };

/** Loads these files as one configuration, in this order. Never throws for what a file may hold. */
export async function loadConfig(files: readonly string[], schemas: PluginSchemas, options: LoadOptions): Promise<LoadResult> {
  const read = await Promise.all(files.map((file) => readSource(file, options)));
  const unreadable = read.flatMap((one) => ('diagnostic' in one ? [one.diagnostic] : []));
  if (unreadable.length > 0) return { diagnostics: unreadable };
  const loaded = loadSources(
    read.flatMap((one) => ('source' in one ? [one.source] : [])),
    schemas,
    options,
  );
  if ('config' in loaded) await preparePlugins(loaded.config, schemas);
  return loaded;
}

/** Loads what the plugins of a configuration need before they can be made. */
async function preparePlugins(config: PipelineConfig, schemas: PluginSchemas): Promise<void> {
  for (const group of PLUGIN_GROUPS) {
    for (const { id } of config[group]) await schemas[group].get(id)?.prepare?.();
  }
}

/** The same with texts from memory (`textSource`). */
export function loadSources(files: readonly Source[], schemas: PluginSchemas, options: LoadOptions): LoadResult {
  const sources = new Sources(files);
  const sections = new Sections();
  const syntax: Diagnostic[] = [];
  const warnings: Diagnostic[] = [];
  const isSecret = secretKeys(schemas);
  const report = { diagnostics: sections.diagnostics, warnings };
  for (const file of files) {
    const { root, diagnostics, resolve } = parseSource(file, { ...options, isSecret }, report);
    for (const location of secretLocations(root)) sources.hide(location);
    syntax.push(...diagnostics);
    if (diagnostics.length > 0) sources.distrust(file.file);
    resolve();
    sections.add(root, file.format);
  }
  for (const plugin of sections.plugins) {
    const own = schemas[plugin.group].get(plugin.id)?.schema;
    if (own !== undefined) for (const location of secretLocations(plugin.options, fullSchema(plugin.group, own))) sources.hide(location);
  }
  const findings: Findings = { problems: [], warnings };
  const parts = checkSections(sections, schemas, options, findings);
  if (files.some((file) => file.format === 'toml')) warnings.push(...telegrafWarnings(sections, parts));
  // After a syntax error what is missing may only be what could not be read.
  const problems = findings.problems.filter(({ absent }) => syntax.length === 0 || !absent).map(({ diagnostic }) => diagnostic);
  const diagnostics = [...syntax, ...sections.diagnostics, ...problems];
  if (diagnostics.length > 0) {
    return { diagnostics: sortDiagnostics(diagnostics, sources.files).map((diagnostic) => sources.illustrate(diagnostic)) };
  }
  return { config: { ...parts, warnings: sortDiagnostics(warnings, sources.files).map(diagnosticHead) }, sources };
}

/** A `ConfigError` of a plugin's `create`, with the place of the option that it is about. */
export function explainConfigError(
  error: ConfigError,
  subject: string,
  plugin: Pick<ConfiguredPlugin<unknown>, 'location' | 'locate'>,
  sources?: Sources,
): Diagnostic {
  const location = plugin.locate?.(error.option) ?? plugin.location;
  const diagnostic = { location, subject, message: error.message };
  return sources?.illustrate(diagnostic) ?? diagnostic;
}

/** By a key alone, for when it is not known yet whose option it is. */
function secretKeys(schemas: PluginSchemas): (key: string) => boolean {
  const names = new Set(PLUGIN_GROUPS.flatMap((group) => [...schemas[group].values()].flatMap(({ schema }) => secretNames(schema))));
  return (key) => names.has(key) || isSensitiveName(key);
}

type Parts = Omit<PipelineConfig, 'warnings'>;

function checkSections(sections: Sections, schemas: PluginSchemas, options: LoadOptions, findings: Findings): Parts {
  for (const flag of ['processor', 'aggregator'] as const) {
    if (options[`${flag}Filter`] === undefined) continue;
    findings.warnings.push({ location: undefined, subject: `--${flag}-filter`, message: 'changes nothing in a run, as in Telegraf' });
  }
  const selected = sections.plugins.filter((plugin) => isSelected(plugin, options));
  for (const group of neededGroups(options)) {
    if (selected.some((plugin) => plugin.group === group)) continue;
    const message = `no ${group} found${sections.plugins.length > selected.length ? ': the filters of the command line leave none' : ''}`;
    findings.problems.push({
      diagnostic: { location: undefined, subject: '', message, hint: 'a pipeline needs one at least' },
      absent: true,
    });
  }
  return {
    agent: checkAgent(sections, findings),
    globalTags: checkGlobalTags(sections, findings),
    inputs: checkPlugins('inputs', selected, schemas, findings),
    processors: checkPlugins('processors', selected, schemas, findings),
    aggregators: checkPlugins('aggregators', selected, schemas, findings),
    outputs: checkPlugins('outputs', selected, schemas, findings),
    tests: checkTests(sections.tests, findings),
  };
}

function neededGroups({ isPart, outputsOptional }: LoadOptions): readonly PluginGroup[] {
  if (isPart) return [];
  return outputsOptional ? ['inputs'] : ['inputs', 'outputs'];
}

function checkAgent(sections: Sections, findings: Findings): AgentConfig {
  const warn = (key: string, message: string, location: Diagnostic['location']) =>
    findings.warnings.push({ location, subject: 'agent', message: `"${key}" ${message}` });
  const merged = mergeMaps(sections.agents, (key, entry) => warn(key, 'was set before; this one counts', entry.keyLocation));
  if (merged === undefined) return AgentConfig.parse({});
  const entries = new Map(merged.entries);
  for (const [key, entry] of merged.entries) {
    if (!Object.hasOwn(ignoredAgentOptions, key)) continue;
    warn(key, `has no effect: ${ignoredAgentOptions[key]}`, entry.keyLocation);
    entries.delete(key);
  }
  const part = { subject: 'agent', node: { ...merged, entries }, location: merged.location };
  findings.warnings.push(...optionsWithoutEffect(AgentConfig, part));
  const checked = checkPart(AgentConfig, part);
  if ('value' in checked) return checked.value;
  findings.problems.push(...checked.problems);
  return AgentConfig.parse({});
}

const GlobalTags = z.object({}).catchall(z.string());

function checkGlobalTags(sections: Sections, findings: Findings): Record<string, string> {
  const node = mergeMaps(sections.globalTags);
  if (node === undefined) return {};
  const checked = checkPart(GlobalTags, { subject: 'global_tags', node, location: node.location });
  if ('value' in checked) return checked.value;
  findings.problems.push(...checked.problems);
  return {};
}

function checkTests(nodes: readonly ConfigNode[], findings: Findings): PipelineTest[] {
  return nodes.flatMap((node, index) => {
    const part = { subject: `tests[${index}]`, node: mapOf(node), location: node.location };
    const checked = checkPart(PipelineTestOptions, part);
    if ('value' in checked) return [pipelineTest(checked.value)];
    findings.problems.push(...checked.problems);
    return [];
  });
}

function mapOf(node: ConfigNode): MapNode {
  return node.kind === 'map' ? node : emptyMap(node.location);
}

/** Telegraf's default of this option is about to change, so what a file without it means depends on the version that reads it. */
function telegrafWarnings(sections: Sections, parts: Parts): Diagnostic[] {
  const isSet = sections.agents.some((agent) => agent.entries.has('skip_processors_after_aggregators'));
  if (isSet || parts.processors.length === 0 || parts.aggregators.length === 0) return [];
  const message =
    'skip_processors_after_aggregators is not set: what aggregators make goes through the processors again; set it to true or false to keep it so in every version';
  return [{ location: sections.agents[0]?.location, subject: 'agent', message }];
}
