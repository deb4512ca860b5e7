/** The bytes that line protocol gives a meaning, and the classes that its grammar speaks of. */
const TAB = 0x09;
export const NEWLINE = 0x0a;
export const RETURN = 0x0d;
export const SPACE = 0x20;
export const QUOTE = 0x22;
export const HASH = 0x23;
export const COMMA = 0x2c;
export const MINUS = 0x2d;
export const POINT = 0x2e;
export const ZERO = 0x30;
export const EQUALS = 0x3d;
export const BACKSLASH = 0x5c;

/** Telegraf's white space inside a line: tab, vertical tab, form feed, blank. */
export function isBlank(byte: number): boolean {
  return byte === SPACE || byte === TAB || byte === 0x0b || byte === 0x0c;
}

export function isDigit(byte: number): boolean {
  return byte >= ZERO && byte <= 0x39;
}

/** 1 for bytes that stand for themselves in a field name, a tag key or a tag value. */
export const NAME_BYTES = classOf((byte) => !isBlank(byte) && ![NEWLINE, RETURN, COMMA, EQUALS, BACKSLASH].includes(byte));

/** 1 for bytes that neither end a series key nor escape anything in it. */
export const KEY_BYTES = classOf((byte) => !isBlank(byte) && ![NEWLINE, RETURN, BACKSLASH].includes(byte));

function classOf(belongs: (byte: number) => boolean): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, byte) => (belongs(byte) ? 1 : 0));
}
