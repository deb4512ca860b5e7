/**
 * Text that came as bytes and must go out as the same bytes.
 *
 * Telegraf and InfluxDB pass on names that are not valid UTF-8, so decoding must lose nothing. Each invalid byte becomes
 * a lone surrogate U+DC80..U+DCFF (Python calls it "surrogateescape"). No valid UTF-8 decodes to a lone surrogate, so the
 * way back is unambiguous.
 */
import { isUtf8 } from 'node:buffer';

const ESCAPE_BASE = 0xdc00;

/** The text of `source[from, to)`; `encodeText` of it gives the same bytes again. */
export function decodeText(source: Buffer, from: number, to: number): string {
  const text = source.utf8Slice(from, to);
  if (!text.includes('\ufffd') || isUtf8(source.subarray(from, to))) return text;
  return decodeInvalid(source.subarray(from, to));
}

/** The UTF-8 bytes of a text, escaped bytes restored. */
export function encodeText(text: string): Buffer {
  if (text.isWellFormed()) return Buffer.from(text, 'utf8');
  const parts: Buffer[] = [];
  for (const char of text) {
    const code = char.charCodeAt(0);
    const escaped = char.length === 1 && code >= ESCAPE_BASE + 0x80 && code <= ESCAPE_BASE + 0xff;
    parts.push(escaped ? Buffer.from([code - ESCAPE_BASE]) : Buffer.from(char, 'utf8'));
  }
  return Buffer.concat(parts);
}

/**
 * A copy of bytes in memory of its own, for bytes that are kept: Node makes small buffers as slices of a shared pool, and each
 * that is kept holds 64 KiB of it.
 */
export function copyToKeep(bytes: Uint8Array): Buffer {
  const own = Buffer.allocUnsafeSlow(bytes.length);
  own.set(bytes);
  return own;
}

/**
 * The text without these characters at its ends, or at its end only. Not `/_+$/`: on a long run of them in the middle that takes the
 * square of its length, so one hostile name could hold up everything for hours.
 */
export function trimCharacters(text: string, characters: string, where: 'both ends' | 'end' = 'both ends'): string {
  let from = 0;
  let to = text.length;
  while (where === 'both ends' && from < to && characters.includes(text[from])) from++;
  while (to > from && characters.includes(text[to - 1])) to--;
  return text.slice(from, to);
}

/** Orders texts as their UTF-8 bytes are ordered, which is what InfluxDB and Prometheus mean by "sorted". */
export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  const length = Math.min(a.length, b.length);
  let at = 0;
  while (at < length && a.charCodeAt(at) === b.charCodeAt(at)) at++;
  // NaN at the end of a text.
  const x = a.charCodeAt(at);
  const y = b.charCodeAt(at);
  // Only halves of characters beyond U+FFFF, and escaped bytes, are not ordered as their UTF-8 is.
  if (isSurrogate(x) || isSurrogate(y)) return Buffer.compare(encodeText(a), encodeText(b));
  return at === length ? a.length - b.length : x - y;
}

function isSurrogate(code: number): boolean {
  return code >= 0xd800 && code <= 0xdfff;
}

function decodeInvalid(bytes: Buffer): string {
  let text = '';
  let at = 0;
  while (at < bytes.length) {
    const length = validLength(bytes, at);
    text += length === 0 ? String.fromCharCode(ESCAPE_BASE + bytes[at]) : bytes.utf8Slice(at, at + length);
    at += Math.max(length, 1);
  }
  return text;
}

/** The length of the valid UTF-8 sequence at `at`, or 0 if the byte there starts none. */
function validLength(bytes: Buffer, at: number): number {
  for (let length = 1; length <= 4 && at + length <= bytes.length; length++) {
    if (isUtf8(bytes.subarray(at, at + length))) return length;
  }
  return 0;
}
