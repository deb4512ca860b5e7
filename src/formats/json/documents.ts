/** One JSON value of a text that may hold several, and the line that it starts in, counted from 1. */
export interface JsonDocument {
  readonly text: string;
  readonly line: number;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPENING = new Set([0x5b, 0x7b]);
const CLOSING = new Set([0x5d, 0x7d]);

/**
 * The objects and arrays that stand one after another in a text, as in JSON lines or, with nothing in between, in what Scaphandre
 * writes. Not checked: whatever is between two of them counts to the second, and what is left at the end is a document too.
 */
export function jsonDocuments(text: string): JsonDocument[] {
  const documents: JsonDocument[] = [];
  let line = 1;
  let start = 0;
  const add = (end: number): void => {
    const raw = text.slice(start, end);
    const blank = raw.length - raw.trimStart().length;
    if (blank < raw.length) documents.push({ text: raw.trim(), line: line + lineEnds(raw.slice(0, blank)) });
    line += lineEnds(raw);
    start = end;
  };
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) at = endOfString(text, at);
    else if (OPENING.has(code)) depth++;
    else if (CLOSING.has(code) && --depth === 0) add(at + 1);
  }
  add(text.length);
  return documents;
}

/** The place of the quote that ends the string which starts at `from`; the end of the text when there is none. */
function endOfString(text: string, from: number): number {
  for (let at = from + 1; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === BACKSLASH) at++;
    else if (code === QUOTE) return at;
  }
  return text.length;
}

function lineEnds(text: string): number {
  return text.split('\n').length - 1;
}
