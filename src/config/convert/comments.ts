/** Comments on their way from TOML to YAML: what is commented out in them is rewritten too, so that it can be commented in again. */
import { find, type ConfigNode, type MapNode } from '../node.ts';
import { treeOf } from '../parse-toml.ts';
import { isPluginGroup, type PluginGroup } from '../plugin-groups.ts';
import { readTomlSyntax } from '../toml-syntax.ts';
import { tomlLines } from '../toml-text.ts';
import { readNotes } from './notes.ts';

/** A commented-out option may go over so many lines. */
const MAX_OPTION_LINES = 50;

/** Writes a tree as lines of YAML. */
export type WriteLines = (map: MapNode) => string[];

/** Lines without a blank one between them. */
export type Paragraph = readonly string[];

/** The paragraphs of comment lines. */
export function paragraphsOf(lines: readonly string[]): Paragraph[] {
  const paragraphs: string[][] = [];
  let current: string[] | undefined;
  for (const line of lines) {
    if (line === '') {
      current = undefined;
      continue;
    }
    if (current === undefined) paragraphs.push((current = []));
    current.push(line);
  }
  return paragraphs;
}

/** Plugins of one group that are commented out. */
export interface CommentedPlugins {
  readonly group: PluginGroup;
  /** `# - docker:` and what follows, as items of the group's list. */
  readonly items: readonly string[];
}

/** The plugins that a paragraph comments out, all of one group; undefined when it is anything else. */
export function commentedPlugins(paragraph: Paragraph, write: WriteLines): CommentedPlugins | undefined {
  if (!paragraph.some((line) => /^#\s?\[/.test(line))) return undefined;
  const commented = readCommented(paragraph);
  if (commented === undefined || commented.tree.entries.size !== 1) return undefined;
  const [[group]] = commented.tree.entries;
  if (!isPluginGroup(group)) return undefined;
  const [, ...items] = write(commented.tree);
  return { group, items: [...commented.head.map((line) => `# ${line}`), ...items.map((line) => `# ${line.slice(2)}`)] };
}

/** Comment lines among the options of a table at `path`: options and sub-tables that are commented out become YAML, the rest stays. */
export function translateOptions(lines: readonly string[], path: readonly string[], write: WriteLines): string[] {
  const translated: string[] = [];
  let at = 0;
  while (at < lines.length) {
    const found = optionAt(lines, at, path, write);
    translated.push(...(found?.lines ?? [lines[at]]));
    at += found?.taken ?? 1;
  }
  return translated;
}

function optionAt(
  lines: readonly string[],
  at: number,
  path: readonly string[],
  write: WriteLines,
): { readonly lines: string[]; readonly taken: number } | undefined {
  const margin = /^#\s*(?=\[|[\w"'-]+\s*=)/.exec(lines[at])?.[0];
  if (margin === undefined) return undefined;
  const isTable = lines[at][margin.length] === '[';
  let end = at;
  while (end < lines.length && end - at < MAX_OPTION_LINES && /^#(?!#)/.test(lines[end])) end += 1;
  // Of an option the fewest lines that are one; of a table all that belong to it.
  const lengths = Array.from({ length: end - at }, (_, index) => (isTable ? end - at - index : index + 1));
  for (const taken of lengths) {
    const commented = readCommented(lines.slice(at, at + taken));
    if (commented === undefined) continue;
    const part = isTable ? partAt(commented.tree, path) : commented.tree;
    if (part !== undefined) return { taken, lines: [...commented.head, ...write(part)].map((line) => `${margin}${line}`.trimEnd()) };
  }
  return undefined;
}

/** What a tree has below a path, when it has nothing else. */
function partAt(tree: MapNode, path: readonly string[]): MapNode | undefined {
  let node: ConfigNode | undefined = tree;
  for (const key of path) {
    if (node?.kind === 'list') node = node.items.at(-1);
    if (node?.kind !== 'map' || node.entries.size !== 1) return undefined;
    ({ node } = find(node, [key]));
  }
  if (node?.kind === 'list') node = node.items.at(-1);
  return node?.kind === 'map' && node.entries.size > 0 ? node : undefined;
}

/** The tree of commented-out TOML, with its own comments; undefined when it is none, nothing but comments, or comments would have no place. */
function readCommented(lines: readonly string[]): { readonly tree: MapNode; readonly head: readonly string[] } | undefined {
  const text = lines.map((line) => line.replace(/^# ?/, '')).join('\n');
  const syntax = readTomlSyntax(tomlLines(text), '');
  if (syntax.program === undefined || syntax.diagnostics.length > 0) return undefined;
  const { of, head, tail } = readNotes(syntax.program, syntax.lines);
  const tree = treeOf(syntax, '', of);
  const isWhole = tree.entries.size > 0 && !tail.some((line) => line !== '');
  return isWhole ? { tree, head: head.filter((line) => line !== '') } : undefined;
}
