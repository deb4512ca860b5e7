/** The bytes that the exposition formats give a meaning, and the classes that their grammars speak of. */
export const TAB = 0x09;
export const NEWLINE = 0x0a;
export const SPACE = 0x20;
export const QUOTE = 0x22;
export const HASH = 0x23;
export const PLUS = 0x2b;
export const COMMA = 0x2c;
export const MINUS = 0x2d;
export const POINT = 0x2e;
export const ZERO = 0x30;
export const EQUALS = 0x3d;
export const BACKSLASH = 0x5c;
export const OPEN = 0x7b;
export const CLOSE = 0x7d;

/** 1 for the bytes of an unquoted metric name. */
export const NAME_BYTES = classOf(/[a-zA-Z0-9_:]/);

/** 1 for the bytes of an unquoted label name. */
export const LABEL_BYTES = classOf(/[a-zA-Z0-9_]/);

/** White space inside a line of the text format. */
export function isBlank(byte: number): boolean {
  return byte === SPACE || byte === TAB;
}

export function isDigit(byte: number): boolean {
  return byte >= ZERO && byte <= 0x39;
}

/** Where the blanks at `at` end. */
export function skipBlanks(source: Buffer, at: number): number {
  while (isBlank(source[at])) at++;
  return at;
}

function classOf(bytes: RegExp): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, byte) => (bytes.test(String.fromCharCode(byte)) ? 1 : 0));
}
