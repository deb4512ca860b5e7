/** TOML into the tree of `node.ts`. */
import type { AST } from 'toml-eslint-parser';
import type { Location } from './diagnostics.ts';
import { emptyMap, type ConfigNode, type MapNode, type Notes } from './node.ts';
import type { ParsedSource } from './parse-yaml.ts';
import type { Source } from './source.ts';
import { keyText, readTomlSyntax, textOf, type TomlSyntax } from './toml-syntax.ts';
import { placeOn, type TomlLine } from './toml-text.ts';

/** The tree of as much as could be read of the lines of a source, and what could not. */
export function parseToml({ file }: Source, lines: readonly TomlLine[]): ParsedSource {
  const syntax = readTomlSyntax(lines, file);
  return { root: treeOf(syntax, file), diagnostics: syntax.diagnostics };
}

/** The comments of each statement and of each item of a list over several lines. */
export type NotesOfNodes = ReadonlyMap<AST.TOMLNode, Notes>;

/** The tree of what the parser has read, with these comments. */
export function treeOf(syntax: TomlSyntax, file: string, notes: NotesOfNodes = new Map()): MapNode {
  return new TomlReader(syntax, file, notes).read();
}

class TomlReader {
  readonly #program: AST.TOMLProgram | undefined;
  readonly #lines: readonly TomlLine[];
  readonly #text: string;
  readonly #file: string;
  readonly #notes: NotesOfNodes;

  constructor({ program, lines }: TomlSyntax, file: string, notes: NotesOfNodes) {
    this.#program = program;
    this.#lines = lines;
    this.#text = textOf(lines);
    this.#file = file;
    this.#notes = notes;
  }

  read(): MapNode {
    const root = emptyMap({ file: this.#file, line: 1, column: 1, length: 0 });
    for (const item of this.#program?.body[0].body ?? []) {
      const table = item.type === 'TOMLTable' ? this.#openTable(root, item) : root;
      if (item.type === 'TOMLTable') table.notes = this.#notes.get(item);
      for (const pair of item.type === 'TOMLTable' ? item.body : [item]) this.#assign(table, pair);
    }
    return root;
  }

  /** The map that a `[table]` or `[[table]]` header leads to; the parser has already refused headers that contradict each other. */
  #openTable(root: MapNode, table: AST.TOMLTable): MapNode {
    const keys = table.key.keys;
    const parent = this.#descend(root, keys.slice(0, -1));
    const last = keys[keys.length - 1];
    if (table.kind === 'standard') return this.#descend(parent, [last]);
    const location = this.#locate(last);
    const list = parent.entries.get(keyText(last))?.value;
    const map = emptyMap(location);
    if (list?.kind === 'list') list.items.push(map);
    else parent.entries.set(keyText(last), { keyLocation: location, value: { kind: 'list', items: [map], location } });
    return map;
  }

  /** The map under these keys, made where missing; of a list, its last map. */
  #descend(from: MapNode, keys: readonly Key[]): MapNode {
    let map = from;
    for (const key of keys) {
      const location = this.#locate(key);
      let next = map.entries.get(keyText(key))?.value;
      if (next?.kind === 'list') next = next.items.at(-1);
      if (next?.kind !== 'map') {
        next = emptyMap(location);
        map.entries.set(keyText(key), { keyLocation: location, value: next });
      }
      map = next;
    }
    return map;
  }

  #assign(map: MapNode, pair: AST.TOMLKeyValue): void {
    const keys = pair.key.keys;
    const last = keys[keys.length - 1];
    const target = this.#descend(map, keys.slice(0, -1));
    target.entries.set(keyText(last), { keyLocation: this.#locate(last), value: this.#value(pair.value, this.#notes.get(pair)) });
  }

  #value(node: AST.TOMLContentNode, notes = this.#notes.get(node)): ConfigNode {
    const location = this.#locate(node);
    if (node.type === 'TOMLArray') return { kind: 'list', items: node.elements.map((element) => this.#value(element)), location, notes };
    if (node.type === 'TOMLInlineTable') {
      const map: MapNode = { ...emptyMap(location), notes };
      for (const pair of node.body) this.#assign(map, pair);
      return map;
    }
    const float = node.kind === 'float' ? { isFloat: true } : {};
    return { kind: 'scalar', value: scalarValue(node, this.#text), location, notes, ...float };
  }

  #locate(node: AST.TOMLNode): Location {
    const { start, end } = node.loc;
    // What goes over several lines is underlined where it begins.
    const length = start.line === end.line ? end.column - start.column : 3;
    return placeOn(this.#lines[start.line - 1], start.column, length, this.#file);
  }
}

type Key = AST.TOMLBare | AST.TOMLQuoted;

/** What a value is in TOML; `text` is what its offsets are into. */
function scalarValue(node: AST.TOMLValue, text: string): string | number | bigint | boolean {
  switch (node.kind) {
    case 'string':
      return node.multiline ? node.value.slice(moreLeadingLineEnds(text.slice(...node.range))) : node.value;
    case 'boolean':
    case 'float':
      return node.value;
    case 'integer':
      return Number.isSafeInteger(node.value) ? node.value : node.bigint;
    default:
      return node.datetime;
  }
}

/** TOML takes one line end behind the opening quotes away, Telegraf all of them; so many more. */
function moreLeadingLineEnds(written: string): number {
  const [, lineEnds] = /^(?:"""|''')(\n*)/.exec(written) ?? ['', ''];
  return Math.max(0, lineEnds.length - 1);
}
