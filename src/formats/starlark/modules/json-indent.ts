import { EvalError } from '../errors.ts';
import { spend } from '../meter.ts';

/** Pieces of JSON: strings, brackets, separators, and the rest as it is. */
const PIECE = /"(?:[^"\\]|\\[^])*"|[[\]{},:]|[^\s[\]{},:"]+/g;

/** JSON with each element on a line of its own, as Go's `json.Indent` has it. `name` begins the message of an error. */
export function indentJson(name: string, json: string, prefix: string, indent: string): string {
  try {
    JSON.parse(json);
  } catch (error) {
    throw new EvalError(`${name}: ${(error as Error).message}`);
  }
  let depth = 0;
  let text = '';
  let last = '';
  const newLine = (): string => `\n${prefix}${indent.repeat(depth)}`;
  for (const [piece] of json.matchAll(PIECE)) {
    spend(1 + (depth * indent.length) / 64);
    const closes = piece === ']' || piece === '}';
    if (closes) depth--;
    if ((isOpening(last) && !closes) || last === ',' || (closes && !isOpening(last))) text += newLine();
    text += piece === ':' ? ': ' : piece;
    if (isOpening(piece)) depth++;
    last = piece;
  }
  return text;
}

function isOpening(piece: string): boolean {
  return piece === '[' || piece === '{';
}
