/**
 * The reports in what `scaphandre json` writes. It should be one JSON array, but it is not: there is no comma between two reports,
 * the closing bracket is missing until Scaphandre ends, and the last report may still be on its way. So the objects are found by
 * their braces.
 */
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN = 0x7b;
const CLOSE = 0x7d;

export interface Split {
  /** The complete objects, each as its text, brace to brace. */
  readonly objects: readonly Buffer[];
  /** Where the text goes on that is not complete yet: the brace that is still open, or the end. */
  readonly rest: number;
}

/** Finds the complete objects on the top level of a text. What is between them (commas, brackets, line ends) is passed over. */
export function splitObjects(text: Buffer): Split {
  const objects: Buffer[] = [];
  let depth = 0;
  let start = text.length;
  for (let at = 0; at < text.length; at++) {
    const byte = text[at];
    if (byte === QUOTE && depth > 0) {
      at = stringEnd(text, at);
    } else if (byte === OPEN) {
      if (depth++ === 0) start = at;
    } else if (byte === CLOSE && depth > 0 && --depth === 0) {
      objects.push(text.subarray(start, at + 1));
      start = text.length;
    }
  }
  return { objects, rest: start };
}

/** The closing quote of the string that opens at `at`, or the end of the text. */
function stringEnd(text: Buffer, at: number): number {
  let end = at + 1;
  while (end < text.length && text[end] !== QUOTE) end += text[end] === BACKSLASH ? 2 : 1;
  return end;
}
