import type { Position } from '../errors.ts';

/** Words with a meaning of their own. */
export const KEYWORDS = [
  'and',
  'break',
  'continue',
  'def',
  'elif',
  'else',
  'for',
  'if',
  'in',
  'lambda',
  'load',
  'not',
  'or',
  'pass',
  'return',
  'while',
] as const;

/** Words that Python has and Starlark keeps free. */
export const RESERVED = new Set('as async await class del except finally from global import is nonlocal raise try with yield'.split(' '));

const OF_THREE = ['<<=', '>>=', '//='] as const;
const OF_TWO = ['**', '//', '<<', '>>', '<=', '>=', '==', '!=', '+=', '-=', '*=', '/=', '%=', '&=', '|=', '^='] as const;
const OF_ONE = ['(', ')', '[', ']', '{', '}', ',', ':', ';', '.', '=', '+', '-', '*', '/', '%', '&', '|', '^', '~', '<', '>'] as const;

/** Longest first, since one is the beginning of another. */
export const PUNCTUATION = [...OF_THREE, ...OF_TWO, ...OF_ONE];

export type TokenType =
  | (typeof KEYWORDS)[number]
  | (typeof PUNCTUATION)[number]
  | 'not in'
  | 'identifier'
  | 'reserved'
  | 'literal'
  | 'newline'
  | 'indent'
  | 'outdent'
  | 'end of file';

export interface Token {
  readonly type: TokenType;
  readonly at: Position;
  /** As it is written. */
  readonly text: string;
}

const PUNCTUATION_TYPES = new Set<string>(PUNCTUATION);

/** A token as a message names it. */
export function describeToken({ type, text }: Token): string {
  if (type === 'literal' || type === 'identifier' || type === 'reserved') return text.length > 20 ? `${text.slice(0, 20)}…` : text;
  return describeType(type);
}

/** A type of token as a message names it. */
export function describeType(type: TokenType): string {
  return PUNCTUATION_TYPES.has(type) ? `'${type}'` : type;
}
