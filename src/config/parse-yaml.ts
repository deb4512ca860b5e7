/** YAML into the tree of `node.ts`, with every syntax error. */
import {
  isAlias,
  isMap,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  type Document,
  type Node,
  type Pair,
  type Scalar,
  type YAMLMap,
  type YAMLParseError,
} from 'yaml';
import type { Diagnostic, Location } from './diagnostics.ts';
import { emptyMap, type ConfigNode, type MapEntry, type MapNode } from './node.ts';
import type { Source } from './source.ts';

export interface ParsedSource {
  readonly root: MapNode;
  readonly diagnostics: readonly Diagnostic[];
}

/** What aliases may expand to; far above any real pipeline. */
const MAX_NODES = 100_000;
const MAX_DEPTH = 50;

/** The tree of as much as could be read, and what could not. */
export function parseYaml(source: Source): ParsedSource {
  const lines = new LineCounter();
  const document = parseDocument(source.text, { lineCounter: lines, prettyErrors: false, intAsBigInt: true });
  const reader = new YamlReader(source, lines, document);
  for (const error of firstErrors(document.errors)) reader.report(onText(error.pos, source.text), syntaxMessage(error.message));
  const contents = document.contents;
  if (contents === null || (isScalar(contents) && contents.value === null)) {
    return { root: emptyMap(reader.location([0, 0])), diagnostics: reader.diagnostics };
  }
  const root = reader.read(contents, 0);
  if (root.kind === 'map') return { root, diagnostics: reader.diagnostics };
  // A file that is no YAML at all has syntax errors already; a second opinion on it would only be noise.
  if (reader.diagnostics.length === 0) reader.report(contents.range ?? [0, 0], 'a pipeline is a map with keys such as inputs and outputs');
  return { root: emptyMap(reader.location([0, 0])), diagnostics: reader.diagnostics };
}

/** What is missing at the end of a text is shown behind its last line with anything on it. */
function onText([start, end]: Range, text: string): Range {
  const written = text.slice(0, start).trimEnd().length;
  return text.slice(start, end).trim() === '' && text.slice(written, start).includes('\n') ? [written, written + 1] : [start, end];
}

/** Once lost, the parser calls every single token that follows unexpected: the first of them says it all. */
function firstErrors(errors: readonly YAMLParseError[]): YAMLParseError[] {
  return errors.filter((error, index) => error.code !== 'UNEXPECTED_TOKEN' || errors[index - 1]?.code !== 'UNEXPECTED_TOKEN');
}

function syntaxMessage(message: string): string {
  const text = message
    .replace('; please use YAML.parseAllDocuments()', ' (separated by ---); write one a file')
    // The parser quotes the source here, which may be a secret.
    .replace(/(?: token)? in YAML stream: .*$/s, '')
    .replace(/^(Not a YAML token): .*$/s, '$1');
  return `YAML syntax: ${text.charAt(0).toLowerCase()}${text.slice(1)}`;
}

type Range = readonly [number, number, ...number[]];

class YamlReader {
  readonly diagnostics: Diagnostic[] = [];
  readonly #source: Source;
  readonly #lines: LineCounter;
  readonly #document: Document.Parsed;
  #nodes = 0;

  constructor(source: Source, lines: LineCounter, document: Document.Parsed) {
    this.#source = source;
    this.#lines = lines;
    this.#document = document;
  }

  report(range: Range, message: string): void {
    this.diagnostics.push({ location: this.location(range), subject: '', message });
  }

  /** A place in the file; what goes over several lines is cut at the end of its first. */
  location([start, end]: Range): Location {
    const { line, col } = this.#lines.linePos(start);
    const firstLine = this.#source.text
      .slice(start, end)
      .split(/[\r\n]/, 1)[0]
      .trimEnd();
    return { file: this.#source.file, line: Math.max(1, line), column: Math.max(1, col), length: firstLine.length };
  }

  read(node: Node | null, depth: number, fallback: Location = this.location([0, 0])): ConfigNode {
    const location = node?.range ? this.location(node.range) : fallback;
    this.#nodes += 1;
    if (depth > MAX_DEPTH || this.#nodes > MAX_NODES) {
      if (this.diagnostics.at(-1)?.message !== TOO_LARGE) this.diagnostics.push({ location, subject: '', message: TOO_LARGE });
      return { kind: 'scalar', value: null, location };
    }
    if (isAlias(node)) return this.#alias(node.resolve(this.#document), node.source, location, depth);
    if (isMap(node)) return this.#map(node, location, depth);
    if (isSeq(node)) {
      return {
        kind: 'list',
        items: node.items.map((item) => this.read(isPair(item) ? null : (item as Node | null), depth + 1, location)),
        location,
      };
    }
    if (!isScalar(node)) return { kind: 'scalar', value: null, location };
    return { kind: 'scalar', value: scalarValue(node.value), location, ...(isWrittenAsFloat(node) ? { isFloat: true } : {}) };
  }

  #alias(target: Node | undefined, name: string, location: Location, depth: number): ConfigNode {
    if (target !== undefined) return this.read(target, depth + 1, location);
    this.diagnostics.push({ location, subject: '', message: `there is no anchor &${name} before this` });
    return { kind: 'scalar', value: null, location };
  }

  #map(map: YAMLMap, location: Location, depth: number): MapNode {
    const entries = new Map<string, MapEntry>();
    for (const pair of map.items) {
      if (isMergeKey(pair)) this.#merge(this.read(pair.value as Node | null, depth + 1, location), entries);
      else entries.set(...this.#entry(pair, location, depth));
    }
    return { kind: 'map', entries, location };
  }

  #entry(pair: Pair, mapLocation: Location, depth: number): [string, MapEntry] {
    const key = pair.key as Node | null;
    const keyLocation = key?.range ? this.location(key.range) : mapLocation;
    if (!isScalar(key)) this.diagnostics.push({ location: keyLocation, subject: '', message: 'a key must be a plain text' });
    const value = this.read(pair.value as Node | null, depth + 1, keyLocation);
    return [isScalar(key) ? String(key.value) : '', { keyLocation, value }];
  }

  /** `<<: *base` or `<<: [*a, *b]`: what they have and the map has not (keys written before `<<` win like those after it). */
  #merge(from: ConfigNode, entries: Map<string, MapEntry>): void {
    if (from.kind === 'list') for (const item of from.items) this.#merge(item, entries);
    if (from.kind !== 'map') return;
    for (const [key, entry] of from.entries) if (!entries.has(key)) entries.set(key, entry);
  }
}

const TOO_LARGE = `nested too deeply (${MAX_DEPTH} levels), or aliases that expand to more than ${MAX_NODES} values`;

function isMergeKey(pair: Pair): boolean {
  return isScalar(pair.key) && pair.key.value === '<<' && pair.key.type === 'PLAIN';
}

/** `1.0` and `1e3`; of a number in hexadecimal an e is a digit. */
function isWrittenAsFloat({ value, source = '' }: Scalar): boolean {
  return typeof value === 'number' && /^[-+]?[\d.]*[.eE]/.test(source);
}

function scalarValue(value: unknown): string | number | bigint | boolean | null {
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : value;
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  return null; // the core schema of YAML knows no other kinds
}
