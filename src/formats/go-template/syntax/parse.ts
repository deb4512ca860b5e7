/** Makes the trees of a template's text, and of the templates that it defines. */
import type { TemplateError } from '../errors.ts';
import { unquote } from './literal.ts';
import type { Node, PipeNode } from './nodes.ts';
import { PipeParser } from './parse-pipe.ts';
import { shownToken, type Token } from './token.ts';

export interface Trees {
  readonly main: readonly Node[];
  readonly defined: ReadonlyMap<string, readonly Node[]>;
}

export interface ParseOptions {
  /** As messages call the template. */
  readonly name: string;
  readonly text: string;
  /** Why there is no such function, in words; undefined where there is one. */
  readonly missingFunction: (name: string) => string | undefined;
}

/** What ends a list of nodes. */
type Ending = 'end' | 'else';

interface NodeList {
  readonly nodes: readonly Node[];
  readonly ending: Ending;
}

/** Throws `TemplateError` for what Go's parser refuses. */
export function parse(options: ParseOptions): Trees {
  const parser = new Parser(options);
  const main = parser.main();
  return { main, defined: parser.defined };
}

class Parser {
  readonly defined = new Map<string, readonly Node[]>();
  readonly #pipes: PipeParser;
  #loops = 0;

  constructor(options: ParseOptions) {
    this.#pipes = new PipeParser(options);
  }

  main(): Node[] {
    const nodes: Node[] = [];
    while (this.#pipes.peek().kind !== 'end') {
      if (this.#atDefinition()) this.#definition();
      else nodes.push(this.#nodeOnly());
    }
    return nodes;
  }

  /** Takes `{{ define`, if that is what comes. */
  #atDefinition(): boolean {
    if (this.#pipes.peek().kind !== 'open') return false;
    const mark = this.#pipes.mark();
    this.#pipes.next();
    if (this.#pipes.takeKeyword('define') !== undefined) return true;
    this.#pipes.reset(mark);
    return false;
  }

  #definition(): void {
    const name = this.#templateName('define clause');
    this.#pipes.expect('close', 'define clause');
    this.#define(name, 'define clause');
  }

  /** Takes the nodes up to `end` as a template of its own, which sees no variables from outside. */
  #define(name: string, context: string): void {
    const loops = this.#loops;
    this.#loops = 0;
    const { nodes, ending } = this.#pipes.withVariables(['$'], () => this.#list());
    this.#loops = loops;
    if (ending !== 'end') throw this.#error(`unexpected {{${ending}}} in ${context}`);
    const known = this.defined.get(name);
    if (known === undefined || isBlank(known)) this.defined.set(name, nodes);
    else if (!isBlank(nodes)) throw this.#error(`template: multiple definition of template ${JSON.stringify(name)}`);
  }

  #nodeOnly(): Node {
    const node = this.#node();
    if (typeof node === 'string') throw this.#error(`unexpected {{${node}}}`);
    return node;
  }

  #list(): NodeList {
    const nodes: Node[] = [];
    while (this.#pipes.peek().kind !== 'end') {
      const node = this.#node();
      if (typeof node === 'string') return { nodes, ending: node };
      nodes.push(node);
    }
    throw this.#error('unexpected EOF');
  }

  #node(): Node | Ending {
    const token = this.#pipes.next();
    if (token.kind === 'text') return { kind: 'text', text: token.text };
    if (token.kind === 'open') return this.#action();
    throw this.#unexpected(token, 'input');
  }

  #action(): Node | Ending {
    const keyword = this.#pipes.takeKeyword();
    switch (keyword?.text) {
      case 'if':
      case 'with':
        return this.#branch(keyword.text);
      case 'range':
        return this.#range();
      case 'template':
        return this.#template();
      case 'block':
        return this.#block();
      case 'break':
      case 'continue':
        return this.#loop(keyword.text);
      case 'else':
        return 'else';
      case 'end':
        this.#pipes.expect('close', 'end');
        return 'end';
      case undefined:
        return { kind: 'action', pipe: this.#pipes.pipe('command', 'close') };
      default:
        throw this.#unexpected(keyword as Token, 'command');
    }
  }

  #branch(kind: 'if' | 'with'): Node {
    return this.#pipes.scoped(() => {
      const pipe = this.#pipes.pipe(kind, 'close');
      return { kind, pipe, ...this.#bodies(kind) };
    });
  }

  #range(): Node {
    return this.#pipes.scoped(() => {
      const pipe = this.#pipes.pipe('range', 'close');
      this.#loops++;
      return { kind: 'range', pipe, ...this.#bodies('range') };
    });
  }

  /** What is done, and what is done otherwise. `else if` is an `if` in the latter that shares its `end`. */
  #bodies(kind: 'if' | 'with' | 'range'): { body: readonly Node[]; otherwise: readonly Node[] } {
    const { nodes: body, ending } = this.#list();
    // A loop is over where its `else` begins.
    if (kind === 'range') this.#loops--;
    if (ending === 'end') return { body, otherwise: [] };
    const chained = kind === 'range' ? undefined : this.#pipes.takeKeyword(kind);
    if (chained !== undefined) return { body, otherwise: [this.#branch(chained.text as 'if' | 'with')] };
    this.#pipes.expect('close', 'else');
    const otherwise = this.#list();
    if (otherwise.ending !== 'end') throw this.#error('expected end; found {{else}}');
    return { body, otherwise: otherwise.nodes };
  }

  #loop(kind: 'break' | 'continue'): Node {
    this.#pipes.expect('close', `{{${kind}}}`);
    if (this.#loops === 0) throw this.#error(`{{${kind}}} outside {{range}}`);
    return { kind };
  }

  #template(): Node {
    const { at } = this.#pipes.peekBehindSpace();
    const name = this.#templateName('template clause');
    return { kind: 'template', name, pipe: this.#optionalPipe('template clause'), at };
  }

  #block(): Node {
    const { at } = this.#pipes.peekBehindSpace();
    const name = this.#templateName('block clause');
    const pipe = this.#pipes.pipe('block clause', 'close');
    this.#define(name, 'block clause');
    return { kind: 'template', name, pipe, at };
  }

  #optionalPipe(context: string): PipeNode | undefined {
    if (this.#pipes.peekBehindSpace().kind !== 'close') return this.#pipes.pipe(context, 'close');
    this.#pipes.expect('close', context);
    return undefined;
  }

  #templateName(context: string): string {
    const token = this.#pipes.nextBehindSpace();
    if (token.kind !== 'string') throw this.#unexpected(token, context);
    const name = unquote(token.text);
    if (name === undefined) throw this.#error('invalid syntax');
    return name;
  }

  #unexpected(token: Token, context: string): TemplateError {
    return this.#pipes.error(`unexpected ${shownToken(token)} in ${context}`, token.at);
  }

  #error(message: string): TemplateError {
    return this.#pipes.error(message);
  }
}

/** Whether a tree is nothing but white space. */
function isBlank(nodes: readonly Node[]): boolean {
  return nodes.every((node) => node.kind === 'text' && node.text.trim() === '');
}
