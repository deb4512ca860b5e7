/** `docs/compatibility.md`: per plugin and option, what is as in Telegraf, what is better, what differs and why, what is not there. */
import { AgentConfig, commonOptions, ignoredAgentOptions } from '../../src/config/common.ts';
import { nearestThing } from '../../src/config/nearest-things.ts';
import { optionRows, refusedOptions } from '../../src/config/option-docs.ts';
import { kindOf, PLUGIN_GROUPS, type PluginGroup } from '../../src/config/plugin-groups.ts';
import { metaOf } from '../../src/config/schema-walk.ts';
import { isTelegrafPlugin, telegrafPlugins } from '../../src/config/telegraf-plugins.ts';
import type { Difference } from '../../src/pipeline/plugin.ts';
import type { z } from 'zod';
import type { GoldenDifference } from './golden-differences.ts';
import { cell } from './markdown.ts';
import { pluginSchemas, type FoundPlugin } from './plugins.ts';
import { TELEGRAF_AGENT_OPTIONS, TELEGRAF_COMMON_OPTIONS, telegrafOptions } from './telegraf-options.ts';

type Verdict = Difference['verdict'] | 'same' | 'ours';

interface Row {
  readonly option: string;
  readonly verdict: Verdict;
  readonly why: string;
}

const INTRODUCTION = `<!-- Written by \`npm run gen\` from the plugins, the golden cases and Telegraf's option lists. Do not edit. -->

# Beside Telegraf

A \`telegraf.conf\` with only the plugins below runs here unchanged. \`wattbridge check telegraf.conf\` names everything in it that does not work here.
This page compares with Telegraf 1.40, plugin by plugin and option by option. The options of data formats are on the plugins' own pages.

- **same**: the same name, default and result, held to what the real Telegraf wrote (\`test/golden/telegraf\`) where there is a case.
- **better**: Telegraf loses data, crashes or says nothing there; the reason tells what happens here.
- **different**: on purpose, with the reason.
- **missing**: Telegraf has it, Wattbridge does not. In a configuration it is refused with the reason, unless it is off.`;

/** Of the agent and of every output. */
const BUFFER_LIMIT: Row = {
  option: 'metric_buffer_limit',
  verdict: 'better',
  why: 'When it is reached, inputs wait and pushers get a 503, unless `overflow` says otherwise; Telegraf drops the oldest metrics, and no pusher learns of it. Unset, `queue_max_bytes` is the bound; in Telegraf it is 10,000 metrics.',
};

/** The page. Throws for a difference that names an option which is on neither side. */
export function compatibilityPage(plugins: readonly FoundPlugin[], golden: readonly GoldenDifference[]): string {
  return [
    INTRODUCTION,
    '',
    '## The agent',
    '',
    ...rowLines(agentRows()),
    ...PLUGIN_GROUPS.flatMap((group) => groupSection(group, plugins)),
    ...goldenSection(golden),
    ...absentSection(plugins),
  ].join('\n');
}

function agentRows(): Row[] {
  const ignored = Object.entries(ignoredAgentOptions).map(([option, why]): Row => ({
    option,
    verdict: 'different',
    why: `no effect: ${why}`,
  }));
  return compare(AgentConfig, TELEGRAF_AGENT_OPTIONS, [BUFFER_LIMIT, ...ignored]);
}

function groupSection(group: PluginGroup, plugins: readonly FoundPlugin[]): string[] {
  const ofGroup = plugins.filter((plugin) => plugin.group === group);
  const own = ofGroup.filter(({ id }) => !isTelegrafPlugin(group, id)).map(({ id, folder }) => `[${id}](../${folder}/README.md)`);
  const shared = ofGroup.filter(({ id }) => isTelegrafPlugin(group, id));
  return [
    `## ${group.charAt(0).toUpperCase()}${group.slice(1)}`,
    '',
    ...(own.length === 0 ? [] : [`Only here: ${own.join(', ')}.`, '']),
    `### Every ${kindOf(group)}`,
    '',
    ...rowLines(compare(commonOptions[group], TELEGRAF_COMMON_OPTIONS[group], group === 'outputs' ? [BUFFER_LIMIT] : [])),
    ...shared.flatMap(pluginSection),
  ];
}

function pluginSection(plugin: FoundPlugin): string[] {
  const { group, id, folder, schema, definition } = plugin;
  const theirs = telegrafOptions(group, id);
  if (theirs === undefined) throw new Error(`list the options that Telegraf's ${group}.${id} has in scripts/gen/telegraf-options.ts`);
  const { differences = [] } = definition;
  const told = differences.filter(({ option }) => option !== undefined).map((row): Row => ({ ...row, option: row.option ?? '' }));
  const whole = differences.filter(({ option }) => option === undefined).map(({ verdict, why }) => `- **${verdict}**: ${why}`);
  return [
    `### [${id}](../${folder}/README.md)`,
    '',
    ...whole,
    ...(whole.length === 0 ? [] : ['']),
    ...rowLines(compare(schema, theirs, told)),
  ];
}

/** A row for each option on either side; what is told of an option goes before what its place in the schema says. */
function compare(schema: z.ZodObject, theirs: readonly string[], told: readonly Row[]): Row[] {
  const ours = optionRows(schema).map(({ name }) => name);
  const refused = new Map(refusedOptions(schema).map(({ name, reason }) => [name, reason]));
  const without = new Map(Object.entries(schema.shape).map(([name, option]) => [name, metaOf(option).noEffect]));
  const toldOf = new Map(told.map((row) => [row.option, row]));
  const known = new Set([...ours, ...theirs, ...refused.keys(), ...Object.keys(ignoredAgentOptions)]);
  for (const option of toldOf.keys()) {
    if (!known.has(option)) throw new Error(`a difference is told of "${option}", which is no option on either side`);
  }
  const rows = theirs.map((option): Row => {
    const row = toldOf.get(option);
    if (row !== undefined) return row;
    const noEffect = without.get(option);
    if (noEffect !== undefined) return { option, verdict: 'different', why: `no effect: ${noEffect}` };
    if (ours.includes(option)) return { option, verdict: 'same', why: '' };
    return { option, verdict: 'missing', why: refused.get(option) ?? '' };
  });
  const leaves = ours.filter((option) => !ours.some((other) => other.startsWith(`${option}.`) || other.startsWith(`${option}[`)));
  const extra = leaves.filter((option) => !theirs.includes(option) && !isDataFormatOption(option) && without.get(option) === undefined);
  return [...rows, ...extra.map((option) => toldOf.get(option) ?? ({ option, verdict: 'ours', why: '' } satisfies Row))];
}

/** Those of `data_format`, which many plugins have. */
function isDataFormatOption(option: string): boolean {
  return /^(?:data_format|influx_|json_|csv_|prometheus_(?:metric_version|ignore_timestamp)|openmetrics_|tag_keys)/.test(option);
}

function rowLines(rows: readonly Row[]): string[] {
  const named = (verdict: Verdict) => rows.filter((row) => row.verdict === verdict).map(({ option }) => `\`${option}\``);
  const same = named('same');
  const ours = named('ours');
  const others = rows.filter(({ verdict }) => verdict !== 'same' && verdict !== 'ours');
  const lines = rows.length === 0 ? ['It has no options, there or here.', ''] : [];
  if (same.length > 0) lines.push(`Same: ${same.join(', ')}.`, '');
  if (ours.length > 0) lines.push(`Only here: ${ours.join(', ')}.`, '');
  if (others.length === 0) return lines;
  const table = others.map(({ option, verdict, why }) => `| \`${option}\` | ${verdict} | ${cell(why)} |`);
  return [...lines, '| option | | why |', '|---|---|---|', ...table, ''];
}

function goldenSection(golden: readonly GoldenDifference[]): string[] {
  const rows = [...Map.groupBy(golden, ({ why }) => why)].map(
    ([why, cases]) => `| ${cases.map(({ name }) => `[${name}](../test/golden/telegraf/${name})`).join(', ')} | ${cell(why)} |`,
  );
  return [
    '## Where the same file gives another result',
    '',
    'Of the configurations that the real Telegraf ran, these end otherwise here, on purpose; a test holds our result.',
    '',
    '| case | why |',
    '|---|---|',
    ...rows,
    '',
  ];
}

function absentSection(plugins: readonly FoundPlugin[]): string[] {
  const schemas = pluginSchemas(plugins);
  const lines = PLUGIN_GROUPS.flatMap((group) => {
    const absent = telegrafPlugins(group).filter((id) => !schemas[group].has(id));
    const hints = Map.groupBy(absent, (id) => nearestThing(group, id, schemas) ?? 'nothing near');
    return [...hints].map(([hint, ids]) => `| ${group} | ${ids.map((id) => `\`${id}\``).join(' ')} | ${cell(hint)} |`);
  });
  return ['## Plugins of Telegraf that are not here', '', '| | plugins | instead |', '|---|---|---|', ...lines, ''];
}
