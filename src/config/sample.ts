/** A commented configuration with everything there is, written from the schemas: `wattbridge config`. */
import type { z } from 'zod';
import { parse } from 'yaml';
import { AgentConfig } from './common.ts';
import { optionRows, type OptionRow } from './option-docs.ts';
import type { PluginSchema, PluginSchemas } from './pipeline-config.ts';
import { PLUGIN_GROUPS, type PluginGroup } from './plugin-groups.ts';
import type { Spelling } from './sample-spelling.ts';

/** A plugin with an example of its use (YAML, from its group's key on), which shows what its options look like. */
export interface ExampledSchema extends PluginSchema {
  readonly example: string;
}

export type ExampledSchemas = { readonly [Group in keyof PluginSchemas]: ReadonlyMap<string, ExampledSchema> };

export interface SampleOptions {
  /** `agent`, `global_tags` and groups; all when undefined. */
  readonly sections?: readonly string[] | undefined;
  /** Of a group only these plugins; where undefined, all of them. */
  readonly plugins: Readonly<Record<PluginGroup, readonly string[] | undefined>>;
}

/** What a sample runs, as Telegraf's does, where no plugins are named; all others are commented out. */
const ACTIVE: ReadonlySet<string> = new Set([
  ...['cpu', 'disk', 'diskio', 'kernel', 'mem', 'processes', 'swap', 'system'].map((id) => `inputs.${id}`),
  'outputs.influxdb',
]);

const WIDTH = 100;

/** The sample; it can be loaded as it is. */
export function sampleConfig(schemas: ExampledSchemas, { sections, plugins }: SampleOptions, spelling: Spelling): string {
  const wants = (section: string) => sections === undefined || sections.includes(section);
  const parts = [
    spelling.head,
    ...(wants('global_tags')
      ? [['# Tags added to every metric that does not have them.', spelling.table('global_tags'), `  # ${spelling.tag('dc', 'pau')}`]]
      : []),
    ...(wants('agent')
      ? [['# Settings of the whole pipeline.', spelling.table('agent'), ...optionLines(AgentConfig, {}, '  ', spelling)]]
      : []),
    ...PLUGIN_GROUPS.filter(wants).flatMap((group) => groupParts(group, schemas[group], plugins[group], spelling)),
  ];
  return `${parts.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

function groupParts(
  group: PluginGroup,
  schemas: ExampledSchemas[PluginGroup],
  named: readonly string[] | undefined,
  spelling: Spelling,
): string[][] {
  const ids = [...schemas.keys()].filter((id) => named?.includes(id) ?? true).toSorted();
  const isActive = (id: string) => named !== undefined || ACTIVE.has(`${group}.${id}`);
  const ordered = [...ids.filter(isActive), ...ids.filter((id) => !isActive(id))];
  const plugins = ordered.flatMap((id) => {
    const schema = schemas.get(id);
    return schema === undefined ? [] : [pluginLines(group, id, schema, isActive(id), spelling)];
  });
  const head = spelling.group(group);
  if (plugins.length === 0) return [];
  return head === undefined ? plugins : [[head, ...plugins[0]], ...plugins.slice(1)];
}

function pluginLines(group: PluginGroup, id: string, schema: ExampledSchema, isActive: boolean, spelling: Spelling): string[] {
  const { pluginMargin, optionMargin } = spelling;
  const lines = [
    ...wrapped(schema.summary ?? '', '# '),
    spelling.plugin(group, id),
    ...optionLines(schema.schema, exampleOf(schema, group, id), optionMargin, spelling),
  ];
  return lines.map((line) => `${pluginMargin}${isActive ? '' : '# '}${line}`);
}

/** The options that a plugin's example gives it. */
function exampleOf({ example }: ExampledSchema, group: PluginGroup, id: string): Options {
  const items: readonly Record<string, Options | null>[] = parse(example)[group] ?? [];
  return items.find((item) => Object.hasOwn(item, id))?.[id] ?? {};
}

type Options = Readonly<Record<string, unknown>>;

function optionLines(schema: z.ZodObject, example: Options, margin: string, spelling: Spelling): string[] {
  const rows = optionRows(schema);
  const isNeeded = neededIn(schema, rows, example);
  return rows.filter(isOwn).flatMap((row) => {
    const nested = rows.filter(({ name }) => name !== row.name && /^[.[]/.test(name.slice(row.name.length)) && name.startsWith(row.name));
    const about = nested.flatMap(({ name, type, description }) => wrapped(`${name} (${type}): ${description}`, `${margin}##   `));
    const option = optionText(row, example[row.name], isNeeded(row.name), spelling);
    return [...wrapped(row.description, `${margin}## `), ...about, ...option.map((line) => `${margin}${line}`)];
  });
}

/** What must be written: what has no default; where that is not enough for the schema, all that the example has. */
function neededIn(schema: z.ZodObject, rows: readonly OptionRow[], example: Options): (name: string) => boolean {
  const required = new Set(rows.filter((row) => row.required && isOwn(row)).map(({ name }) => name));
  const least = Object.fromEntries([...required].map((name) => [name, example[name]]));
  const isEnough = schema.safeParse(least).success;
  return (name) => required.has(name) || (!isEnough && Object.hasOwn(example, name));
}

function isOwn({ name }: OptionRow): boolean {
  return !/[.[]/.test(name);
}

function optionText({ name, type, default: unset }: OptionRow, example: unknown, isNeeded: boolean, spelling: Spelling): readonly string[] {
  if (isNeeded) return spelling.option(name, example);
  const value = unset ?? example;
  if (value === undefined) return [`# ${spelling.unset(name)} # ${type}`];
  return spelling.option(name, value).map((line) => `# ${line}`);
}

/** A text on lines that begin alike and are not too long. */
function wrapped(text: string, start: string): string[] {
  const lines: string[] = [];
  let line = start;
  for (const word of text.split(/\s+/)) {
    if (line.length > start.length && line.length + word.length > WIDTH) {
      lines.push(line.trimEnd());
      line = start;
    }
    line += `${word} `;
  }
  return text === '' ? [] : [...lines, line.trimEnd()];
}
