/** The name and the labels of a series, from the bytes that were checked when its sample was parsed. */
import { decodeText } from '../../metric/text.ts';
import { CLOSE, COMMA, EQUALS, isBlank, OPEN, QUOTE, skipBlanks } from './bytes.ts';
import { quotedEnd } from './series-scanner.ts';

export type Labels = readonly (readonly [name: string, value: string])[];

export interface SeriesText {
  readonly name: string;
  /** Unescaped, in the order written, empty values included; `__name__` is not among them. */
  readonly labels: Labels;
}

/** Reads `body[from, to)`, a series that a parser has accepted: `up{job="a"}` or, with a quoted name, `{"power.watts",job="a"}`. */
export function readSeries(body: Buffer, from: number, to: number): SeriesText {
  const open = body.subarray(from, to).indexOf(OPEN);
  if (open === -1) return { name: body.latin1Slice(from, to).trim(), labels: [] };
  const { quotedName, labels } = readLabels(body, from + open + 1);
  return { name: quotedName ?? body.latin1Slice(from, from + open).trim(), labels };
}

/** Reads a label set that a parser has accepted, from behind its opening brace. */
export function readLabels(body: Buffer, from: number): { readonly quotedName: string | undefined; readonly labels: Labels } {
  const labels: [string, string][] = [];
  let quotedName: string | undefined;
  let at = skipSeparators(body, from);
  while (body[at] !== CLOSE) {
    const nameEnd = tokenEnd(body, at);
    const name = readToken(body, at, nameEnd);
    const equals = skipBlanks(body, nameEnd);
    if (body[equals] === EQUALS) {
      const start = skipBlanks(body, equals + 1);
      const end = tokenEnd(body, start);
      labels.push([name, readToken(body, start, end)]);
      at = skipSeparators(body, end);
    } else {
      quotedName = name;
      at = skipSeparators(body, nameEnd);
    }
  }
  return { quotedName, labels };
}

/** Unescapes `\"`, `\\` and `\n`; any other backslash stands for itself. */
function unescapeText(text: string): string {
  if (!text.includes('\\')) return text;
  return text.replaceAll(/\\(["\\n])/g, (_, escaped: string) => (escaped === 'n' ? '\n' : escaped));
}

/** The name or the quoted string `[from, to)`. */
export function readToken(body: Buffer, from: number, to: number): string {
  return body[from] === QUOTE ? unescapeText(decodeText(body, from + 1, to - 1)) : body.latin1Slice(from, to);
}

/** Where the name or the quoted string at `at` ends. */
function tokenEnd(body: Buffer, at: number): number {
  const end = quotedEnd(body, at, 'many-lines');
  if (end !== undefined) return end;
  while (!isBlank(body[at]) && body[at] !== EQUALS) at++;
  return at;
}

function skipSeparators(body: Buffer, at: number): number {
  while (isBlank(body[at]) || body[at] === COMMA) at++;
  return at;
}
