/** What is wrong with a template, or went wrong in it, in the words of Go's text/template. */
export class TemplateError extends Error {
  /** From 1 on. */
  readonly line: number;
  /** The byte of the line, from 0 on, as Go counts. */
  readonly column: number;

  constructor(message: string, { line, column }: Place) {
    super(message);
    this.name = 'TemplateError';
    this.line = line;
    this.column = column;
  }
}

/** A place in a template. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** The place of a character. */
export function placeOf(text: string, at: number): Place {
  const before = text.slice(0, at);
  const lineStart = before.lastIndexOf('\n') + 1;
  return { line: before.split('\n').length, column: Buffer.byteLength(before.slice(lineStart)) };
}

/** Why a function can't do what it was asked for. The evaluator adds the function's name and the place. */
export class CallError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'CallError';
  }
}
