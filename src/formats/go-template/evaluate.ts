/** Walks the tree of a template and writes what it says. */
import { printedText, sortedEntries } from './format/value-text.ts';
import { MAX_STEPS, MAX_TEMPLATE_DEPTH, MAX_TEXT } from './limits.ts';
import { Operands } from './operands.ts';
import type { BranchNode, Node, RangeNode, TemplateNode } from './syntax/nodes.ts';
import type { Program } from './program.ts';
import { Dict, int, Int, isTrue, List, type Value } from './values/value.ts';

/** What follows a node: the next one, or the end of a loop or of one round of it. */
type Flow = 'next' | 'break' | 'continue';

/** The text that a template makes of a value. Throws `TemplateError`. */
export function evaluate(program: Program, data: Value): string {
  const evaluator = new Evaluator(program);
  evaluator.run(program.main, data);
  return evaluator.text;
}

class Evaluator {
  text = '';
  readonly #program: Program;
  readonly #operands: Operands;
  #depth = 0;
  #steps = 0;

  constructor(program: Program) {
    this.#program = program;
    this.#operands = new Operands(program);
  }

  run(nodes: readonly Node[], data: Value): void {
    this.#operands.variables = [{ name: '$', value: data }];
    this.#walk(nodes, data);
  }

  #walk(nodes: readonly Node[], dot: Value): Flow {
    for (const node of nodes) {
      this.#countStep();
      const flow = this.#step(node, dot);
      if (flow !== 'next') return flow;
    }
    return 'next';
  }

  #step(node: Node, dot: Value): Flow {
    switch (node.kind) {
      case 'text':
        this.#write(node.text);
        return 'next';
      case 'action': {
        const value = this.#operands.pipe(node.pipe, dot);
        if (node.pipe.variables.length === 0) this.#write(this.#operands.attempt('', () => printedText(value)));
        return 'next';
      }
      case 'if':
      case 'with':
        return this.#operands.scoped(() => this.#branch(node, dot));
      case 'range':
        return this.#operands.scoped(() => this.#range(node, dot));
      case 'template':
        this.#template(node, dot);
        return 'next';
      case 'break':
      case 'continue':
        return node.kind;
    }
  }

  #branch({ kind, pipe, body, otherwise }: BranchNode, dot: Value): Flow {
    const value = this.#operands.pipe(pipe, dot);
    if (!isTrue(value)) return this.#walk(otherwise, dot);
    return this.#walk(body, kind === 'with' ? value : dot);
  }

  #range(node: RangeNode, dot: Value): Flow {
    const value = this.#operands.pipe(node.pipe, dot);
    const [first, second] = node.pipe.variables;
    let isEmpty = true;
    for (const [key, item] of this.#rounds(value, second !== undefined)) {
      isEmpty = false;
      this.#countStep();
      const flow = this.#operands.scoped(() => {
        if (second !== undefined) this.#operands.assign(first, key);
        if (first !== undefined) this.#operands.assign(second ?? first, item);
        return this.#walk(node.body, item);
      });
      if (flow === 'break') break;
    }
    return isEmpty ? this.#walk(node.otherwise, dot) : 'next';
  }

  /** Keys and items of what can be walked: lists, maps by their keys, whole numbers from 0 on. */
  *#rounds(value: Value, wantsKeys: boolean): Generator<readonly [key: Value, item: Value]> {
    if (value instanceof List) {
      for (const [place, item] of value.items.entries()) yield [int(place), item];
    } else if (value instanceof Dict) {
      yield* sortedEntries(value);
    } else if (value instanceof Int) {
      if (wantsKeys) throw this.#operands.error(`can't use ${printedText(value)} to iterate over more than one variable`);
      for (let count = 0n; count < value.value; count++) yield [null, new Int(value.type, count)];
    } else if (value !== null) {
      throw this.#operands.error(`range can't iterate over ${printedText(value)}`);
    }
  }

  /** Of a template within the template: it sees its dot, and no variables. */
  #template(node: TemplateNode, dot: Value): void {
    this.#operands.at(node);
    const nodes = this.#program.defined.get(node.name);
    if (nodes === undefined) throw this.#operands.error(`template ${JSON.stringify(node.name)} not defined`);
    if (this.#depth >= MAX_TEMPLATE_DEPTH) throw this.#operands.error(`exceeded maximum template depth (${MAX_TEMPLATE_DEPTH})`);
    const data = node.pipe === undefined ? null : this.#operands.pipe(node.pipe, dot);
    const { variables, template } = this.#operands;
    this.#depth++;
    this.#operands.template = node.name;
    this.run(nodes, data);
    this.#operands.template = template;
    this.#operands.variables = variables;
    this.#depth--;
  }

  #countStep(): void {
    if (++this.#steps > MAX_STEPS) throw this.#operands.error(`more than ${MAX_STEPS} steps`);
  }

  #write(text: string): void {
    if (this.text.length + text.length > MAX_TEXT) throw this.#operands.error(`output of more than ${MAX_TEXT} characters`);
    this.text += text;
  }
}
