/** How a sample is spelt: in YAML, or in Telegraf's TOML. */
import { stringify } from 'yaml';
import type { PluginGroup } from './plugin-groups.ts';

export interface Spelling {
  readonly head: readonly string[];
  table(name: string): string;
  tag(name: string, value: string): string;
  /** What stands once above the plugins of a group. */
  group(group: PluginGroup): string | undefined;
  plugin(group: PluginGroup, id: string): string;
  /** The lines of an option: one, but for a text over several lines. */
  option(name: string, value: unknown): readonly string[];
  /** The beginning of an option without a value. */
  unset(name: string): string;
  readonly pluginMargin: string;
  readonly optionMargin: string;
}

const HEAD = [
  '# Everything there is. Options stand with the value that they have when they are left out.',
  '# Not shown: what every plugin of a kind can be told (names, filters, intervals); wattbridge plugins inputs/cpu --all lists it.',
];

export const yamlSpelling: Spelling = {
  head: HEAD,
  table: (name) => `${name}:`,
  tag: (name, value) => `${name}: ${value}`,
  group: (group) => `${group}:`,
  plugin: (_, id) => `- ${id}:`,
  option: (name, value) => {
    const isLong = typeof value === 'string' && value.includes('\n');
    if (isLong) {
      return stringify({ [name]: value }, { lineWidth: 0 })
        .trimEnd()
        .split('\n');
    }
    return [`${name}: ${stringify(value, { collectionStyle: 'flow', lineWidth: 0, flowCollectionPadding: false }).trimEnd()}`];
  },
  unset: (name) => `${name}:`,
  pluginMargin: '  ',
  optionMargin: '    ',
};

export const tomlSpelling: Spelling = {
  head: HEAD,
  table: (name) => `[${name}]`,
  tag: (name, value) => `${name} = ${tomlText(value)}`,
  group: () => undefined,
  plugin: (group, id) => `[[${group}.${id}]]`,
  option: (name, value) => [`${name} = ${tomlText(value)}`],
  unset: (name) => `${name} =`,
  pluginMargin: '',
  optionMargin: '  ',
};

function tomlText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(tomlText).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const pairs = Object.entries(value).map(([key, inner]) => `${/^[\w-]+$/.test(key) ? key : JSON.stringify(key)} = ${tomlText(inner)}`);
  return pairs.length === 0 ? '{}' : `{ ${pairs.join(', ')} }`;
}
