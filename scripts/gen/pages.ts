/** The pages of documentation that follow from the schemas: one per plugin, and the list of all. */
import type { z } from 'zod';
import { AgentConfig, commonOptions } from '../../src/config/common.ts';
import { optionRows, refusedOptions, type OptionRow, type RefusedOption } from '../../src/config/option-docs.ts';
import { kindOf, PLUGIN_GROUPS, type PluginGroup } from '../../src/config/plugin-groups.ts';
import type { Difference } from '../../src/pipeline/plugin.ts';
import { cell } from './markdown.ts';
import type { FoundPlugin } from './plugins.ts';

const TITLES: Readonly<Record<PluginGroup, string>> = {
  inputs: 'Inputs',
  processors: 'Processors',
  aggregators: 'Aggregators',
  outputs: 'Outputs',
};

const NOTICE = '<!-- Written by `npm run gen` from plugin.ts. Do not edit. -->';

/** The README.md of a plugin; `output` is what it makes of its sample (`sampleOutput`). */
export function pluginPage(plugin: FoundPlugin, output?: string): string {
  const rows = optionRows(plugin.schema);
  const options = rows.length === 0 ? ['It has no options of its own.'] : optionTable(rows);
  return [
    NOTICE,
    '',
    `# ${plugin.id} (${plugin.kind})`,
    '',
    plugin.summary,
    '',
    '```yaml',
    plugin.example.trim(),
    '```',
    '',
    ...sampleSection(plugin, output),
    '## Options',
    '',
    ...options,
    '',
    ...refusedSection(refusedOptions(plugin.schema)),
    `Beside them it has the [options of every ${plugin.kind}](../../../../docs/plugins.md#options-of-every-${plugin.kind}).`,
    '',
    ...differencesSection(plugin.definition.differences ?? []),
  ].join('\n');
}

function sampleSection({ group, definition: { sample } }: FoundPlugin, output: string | undefined): string[] {
  if (sample === undefined || output === undefined) return [];
  if (typeof sample !== 'string') return [`Of ${sample.of} it gave`, '', ...lineBlock(output)];
  if (group === 'inputs') return ['On a machine here it gave', '', ...lineBlock(output)];
  const comes = ['Of', '', ...lineBlock(sample)];
  if (output === '') return [...comes, 'it makes nothing that goes on.', ''];
  return [...comes, group === 'outputs' ? 'it sends' : 'it makes', '', ...lineBlock(output)];
}

function lineBlock(text: string): string[] {
  return ['```text', text.trim(), '```', ''];
}

function differencesSection(differences: readonly Difference[]): string[] {
  if (differences.length === 0) return [];
  const rows = differences.map(
    ({ option, verdict, why }) => `| ${option === undefined ? '' : `\`${option}\``} | ${verdict} | ${cell(why)} |`,
  );
  return ["## Beside Telegraf's", '', '| option | | |', '|---|---|---|', ...rows, ''];
}

/** `docs/plugins.md`. */
export function indexPage(plugins: readonly FoundPlugin[]): string {
  return [
    '<!-- Written by `npm run gen` from the plugins. Do not edit. -->',
    '',
    '# Plugins',
    '',
    'Names and options are those of Telegraf where Telegraf has them.',
    '',
    ...PLUGIN_GROUPS.flatMap((group) =>
      groupList(
        group,
        plugins.filter((plugin) => plugin.group === group),
      ),
    ),
    ...PLUGIN_GROUPS.flatMap((group) => optionSection(`every ${kindOf(group)}`, commonOptions[group])),
    ...optionSection('the agent', AgentConfig),
  ].join('\n');
}

function refusedSection(refused: readonly RefusedOption[]): string[] {
  if (refused.length === 0) return [];
  const reasons = [...Map.groupBy(refused, ({ reason }) => reason)].map(
    ([reason, options]) => `- ${options.map(({ name }) => `\`${name}\``).join(', ')}: ${reason}.`,
  );
  return ["Options of Telegraf's that are refused at load, unless they are off:", '', ...reasons, ''];
}

function groupList(group: PluginGroup, plugins: readonly FoundPlugin[]): string[] {
  if (plugins.length === 0) return [];
  const lines = plugins.map((plugin) => `| [${plugin.id}](../${plugin.folder}/README.md) | ${cell(plugin.summary)} |`);
  return [`## ${TITLES[group]}`, '', `| ${kindOf(group)} | |`, '|---|---|', ...lines, ''];
}

function optionSection(of: string, schema: z.ZodObject): string[] {
  return [`## Options of ${of}`, '', ...optionTable(optionRows(schema)), ''];
}

function optionTable(rows: readonly OptionRow[]): string[] {
  return ['| option | type | default | |', '|---|---|---|---|', ...rows.map(optionLine)];
}

function optionLine({ name, type, defaultValue, required, description }: OptionRow): string {
  const value = defaultValue === undefined ? '' : `\`${defaultValue}\``;
  return `| \`${name}\` | ${cell(type)} | ${required ? '**required**' : cell(value)} | ${cell(description)} |`;
}
