import { NEWLINE } from './bytes.ts';

/** Why a text is no exposition: the byte that does not fit, and what is wrong with it. */
export interface Failure {
  readonly at: number;
  readonly reason: string;
}

const MAX_QUOTED = 40;

/** The failure of something else standing at `at` than `what`. */
export function expected(source: Buffer, at: number, what: string): Failure {
  return { at, reason: `expected ${what}, found ${found(source, at)}` };
}

/** The rest of the line, cut where it is long. */
function found(source: Buffer, at: number): string {
  const newline = source.indexOf(NEWLINE, at);
  const end = newline === -1 ? source.length : newline;
  if (at >= end) return 'the end of the line';
  const text = JSON.stringify(source.utf8Slice(at, Math.min(end, at + MAX_QUOTED)));
  return end - at > MAX_QUOTED ? `${text}…` : text;
}
