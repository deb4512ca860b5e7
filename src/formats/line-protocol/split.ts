import { BACKSLASH, EQUALS, NEWLINE, QUOTE, SPACE } from './bytes.ts';

/** Line protocol cut in two between lines, in the middle; undefined when it is one line. Line ends inside strings are no line ends. */
export function halveLines(body: Buffer): [Buffer, Buffer] | undefined {
  const ends = lineEnds(body);
  if (ends.length < 2) return undefined;
  const middle = ends[(ends.length >> 1) - 1];
  return [body.subarray(0, middle), body.subarray(middle)];
}

/** Where each line ends, just after its line end, in lines as `LineWriter` writes them. */
export function lineEnds(body: Buffer): number[] {
  const ends: number[] = [];
  let at = 0;
  while (at < body.length) {
    at = lineEnd(body, at);
    ends.push(at);
  }
  return ends;
}

function lineEnd(body: Buffer, from: number): number {
  let at = keyEnd(body, from);
  while (at < body.length && body[at] !== NEWLINE) {
    if (body[at] === BACKSLASH) at += 2;
    else if (body[at] === EQUALS && body[at + 1] === QUOTE) at = stringEnd(body, at + 2);
    else at++;
  }
  return Math.min(at + 1, body.length);
}

/** The blank between the series' key and the fields. A quote means nothing before it. */
function keyEnd(body: Buffer, from: number): number {
  let at = from;
  while (at < body.length && body[at] !== SPACE && body[at] !== NEWLINE) at += body[at] === BACKSLASH ? 2 : 1;
  return at;
}

/** Just after the quote that closes the string whose text starts at `from`. */
function stringEnd(body: Buffer, from: number): number {
  let at = from;
  while (at < body.length && body[at] !== QUOTE) at += body[at] === BACKSLASH ? 2 : 1;
  return at + 1;
}
