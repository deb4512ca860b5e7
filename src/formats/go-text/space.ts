/** White space as Go's `unicode.IsSpace` knows it: unlike JavaScript's with U+0085 and without U+FEFF. */
const SPACE = /[\t-\r\u0085\p{Z}]/u;

/** A test of one character. */
export function isSpace(character: string): boolean {
  return SPACE.test(character);
}

/** Whether a text is empty or has nothing but white space. */
export function isBlank(text: string): boolean {
  for (const character of text) if (!isSpace(character)) return false;
  return true;
}
