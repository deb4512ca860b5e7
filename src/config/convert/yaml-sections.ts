/** The parts of a `telegraf.conf` as a YAML document: its sections in the order in which they begin, the plugins of each in the order of their lines. */
import { Document, Pair, Scalar, YAMLMap, YAMLSeq, type Node } from 'yaml';
import type { MapNode } from '../node.ts';
import { PLUGIN_GROUPS, type PluginGroup } from '../plugin-groups.ts';
import { mergeMaps, Sections, type WrittenPlugin } from '../sections.ts';
import { commentedPlugins, paragraphsOf, type CommentedPlugins } from './comments.ts';
import type { FileNotes } from './notes.ts';
import { asComment, linesOfMap, nodeOf, placeAbove, placeBelow, tableOf, type LeftOut } from './yaml-values.ts';

/** Of a plugin, which of its options are left out. */
export type LeftOutOf = (plugin: WrittenPlugin) => LeftOut;

interface Section {
  readonly key: string;
  readonly line: number;
  readonly node: Node;
  readonly above: readonly string[];
}

/** The document of these sections. */
export function documentOf(sections: Sections, { head, tail }: Pick<FileNotes, 'head' | 'tail'>, leftOutOf: LeftOutOf): Document {
  const writer = new SectionWriter(sections, leftOutOf);
  const root = writer.root();
  const document = new Document();
  document.contents = root;
  const end = [...writer.sift(tail), ...writer.homeless()];
  if (head.some((line) => line !== '')) document.commentBefore = asComment(trimmed(head));
  if (end.some((line) => line !== '')) document.comment = asComment(trimmed(end));
  return document;
}

class SectionWriter {
  readonly #sections: Sections;
  readonly #leftOutOf: LeftOutOf;
  readonly #lists = new Map<PluginGroup, YAMLSeq>();
  /** Plugins that are commented out away from their group's tables. */
  readonly #strays: CommentedPlugins[] = [];

  constructor(sections: Sections, leftOutOf: LeftOutOf) {
    this.#sections = sections;
    this.#leftOutOf = leftOutOf;
  }

  root(): YAMLMap {
    const root = new YAMLMap();
    const { agents, globalTags } = this.#sections;
    const sections = [
      ...this.#mapSection('agent', agents),
      ...this.#mapSection('global_tags', globalTags),
      ...PLUGIN_GROUPS.flatMap((group) => this.#pluginSection(group)),
      ...this.#testSection(),
    ];
    for (const { key, node, above } of sections.toSorted((a, b) => a.line - b.line)) {
      const keyNode = new Scalar(key);
      const isFirst = root.items.length === 0;
      placeAbove(keyNode, isFirst ? trimmedStart(above) : ['', ...trimmedStart(above)], isFirst);
      root.add(new Pair(keyNode, node));
    }
    return root;
  }

  #mapSection(key: string, maps: readonly MapNode[]): Section[] {
    const merged = mergeMaps(maps);
    if (merged === undefined) return [];
    const notes = maps.map((map) => map.notes);
    const above = notes.flatMap((note) => note?.above ?? []);
    const below = notes.flatMap((note) => note?.below ?? []);
    const beside = notes.find((note) => note?.beside !== undefined)?.beside;
    const line = Math.min(...maps.map(({ location }) => location.line));
    return [{ key, line, node: tableOf({ ...merged, notes: { above, beside, below } }, [key]), above: this.sift(above) }];
  }

  #pluginSection(group: PluginGroup): Section[] {
    const plugins = this.#sections.plugins.filter((plugin) => plugin.group === group);
    if (plugins.length === 0) return [];
    const list = new YAMLSeq();
    this.#lists.set(group, list);
    let above: readonly string[] = [];
    for (const plugin of plugins) {
      const notes = this.sift(plugin.options.notes?.above ?? [], group);
      const isFirst = list.items.length === 0;
      // What stands apart from the first plugin is about all of them.
      const cut = isFirst ? notes.findLastIndex((line) => line === '') + 1 : 0;
      if (isFirst) above = notes.slice(0, cut);
      const item = this.#item(plugin);
      placeAbove(item, notes.slice(cut), isFirst);
      list.add(item);
    }
    return [{ key: group, line: plugins[0].location.line, node: list, above }];
  }

  #item(plugin: WrittenPlugin): Node {
    const { group, id, options, writtenAs } = plugin;
    const { notes } = options;
    if (options.entries.size === 0 && (notes === undefined || notes.below.length === 0)) {
      return nodeOf({ kind: 'scalar', value: id, location: plugin.location, notes }, []);
    }
    const item = new YAMLMap();
    item.add(new Pair(new Scalar(id), tableOf(options, [group, writtenAs?.id ?? id], this.#leftOutOf(plugin))));
    return item;
  }

  #testSection(): Section[] {
    const { tests } = this.#sections;
    if (tests.length === 0) return [];
    const { location } = tests[0];
    return [{ key: 'tests', line: location.line, node: nodeOf({ kind: 'list', items: tests, location }, ['tests']), above: [] }];
  }

  /** Comment lines, those that comment out plugins rewritten; plugins of a group other than `group` go where theirs are. */
  sift(lines: readonly string[], group?: PluginGroup): string[] {
    const kept: string[][] = [];
    for (const paragraph of paragraphsOf(lines)) {
      const commented = commentedPlugins(paragraph, (tree) => linesOfTree(tree));
      if (commented === undefined) kept.push([...paragraph]);
      else if (commented.group === group) kept.push([...commented.items]);
      else this.#strays.push(commented);
    }
    if (kept.length === 0) return lines[0] === '' ? [''] : [];
    const spaced = kept.flatMap((paragraph, index) => (index === 0 ? paragraph : ['', ...paragraph]));
    return [...(lines[0] === '' ? [''] : []), ...spaced, ...(lines.at(-1) === '' ? [''] : [])];
  }

  /** Puts strays at the end of their group's list; the lines of those whose group has none. */
  homeless(): string[] {
    return PLUGIN_GROUPS.flatMap((group) => {
      const items = this.#strays.flatMap((stray) => (stray.group === group ? ['', ...stray.items] : []));
      if (items.length === 0) return [];
      const list = this.#lists.get(group);
      if (list === undefined) return ['', `# ${group}:`, ...items.slice(1).map((line) => `#   ${line.slice(2)}`.trimEnd())];
      placeBelow(list, items);
      return [];
    });
  }
}

/** A tree of its own as lines of YAML. */
function linesOfTree(tree: MapNode): string[] {
  const sections = new Sections();
  sections.add(tree, 'toml');
  return linesOfMap(new SectionWriter(sections, () => () => undefined).root());
}

function trimmedStart(lines: readonly string[]): readonly string[] {
  const start = lines.findIndex((line) => line !== '');
  return start === -1 ? [] : lines.slice(start);
}

/** Without blank lines at both ends, and with one at the most between two others. */
function trimmed(lines: readonly string[]): readonly string[] {
  const start = trimmedStart(lines.filter((line, index) => line !== '' || lines[index - 1] !== ''));
  return start.slice(0, start.findLastIndex((line) => line !== '') + 1);
}
