/** Values and tables of a configuration as nodes of a YAML document, their comments where they belong. */
import { Document, Pair, Scalar, YAMLMap, YAMLSeq, type Node } from 'yaml';
import type { ConfigNode, ListNode, MapNode, Notes, ScalarNode } from '../node.ts';
import { translateOptions } from './comments.ts';

/**
 * Stands before a comment that is to be moved up, behind the key of the list or map it is in: the library knows no such place. A
 * character of private use.
 */
const BESIDE = '\u{10FFFD}';
const MOVED_UP = new RegExp(`\\n *#${BESIDE}(.*)`, 'gu');

/** The text of a document. */
export function documentText(document: Document): string {
  const text = document.toString({ lineWidth: 0, flowCollectionPadding: false, nullStr: '' });
  return text.replaceAll(MOVED_UP, ' #$1');
}

/** The lines of a map on its own. */
export function linesOfMap(map: YAMLMap): string[] {
  const document = new Document();
  document.contents = map;
  return documentText(document).trimEnd().split('\n');
}

/** Comment lines as the library wants them: without the first `#`, a bare one as a blank. */
export function asComment(lines: readonly string[]): string {
  return lines.map((line) => (line === '#' ? ' ' : line.slice(1))).join('\n');
}

/** Puts comments above a node, and a blank line where one was, unless it is the first in its list or map. */
export function placeAbove(node: Node, lines: readonly string[], isFirst: boolean): void {
  const start = lines.findIndex((line) => line !== '');
  if (!isFirst && lines[0] === '') node.spaceBefore = true;
  if (start !== -1) node.commentBefore = asComment(lines.slice(start));
}

/** Why a key is left out; undefined when it stays. */
export type LeftOut = (key: string) => string | undefined;

/** The options of a plugin or a section: a map in block style; nothing but comments, where there is nothing else; `{}`. */
export function tableOf(map: MapNode, path: readonly string[], leftOut?: LeftOut): Node {
  const yaml = mapOf(map, path, leftOut);
  if (yaml.items.length > 0 || typeof yaml.comment !== 'string') return yaml;
  const nothing = new Scalar(null);
  nothing.commentBefore = yaml.comment;
  placeBeside(nothing, map.notes?.beside);
  return nothing;
}

/** A map in block style, or `{}`; `path` leads to it. What is left out stays as a comment, with the reason. */
function mapOf(map: MapNode, path: readonly string[], leftOut?: LeftOut): YAMLMap {
  const yaml = new YAMLMap();
  let waiting: string[] = [];
  for (const [key, { value: written }] of map.entries) {
    const value = withNotesOutside(written);
    const above = [...waiting, ...optionNotes(value.notes?.above, path)];
    const reason = leftOut?.(key);
    if (reason === undefined) {
      const keyNode = keyScalar(key);
      placeAbove(keyNode, above, yaml.items.length === 0);
      yaml.add(new Pair(keyNode, nodeOf(value, [...path, key])));
      waiting = [];
    } else {
      const [first, ...rest] = linesOfMap(mapOf(only(map, key), path));
      waiting = [...above, `# ${first} # ${reason}`, ...rest.map((line) => `# ${line}`), ...optionNotes(value.notes?.below, path)];
    }
  }
  placeBelow(yaml, [...waiting, ...optionNotes(map.notes?.below, path)]);
  if (yaml.items.length > 0 || typeof yaml.comment !== 'string') placeBeside(yaml, map.notes?.beside);
  return yaml;
}

/** What is empty is `{}` or `[]` on one line: comments within go above it. */
function withNotesOutside(node: ConfigNode): ConfigNode {
  const isEmpty = (node.kind === 'map' && node.entries.size === 0) || (node.kind === 'list' && node.items.length === 0);
  if (!isEmpty || node.notes === undefined) return node;
  const { above, beside, below } = node.notes;
  return { ...node, notes: { above: [...above, ...below.filter((line) => line !== '')], beside, below: [] } };
}

function keyScalar(key: string): Scalar {
  const scalar = new Scalar(key);
  // Plain, it would be a merge.
  if (key === '<<') scalar.type = Scalar.QUOTE_DOUBLE;
  return scalar;
}

/** The map with one key alone, and of its comments only the one beside it. */
function only(map: MapNode, key: string): MapNode {
  const entry = map.entries.get(key);
  if (entry === undefined) return map;
  const value = { ...entry.value, notes: { above: [], beside: entry.value.notes?.beside, below: [] } };
  return { ...map, notes: undefined, entries: new Map([[key, { ...entry, value }]]) };
}

function optionNotes(lines: readonly string[] | undefined, path: readonly string[]): string[] {
  return translateOptions(lines ?? [], path, (map) => linesOfMap(mapOf(map, path)));
}

/** Any value. */
export function nodeOf(node: ConfigNode, path: readonly string[]): Node {
  if (node.kind === 'map') return mapOf(node, path);
  return node.kind === 'list' ? listOf(node, path) : scalarOf(node);
}

function scalarOf({ value, isFloat, notes }: ScalarNode): Scalar {
  const scalar = new Scalar(value);
  // 1.0 is a float in both spellings, 1 in none.
  if (isFloat === true && Number.isInteger(value)) scalar.minFractionDigits = 1;
  // As a block, the blank lines that follow it would be a part of it.
  if (typeof value === 'string' && /(?:^|\n)\n$/.test(value)) scalar.type = Scalar.QUOTE_DOUBLE;
  if (notes?.beside !== undefined) scalar.comment = asComment([notes.beside]);
  return scalar;
}

/** A list on one line where it was on one, each item on its own where one has a comment, or is a table. */
function listOf(list: ListNode, path: readonly string[]): YAMLSeq {
  const yaml = new YAMLSeq();
  yaml.flow = list.items.every((item) => isPlain(item) && item.notes === undefined);
  for (const item of list.items.map(withNotesOutside)) {
    const { above = [], beside, below = [] } = item.notes ?? {};
    const isTable = item.kind === 'map';
    // A table in a list has no line of its own that a comment could stand beside.
    const node = isTable ? mapOf({ ...item, notes: { above, below } }, path) : nodeOf(item, path);
    placeAbove(node, isTable ? [...optionNotes(above, path), ...(beside === undefined ? [] : [beside])] : above, yaml.items.length === 0);
    yaml.add(node);
  }
  placeBelow(yaml, list.notes?.below ?? []);
  placeBeside(yaml, list.notes?.beside);
  return yaml;
}

function isPlain(node: ConfigNode): boolean {
  return node.kind === 'scalar' || (node.kind === 'list' && node.items.every(isPlain));
}

/** Comments behind the last item. */
export function placeBelow(node: YAMLMap | YAMLSeq, lines: readonly string[]): void {
  const end = lines.findLastIndex((line) => line !== '') + 1;
  if (end > 0) node.comment = asComment(lines.slice(0, end));
}

/** A comment on the line of the key. */
function placeBeside(node: YAMLMap | YAMLSeq | Scalar, text: Notes['beside']): void {
  if (text === undefined) return;
  const comment = asComment([text]);
  const holder = firstLineOf(node);
  if (holder === undefined) {
    node.comment = comment;
  } else {
    holder.commentBefore = [`${BESIDE}${comment}`, ...(typeof holder.commentBefore === 'string' ? [holder.commentBefore] : [])].join('\n');
  }
}

/** What stands on the first line behind the key; undefined when it is on the line of the key. */
function firstLineOf(node: YAMLMap | YAMLSeq | Scalar): Node | undefined {
  if (node instanceof Scalar) return node;
  if (node.items.length === 0 || node.flow === true) return undefined;
  const [first] = node.items;
  return first instanceof Pair ? (first.key as Node) : (first as Node);
}
