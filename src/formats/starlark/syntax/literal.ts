/** What the literals of a script mean. */
import { safeInteger } from '../../../metric/number-text.ts';
import { Bytes } from '../values/bytes.ts';
import { Float } from '../values/float.ts';
import type { Value } from '../values/value.ts';
import { problem } from './scanner.ts';
import type { Token } from './token.ts';

/** The value of a literal. Throws `ScriptError` for one that is none. */
export function literalValue(token: Token): Value {
  return /^\d|^\./.test(token.text) ? numberValue(token) : stringValue(token);
}

function numberValue({ at, text }: Token): Value {
  if (/^0[xX]$/.test(text)) throw problem(at, 'invalid hex literal');
  if (/^0[oO]$/.test(text)) throw problem(at, 'invalid octal literal');
  if (/^0[bB]$/.test(text)) throw problem(at, 'invalid binary literal');
  if (/^0[xXoObB]/.test(text)) return safeInteger(BigInt(text.toLowerCase()));
  if (/[.eE]/.test(text)) {
    const value = Number(text);
    if (!Number.isFinite(value)) throw problem(at, 'invalid float literal');
    return new Float(value);
  }
  if (/^0+[1-7][0-7]*$/.test(text)) throw problem(at, `obsolete form of octal literal; use 0o${text.slice(1)}`);
  if (/^0+[1-9]/.test(text)) throw problem(at, 'invalid int literal');
  return safeInteger(BigInt(text));
}

function stringValue(token: Token): string | Bytes {
  const [, prefix, quotes] = /^(r?b?)("""|'''|"|')/.exec(token.text) ?? ['', '', ''];
  const inner = token.text.slice(prefix.length + quotes.length, -quotes.length);
  const isBytes = prefix.includes('b');
  const text = prefix.includes('r') ? inner : inner.replaceAll(ESCAPE, (escape) => unescape(escape, isBytes, token));
  if (!isBytes) return text;
  // Escapes above 127 mean bytes here, and came out as U+E000 and more so as not to be taken for letters.
  const parts = Array.from(text, (letter) => {
    const code = letter.codePointAt(0) ?? 0;
    return code >= BYTE_BASE && code <= BYTE_BASE + 0xff ? Buffer.from([code - BYTE_BASE]) : Buffer.from(letter);
  });
  return new Bytes(Buffer.concat(parts));
}

/** A range of Unicode that nobody uses; see `stringValue`. */
const BYTE_BASE = 0x10_fe00;

const ESCAPE = /\\(?:[0-7]{1,3}|x[^]{0,2}|u[^]{0,4}|U[^]{0,8}|[^]?)/gu;

const SIMPLE: Readonly<Record<string, string>> = {
  a: '\u0007',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
  "'": "'",
  '"': '"',
  '\n': '',
};

function unescape(escape: string, isBytes: boolean, { at }: Token): string {
  const kind = escape[1];
  if (Object.hasOwn(SIMPLE, kind)) return SIMPLE[kind];
  if (/^\\[0-7]/.test(escape)) return byteText(Number.parseInt(escape.slice(1), 8), escape, isBytes, at);
  if (kind === 'x') {
    if (!/^\\x[0-9a-fA-F]{2}$/.test(escape)) throw problem(at, `invalid escape sequence ${escape}`);
    return byteText(Number.parseInt(escape.slice(2), 16), escape, isBytes, at);
  }
  if (kind === 'u' || kind === 'U') return codePoint(escape, at);
  throw problem(at, `invalid escape sequence ${escape}`);
}

function byteText(code: number, escape: string, isBytes: boolean, at: Token['at']): string {
  if (code < 0x80) return String.fromCharCode(code);
  if (isBytes && code <= 0xff) return String.fromCodePoint(BYTE_BASE + code);
  const hex = code.toString(16).toUpperCase().padStart(4, '0');
  const kind = escape.startsWith('\\x') ? 'hex' : 'octal';
  throw problem(
    at,
    isBytes ? `invalid escape sequence ${escape}` : `non-ASCII ${kind} escape ${escape} (use \\u${hex} for the UTF-8 encoding of U+${hex})`,
  );
}

function codePoint(escape: string, at: Token['at']): string {
  if (!/^\\(?:u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8})$/.test(escape)) throw problem(at, `truncated escape sequence ${escape}`);
  const code = Number.parseInt(escape.slice(2), 16);
  if (code > 0x10_ffff) throw problem(at, `code point out of range: ${escape} (max \\U0010ffff)`);
  if (code >= 0xd800 && code < 0xe000) throw problem(at, `invalid Unicode code point ${escape}`);
  return String.fromCodePoint(code);
}
