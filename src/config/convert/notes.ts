/** Which comment of a TOML file belongs to what: to the statement below it, to the one on its line, or to the table above it. */
import type { AST } from 'toml-eslint-parser';
import type { NotesOfNodes } from '../parse-toml.ts';
import { keyPath } from '../toml-syntax.ts';
import type { TomlLine } from '../toml-text.ts';

export interface FileNotes {
  /** At the top of the file, apart from the first statement. */
  readonly head: readonly string[];
  /** At its end, apart from the last table. */
  readonly tail: readonly string[];
  readonly of: NotesOfNodes;
}

/** All comments of a program that was read from these lines; none is left out. */
export function readNotes(program: AST.TOMLProgram, lines: readonly TomlLine[]): FileNotes {
  return new NoteReader(program, lines).read();
}

/** A header, or a key with its value. */
interface Statement {
  readonly node: AST.TOMLTable | AST.TOMLKeyValue;
  readonly first: number;
  readonly last: number;
  /** Of a header its own table. */
  readonly table: AST.TOMLTable | undefined;
  readonly isHeader: boolean;
}

interface OwnLine {
  /** Empty for a blank line. */
  readonly text: string;
  readonly column: number;
}

type MutableNotes = { above: string[]; beside?: string | undefined; below: string[] };

class NoteReader {
  readonly #statements: readonly Statement[];
  readonly #lineCount: number;
  /** Comments by their line, alone on it or not. */
  readonly #own = new Map<number, OwnLine>();
  readonly #beside = new Map<number, string>();
  readonly #notes = new Map<AST.TOMLNode, MutableNotes>();

  constructor(program: AST.TOMLProgram, lines: readonly TomlLine[]) {
    this.#statements = statementsOf(program);
    this.#lineCount = lines.length;
    for (const { value, loc } of program.comments) {
      const { line, column } = loc.start;
      const text = `#${value.trimEnd()}`;
      if (lines[line - 1].text.slice(0, column).trim() === '') this.#own.set(line, { text, column });
      else this.#beside.set(line, text);
    }
  }

  read(): FileNotes {
    let head: string[] = [];
    for (const [index, statement] of this.#statements.entries()) {
      const { node, first, last } = statement;
      const before = this.#statements[index - 1];
      const gap = this.#lines((before?.last ?? 0) + 1, first);
      const cut = this.#cutAbove(statement, before, gap);
      if (before === undefined) head = texts(gap.slice(0, cut));
      else if (before.table !== undefined) this.#notesOf(before.table).below.push(...texts(gap.slice(0, cut)));
      this.#notesOf(node).above.push(...texts(gap.slice(cut)));
      if (node.type === 'TOMLKeyValue') this.#readValue(node.value, this.#notesOf(node));
      this.#takeBeside(node, last);
    }
    return { head, tail: this.#tail(), of: this.#notes };
  }

  #notesOf(node: AST.TOMLNode): MutableNotes {
    const notes = this.#notes.get(node) ?? { above: [], below: [] };
    this.#notes.set(node, notes);
    return notes;
  }

  #takeBeside(node: AST.TOMLNode, line: number): void {
    const text = this.#beside.get(line);
    if (text !== undefined) this.#notesOf(node).beside = text;
    this.#beside.delete(line);
  }

  #tail(): string[] {
    const last = this.#statements.at(-1);
    const gap = this.#lines((last?.last ?? 0) + 1, this.#lineCount + 1);
    if (last?.table === undefined) return texts(gap);
    const cut = this.#cut(gap, last, undefined);
    this.#notesOf(last.table).below.push(...texts(gap.slice(0, cut)));
    return texts(gap.slice(cut));
  }

  /** The own lines from one up to, not including, another. */
  #lines(from: number, to: number): OwnLine[] {
    return Array.from({ length: Math.max(0, to - from) }, (_, index) => this.#own.get(from + index) ?? { text: '', column: 0 });
  }

  /** How much of what stands above a statement is not about it. */
  #cutAbove({ node, isHeader }: Statement, before: Statement | undefined, gap: readonly OwnLine[]): number {
    if (before === undefined) return attachedFrom(gap);
    return isHeader ? this.#cut(gap, before, node) : 0;
  }

  /** How much of what stands between two tables belongs to the first: what is indented further than the next, or close to the first and apart from the next. */
  #cut(gap: readonly OwnLine[], { table, node }: Statement, next: AST.TOMLNode | undefined): number {
    if (table === undefined) return 0;
    if (next?.type === 'TOMLTable' && keyPath(next.key).startsWith(`${keyPath(table.key)}.`)) return 0;
    const margin = (next ?? node).loc.start.column;
    const limit = next === undefined ? table.loc.start.column : margin;
    let cut = 0;
    for (const [start, end] of paragraphs(gap)) {
      const isDeeper = gap.slice(start, end).every(({ column }) => column > limit);
      const isClose = start === 0 && (end < gap.length || next === undefined);
      if (!isDeeper && !isClose) break;
      cut = end;
    }
    return cut;
  }

  /** Comments between the items of a list over several lines; those in other places of a value go above it. */
  #readValue(value: AST.TOMLContentNode, notes: MutableNotes): void {
    const { start, end } = value.loc;
    if (start.line === end.line) return;
    if (value.type === 'TOMLArray') this.#readItems(value, notes);
    const rest = this.#lines(start.line, end.line + 1).filter(({ text }) => text !== '');
    notes.above.push(...texts(rest));
    for (let line = start.line; line < end.line; line += 1) {
      const text = this.#beside.get(line);
      if (text !== undefined) notes.above.push(text);
      this.#beside.delete(line);
      this.#own.delete(line);
    }
  }

  #readItems({ elements, loc }: AST.TOMLArray, notes: MutableNotes): void {
    let line = loc.start.line;
    for (const [index, element] of elements.entries()) {
      const { start, end } = element.loc;
      const above = this.#lines(line + 1, start.line).filter(({ text }) => text !== '');
      this.#notesOf(element).above.push(...texts(above));
      for (let at = line; at < start.line; at += 1) this.#own.delete(at);
      this.#readValue(element, this.#notesOf(element));
      const isLastOnLine = elements[index + 1]?.loc.start.line !== end.line && loc.end.line !== end.line;
      if (isLastOnLine) this.#takeBeside(element, end.line);
      line = end.line;
    }
    notes.below.push(...texts(this.#lines(line + 1, loc.end.line).filter(({ text }) => text !== '')));
    for (let at = line; at < loc.end.line; at += 1) this.#own.delete(at);
  }
}

function statementsOf(program: AST.TOMLProgram): Statement[] {
  return program.body[0].body.flatMap((item) => {
    if (item.type === 'TOMLKeyValue') return [statementOf(item, undefined)];
    const line = item.key.loc.end.line;
    const header: Statement = { node: item, first: item.loc.start.line, last: line, table: item, isHeader: true };
    return [header, ...item.body.map((pair) => statementOf(pair, item))];
  });
}

function statementOf(node: AST.TOMLKeyValue, table: AST.TOMLTable | undefined): Statement {
  return { node, first: node.loc.start.line, last: node.loc.end.line, table, isHeader: false };
}

/** Where the lines begin that stand directly above what follows. */
function attachedFrom(gap: readonly OwnLine[]): number {
  return gap.findLastIndex(({ text }) => text === '') + 1;
}

/** From where to where lines of text go on without a blank one. */
function* paragraphs(gap: readonly OwnLine[]): Generator<readonly [start: number, end: number]> {
  let start = 0;
  while (start < gap.length) {
    while (gap[start]?.text === '') start += 1;
    let end = start;
    while (end < gap.length && gap[end].text !== '') end += 1;
    if (end > start) yield [start, end];
    start = end;
  }
}

function texts(lines: readonly OwnLine[]): string[] {
  return lines.map(({ text }) => text);
}
