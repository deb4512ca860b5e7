/** Go's `strconv.Quote`: a text as a constant in double quotes. */
const NAMED: Readonly<Record<string, string>> = {
  '\x07': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
  '\\': '\\\\',
};

/** Go's `unicode.IsPrint`: letters, marks, numbers, punctuation, symbols, and the blank. */
const PRINTABLE = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u;

/** `asciiOnly` as with `%+q`. */
export function quoteText(text: string, asciiOnly = false): string {
  let quoted = '"';
  for (const character of text) quoted += character === '"' ? '\\"' : escapeCharacter(character, asciiOnly);
  return `${quoted}"`;
}

/** A character in single quotes, as `%q` prints integers. */
export function quoteCharacter(code: number, asciiOnly: boolean): string {
  const character = code >= 0 && code <= 0x10ffff ? String.fromCodePoint(code) : '\ufffd';
  return `'${character === "'" ? "\\'" : escapeCharacter(character, asciiOnly)}'`;
}

function escapeCharacter(character: string, asciiOnly: boolean): string {
  const named = NAMED[character];
  if (named !== undefined) return named;
  const code = character.codePointAt(0) ?? 0;
  if (PRINTABLE.test(character) && (!asciiOnly || code < 0x80)) return character;
  // A byte that was no UTF-8 (metric/text.ts).
  if (code >= 0xdc80 && code <= 0xdcff) return `\\x${hex(code - 0xdc00, 2)}`;
  if (code < 0x20 || code === 0x7f) return `\\x${hex(code, 2)}`;
  return code > 0xffff ? `\\U${hex(code, 8)}` : `\\u${hex(code, 4)}`;
}

function hex(code: number, digits: number): string {
  return code.toString(16).padStart(digits, '0');
}
