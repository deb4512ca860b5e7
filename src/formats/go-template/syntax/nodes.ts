/** The tree of a template. */
import type { Value } from '../values/value.ts';
import type { NumberConstant } from './literal.ts';

export type Node = TextNode | ActionNode | BranchNode | RangeNode | TemplateNode | LoopNode;

export interface TextNode {
  readonly kind: 'text';
  readonly text: string;
}

/** `{{ pipe }}` */
export interface ActionNode {
  readonly kind: 'action';
  readonly pipe: PipeNode;
}

/** `if`, and `with`, which sets the dot. */
export interface BranchNode {
  readonly kind: 'if' | 'with';
  readonly pipe: PipeNode;
  readonly body: readonly Node[];
  readonly otherwise: readonly Node[];
}

export interface RangeNode {
  readonly kind: 'range';
  readonly pipe: PipeNode;
  readonly body: readonly Node[];
  readonly otherwise: readonly Node[];
}

/** `{{ template "name" pipe }}`, and `block`, which defines it too. */
export interface TemplateNode {
  readonly kind: 'template';
  readonly name: string;
  readonly pipe: PipeNode | undefined;
  readonly at: number;
}

export interface LoopNode {
  readonly kind: 'break' | 'continue';
}

/** `$x, $y := command | command` */
export interface PipeNode {
  readonly kind: 'pipe';
  readonly variables: readonly string[];
  /** Whether the variables are there already, and are given other values (`=`). */
  readonly isAssignment: boolean;
  readonly commands: readonly CommandNode[];
  readonly at: number;
}

/** A function or method with its arguments, or one operand alone. */
export interface CommandNode {
  readonly kind: 'command';
  readonly operands: readonly Operand[];
  readonly at: number;
}

export type Operand = PipeNode | DotNode | NilNode | FieldNode | VariableNode | ChainNode | IdentifierNode | ConstantNode;

export interface DotNode {
  readonly kind: 'dot';
  readonly at: number;
}

export interface NilNode {
  readonly kind: 'nil';
  readonly at: number;
}

/** `.A.B` */
export interface FieldNode {
  readonly kind: 'field';
  readonly names: readonly string[];
  readonly at: number;
}

/** `$x.A.B` */
export interface VariableNode {
  readonly kind: 'variable';
  readonly name: string;
  readonly names: readonly string[];
  readonly at: number;
}

/** `(pipe).A.B` */
export interface ChainNode {
  readonly kind: 'chain';
  readonly operand: Operand;
  readonly names: readonly string[];
  readonly at: number;
}

/** The name of a function. */
export interface IdentifierNode {
  readonly kind: 'identifier';
  readonly name: string;
  readonly at: number;
}

/** A bool, a text, or a number, whose kind may depend on where it stands. */
export interface ConstantNode {
  readonly kind: 'constant';
  /** Where its kind is open. */
  readonly value: Value;
  /** What it may be where a number of some kind is wanted; undefined for what is no number. */
  readonly number: NumberConstant | undefined;
  /** As it is written. */
  readonly text: string;
  readonly at: number;
}

/** A node as Go's messages quote it. */
export function nodeText(node: Operand | CommandNode | TemplateNode): string {
  switch (node.kind) {
    case 'pipe':
      return pipeText(node);
    case 'command':
      return node.operands.map((operand) => (operand.kind === 'pipe' ? `(${pipeText(operand)})` : nodeText(operand))).join(' ');
    case 'dot':
      return '.';
    case 'nil':
      return 'nil';
    case 'field':
      return fieldsText(node.names);
    case 'variable':
      return node.name + fieldsText(node.names);
    case 'chain':
      return `${node.operand.kind === 'pipe' ? `(${pipeText(node.operand)})` : nodeText(node.operand)}${fieldsText(node.names)}`;
    case 'identifier':
      return node.name;
    case 'constant':
      return node.text;
    case 'template':
      return `{{template ${JSON.stringify(node.name)}${node.pipe === undefined ? '' : ` ${pipeText(node.pipe)}`}}}`;
  }
}

function pipeText({ variables, isAssignment, commands }: PipeNode): string {
  const declared = variables.length === 0 ? '' : `${variables.join(', ')} ${isAssignment ? '=' : ':='} `;
  return declared + commands.map(nodeText).join(' | ');
}

function fieldsText(names: readonly string[]): string {
  return names.map((name) => `.${name}`).join('');
}
