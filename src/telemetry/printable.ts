/**
 * Text from outside (tags, command lines, a server's words) made fit for a terminal, a log line or a page.
 *
 * A process may be called `\x1b]0;…`, which would set the title of the operator's window, or `x\u202Egpj.exe`, which reads
 * backwards. What steers a terminal or turns the reading direction is shown as an escape; nothing else changes.
 */

/** C0 and C1 controls, DEL, line and paragraph separators, marks and overrides of direction, the byte-order mark, surrogates on their own. */
// oxlint-disable-next-line no-control-regex -- controls are what it looks for
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]|\p{Surrogate}/gu;

const NAMED: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** The text with every unprintable character as `\n`, `\x1b` or `\u202e`. A byte that was no valid UTF-8 (see metric/text.ts) shows as that byte. */
export function printable(text: string): string {
  return text.replaceAll(UNPRINTABLE, escapeCharacter);
}

/** The first `length` characters; what is missing is told by a mark, so that nobody takes the part for the whole. */
export function cut(text: string, length: number): string {
  if (text.length <= length) return text;
  return `${text.slice(0, length).replace(/[\ud800-\udbff]$/, '')}… (${text.length - length} more characters)`;
}

/** Hides the password of every URL in the text: `http://user:***@host`. */
export function hideUrlPasswords(text: string): string {
  return text.replaceAll(/(:\/\/[^\s/:@]*:)[^\s/@]+@/g, '$1***@');
}

function escapeCharacter(char: string): string {
  const named = NAMED[char];
  if (named !== undefined) return named;
  const code = char.charCodeAt(0);
  if (code < 0xa0) return `\\x${hex(code, 2)}`;
  const isInvalidByte = code >= 0xdc80 && code <= 0xdcff;
  return isInvalidByte ? `\\x${hex(code - 0xdc00, 2)}` : `\\u${hex(code, 4)}`;
}

function hex(code: number, digits: number): string {
  return code.toString(16).padStart(digits, '0');
}
