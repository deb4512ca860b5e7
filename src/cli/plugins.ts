import { Command } from 'commander';
import { optionRows, type OptionRow } from '../config/option-docs.ts';
import { isPluginGroup, PLUGIN_GROUPS, type PluginGroup } from '../config/plugin-groups.ts';
import { fullSchema } from '../config/plugins.ts';
import type { PluginKind } from '../pipeline/plugin.ts';
import type { AnyDefinition } from '../pipeline/registry.ts';
import { registry } from '../plugins/registry.generated.ts';
import { ExitCode, type Finish } from './exit-code.ts';
import { print, printError } from './print.ts';

type Definition = AnyDefinition<PluginKind, unknown>;

interface ListedPlugin {
  readonly group: PluginGroup;
  readonly definition: Definition;
}

const EXAMPLES = `
Examples:
  wattbridge plugins                      all of them
  wattbridge plugins inputs               one kind
  wattbridge plugins outputs/influxdb     the options of one, and an example
  wattbridge plugins energy --all         everything of that name, with the options that every plugin has`;

/** `wattbridge plugins`: what there is, and what it can be told. */
export function pluginsCommand(finish: Finish): Command {
  return new Command('plugins')
    .description('list the plugins, or the options of one')
    .argument('[plugin]', 'a kind, a kind with an id (outputs/influxdb), or an id')
    .option('--all', 'also the options that every plugin of its kind has: filters, names, intervals')
    .addHelpText('after', EXAMPLES)
    .action((wanted: string | undefined, options: { readonly all?: boolean }) => finish(plugins(wanted, options.all ?? false)));
}

function plugins(wanted: string | undefined, showsAll: boolean): ExitCode {
  const all = PLUGIN_GROUPS.flatMap((group) => listed(group));
  if (wanted === undefined || isPluginGroup(wanted)) {
    print(listText(all.filter(({ group }) => wanted === undefined || group === wanted)));
    return ExitCode.ok;
  }
  const found = all.filter(({ group, definition: { id } }) => [id, `${group}/${id}`, `${group}.${id}`].includes(wanted));
  if (found.length === 0) {
    printError(`wattbridge: there is no plugin "${wanted}"; wattbridge plugins lists them`);
    return ExitCode.usage;
  }
  print(found.map((plugin) => pluginText(plugin, showsAll)).join('\n\n'));
  return ExitCode.ok;
}

function listed(group: PluginGroup): ListedPlugin[] {
  const definitions: readonly Definition[] = [...registry[group].values()];
  return definitions.toSorted((a, b) => a.id.localeCompare(b.id)).map((definition) => ({ group, definition }));
}

function listText(all: readonly ListedPlugin[]): string {
  const width = Math.max(...all.map(({ definition }) => definition.id.length));
  return PLUGIN_GROUPS.filter((group) => all.some((one) => one.group === group))
    .map((group) => {
      const rows = all
        .filter((one) => one.group === group)
        .map(({ definition }) => `  ${definition.id.padEnd(width)}  ${definition.summary}`);
      return [group, ...rows].join('\n');
    })
    .join('\n\n');
}

function pluginText({ group, definition }: ListedPlugin, showsAll: boolean): string {
  const options = optionRows(showsAll ? fullSchema(group, definition.schema) : definition.schema).map(optionText);
  return [
    `${group}/${definition.id}: ${definition.summary}`,
    options.length === 0 ? 'It has no options of its own.' : `Options:\n${options.join('\n')}`,
    ...(showsAll ? [] : [`With --all: also those that every plugin of ${group} has.`]),
    `Example:\n${indented(definition.example.trimEnd())}`,
  ].join('\n\n');
}

function optionText({ name, type, defaultValue, required, description }: OptionRow): string {
  const value = defaultValue === undefined ? '' : `, default ${defaultValue}`;
  return `  ${name}  (${type}${required ? ', required' : value})\n      ${description}`;
}

function indented(text: string): string {
  return text.replaceAll(/^(?=.)/gm, '  ');
}
