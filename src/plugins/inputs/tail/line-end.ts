import { unitBytes, type CharacterEncoding } from '../../shared/character-encoding.ts';

const NEWLINE = 0x0a;

/** Bytes up to and with the line end of the last of at most `maxLines` lines; 0 when there is no line end. */
export function endOfLines(bytes: Buffer, maxLines: number, encoding: CharacterEncoding): number {
  let end = 0;
  for (let lines = 0; lines < maxLines; lines++) {
    const next = lineEnd(bytes, end, encoding);
    if (next === 0) break;
    end = next;
  }
  return end;
}

/** Just after the first line end at or after `from`, or 0. In UTF-16 the byte of a line end is also a part of other characters. */
function lineEnd(bytes: Buffer, from: number, encoding: CharacterEncoding): number {
  const unit = unitBytes(encoding);
  if (unit === 1) return bytes.indexOf(NEWLINE, from) + 1;
  for (let at = from; at + unit <= bytes.length; at += unit) {
    const code = encoding === 'utf-16le' ? bytes.readUInt16LE(at) : bytes.readUInt16BE(at);
    if (code === NEWLINE) return at + unit;
  }
  return 0;
}
