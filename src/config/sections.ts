/** From parsed trees to the parts of a pipeline: which plugins, in which order, with which options. Nothing is checked against schemas yet. */
import type { Diagnostic, Location } from './diagnostics.ts';
import { quotedName } from './masking.ts';
import { emptyMap, type ConfigNode, type MapEntry, type MapNode } from './node.ts';
import { isPluginGroup, PLUGIN_GROUPS, type PluginGroup } from './plugin-groups.ts';
import type { ConfigFormat } from './source.ts';
import { nearest } from './suggest.ts';
import { isTelegrafPlugin } from './telegraf-plugins.ts';
import { readRemoteWrite } from './telegraf-remote-write.ts';

/** The keys at the top of a file; Telegraf's old names beside them are `tags` and `plugins`. */
const SECTIONS = ['agent', 'global_tags', ...PLUGIN_GROUPS, 'tests'];

/** A plugin as written. */
export interface WrittenPlugin {
  readonly group: PluginGroup;
  readonly id: string;
  readonly location: Location;
  readonly options: MapNode;
  readonly format: ConfigFormat;
  /** Where the file has it as another plugin. */
  readonly writtenAs?: {
    readonly id: string;
    /** What there is to say of that. */
    readonly message: string;
    /** Options that are not needed here, and why. */
    readonly leftOut: ReadonlyMap<string, string>;
  };
}

/** Everything that the files say, in the order of files and of writing. */
export class Sections {
  readonly agents: MapNode[] = [];
  readonly globalTags: MapNode[] = [];
  readonly plugins: WrittenPlugin[] = [];
  readonly tests: ConfigNode[] = [];
  readonly diagnostics: Diagnostic[] = [];

  /** Adds what one file says. */
  add(root: MapNode, format: ConfigFormat): void {
    const before = this.plugins.length;
    // Telegraf reads [tags] first, wherever it stands, so that [global_tags] wins.
    const oldTags = root.entries.get('tags');
    if (oldTags !== undefined) this.#addMap(this.globalTags, 'tags', oldTags);
    for (const [key, entry] of root.entries) if (key !== 'tags') this.#addSection(key, entry, format);
    // Of TOML the tree has the plugins by name; the order that counts is that of the lines.
    const added = this.plugins.splice(before);
    this.plugins.push(...(format === 'toml' ? added.toSorted((a, b) => a.location.line - b.location.line) : added));
  }

  #addSection(key: string, entry: MapEntry, format: ConfigFormat): void {
    if (key === 'agent') return this.#addMap(this.agents, key, entry);
    if (key === 'global_tags') return this.#addMap(this.globalTags, key, entry);
    if (key === 'tests') return this.#addTests(entry);
    if (key === 'plugins') return this.#addPlugins('inputs', entry, format);
    if (isPluginGroup(key)) return this.#addPlugins(key, entry, format);
    if (key.startsWith('x-')) return; // a place for anchors, as in Compose files
    if (key === 'secretstores') {
      return this.#report(
        entry.keyLocation,
        key,
        "Telegraf's secret stores are not read",
        'use @{env:NAME} or @{file:/path} where the secret is wanted',
      );
    }
    const isTable = entry.value.kind !== 'scalar';
    // Telegraf takes an unknown table for an input: files from before 0.9 have [cpu] for [[inputs.cpu]].
    if (format === 'toml' && isTable && isTelegrafPlugin('inputs', key)) return this.#addTomlPlugin('inputs', key, entry);
    const meant = nearest(key, SECTIONS);
    const hint = meant === undefined ? `there are ${SECTIONS.join(', ')}` : `did you mean "${meant}"?`;
    this.#report(
      entry.keyLocation,
      '',
      isTable ? `unknown section ${quotedName(key)}` : `${quotedName(key)} belongs under a section, such as agent`,
      hint,
    );
  }

  #addMap(to: MapNode[], key: string, { value, keyLocation }: MapEntry): void {
    if (value.kind === 'map') to.push(value);
    else if (!isEmpty(value)) this.#report(keyLocation, key, 'must be a map of names and values');
  }

  #addTests({ value, keyLocation }: MapEntry): void {
    if (value.kind === 'list') this.tests.push(...value.items);
    else if (!isEmpty(value)) this.#report(keyLocation, 'tests', 'must be a list', 'begin each test with "- name: …"');
  }

  #addPlugins(group: PluginGroup, { value, keyLocation }: MapEntry, format: ConfigFormat): void {
    if (isEmpty(value)) return;
    if (format === 'toml') {
      if (value.kind === 'map') for (const [id, entry] of value.entries) this.#addTomlPlugin(group, id, entry);
      else this.#report(keyLocation, group, 'a plugin is missing', `write [[${group}.NAME]]`);
    } else if (value.kind === 'list') {
      for (const item of value.items) this.#addYamlPlugin(group, item);
    } else {
      this.#report(keyLocation, group, 'must be a list', 'put "- " before each plugin: "- NAME: {…}"');
    }
  }

  /** `[[inputs.cpu]]`, or `[inputs.cpu]` as old files have it. */
  #addTomlPlugin(group: PluginGroup, id: string, { value, keyLocation }: MapEntry): void {
    for (const node of value.kind === 'list' ? value.items : [value]) {
      if (node.kind === 'map') this.plugins.push(readRemoteWrite({ group, id, location: node.location, options: node, format: 'toml' }));
      else this.#report(keyLocation, group, `${quotedName(id)} is no plugin table`, `write [[${group}.${id}]]`);
    }
  }

  /** `- cpu: {…}`, `- cpu:` or `- cpu`. */
  #addYamlPlugin(group: PluginGroup, item: ConfigNode): void {
    const { location } = item;
    if (item.kind === 'scalar' && typeof item.value === 'string') {
      this.plugins.push({ group, id: item.value, location, options: emptyMap(location), format: 'yaml' });
      return;
    }
    if (item.kind !== 'map' || item.entries.size === 0) {
      return this.#report(location, group, 'an item must be the name of a plugin with its options', '"- NAME: {…}"');
    }
    const [[id, { value, keyLocation }], ...others] = item.entries;
    if (others.length > 0) return this.#reportTwoKeys(group, id, value, others);
    if (value.kind === 'map' || isEmpty(value)) {
      const options = value.kind === 'map' ? value : emptyMap(keyLocation);
      this.plugins.push({ group, id, location: keyLocation, options, format: 'yaml' });
    } else {
      this.#report(value.location, group, `the options of ${quotedName(id)} must be a map`, 'NAME: { option: value }');
    }
  }

  #reportTwoKeys(group: PluginGroup, id: string, value: ConfigNode, others: readonly (readonly [string, MapEntry])[]): void {
    const [[key, { keyLocation }]] = others;
    const hint = isEmpty(value) ? 'indent its options further than its name' : `begin it with "- " on a line of its own`;
    this.#report(keyLocation, group, `${quotedName(key)} stands beside ${quotedName(id)}, but a list item is one plugin`, hint);
  }

  #report(location: Location, subject: string, message: string, hint?: string): void {
    this.diagnostics.push({ location, subject, message, hint });
  }
}

function isEmpty(node: ConfigNode): boolean {
  return node.kind === 'scalar' && node.value === null;
}

/** Several `agent` tables (or tables of tags) as one: of a key that is there twice, the later. */
export function mergeMaps(maps: readonly MapNode[], whenTwice?: (key: string, entry: MapEntry) => void): MapNode | undefined {
  if (maps.length === 0) return undefined;
  const entries = new Map<string, MapEntry>();
  for (const map of maps) {
    for (const [key, entry] of map.entries) {
      if (entries.has(key)) whenTwice?.(key, entry);
      entries.set(key, entry);
    }
  }
  return { kind: 'map', entries, location: maps[0].location };
}
