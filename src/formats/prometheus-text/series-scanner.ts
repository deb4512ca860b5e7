/** The grammar of a series: where it ends, or what is wrong with it. What it says is read later, by `readSeries`. */
import { BACKSLASH, CLOSE, COMMA, EQUALS, isDigit, LABEL_BYTES, NAME_BYTES, NEWLINE, OPEN, QUOTE, skipBlanks } from './bytes.ts';
import type { Dialect } from './exposition.ts';
import { expected, type Failure } from './failure.ts';

/** Where the series that starts at `from` ends: behind its labels, or behind its name if it has none. */
export function scanSeries(source: Buffer, from: number, dialect: Dialect): number | Failure {
  if (source[from] === OPEN) return scanLabels(source, from + 1, dialect, 'with name');
  const nameEnd = metricNameEnd(source, from);
  if (nameEnd === from) return expected(source, from, 'a metric name');
  const open = dialect === 'text' ? skipBlanks(source, nameEnd) : nameEnd;
  return source[open] === OPEN ? scanLabels(source, open + 1, dialect, 'labels only') : nameEnd;
}

/** Whether a label set holds the metric's name, as a quoted string without a value. */
type Contents = 'with name' | 'labels only';

/**
 * Where the label set ends whose brace opened before `from`. As in Prometheus, the text format may have blanks anywhere in it and
 * leave out commas; both formats may have one comma at the end.
 */
export function scanLabels(source: Buffer, from: number, dialect: Dialect, contents: Contents): number | Failure {
  let hasName = contents === 'labels only';
  let at = skip(source, from, dialect);
  while (source[at] !== CLOSE) {
    const nameEnd = quotedEnd(source, at, 'one-line') ?? labelNameEnd(source, at);
    if (nameEnd === at) return expected(source, at, 'a label name');
    const equals = skip(source, nameEnd, dialect);
    if (source[equals] === EQUALS) {
      const end = scanValue(source, equals + 1, dialect);
      if (typeof end !== 'number') return end;
      at = end;
    } else {
      if (hasName || source[at] !== QUOTE) return expected(source, equals, '"=" and a value');
      if (source[equals] !== COMMA && source[equals] !== CLOSE) return expected(source, equals, '"," or "}" after the name');
      hasName = true;
      at = equals;
    }
    if (source[at] === COMMA) at = skip(source, at + 1, dialect);
  }
  return hasName ? at + 1 : { at: from, reason: 'the metric has no name' };
}

/** Where the label value ends that may stand at `from`, blanks after it included. */
function scanValue(source: Buffer, from: number, dialect: Dialect): number | Failure {
  const start = skip(source, from, dialect);
  const valueEnd = quotedEnd(source, start, dialect === 'text' ? 'many-lines' : 'one-line');
  if (valueEnd === undefined) return expected(source, start, 'a label value in double quotes');
  const end = skip(source, valueEnd, dialect);
  if (dialect === 'openmetrics' && source[end] !== COMMA && source[end] !== CLOSE) return expected(source, end, '"," or "}"');
  return end;
}

/** Where the quoted string at `from` ends; undefined if none stands there, or if it is not closed. */
export function quotedEnd(source: Buffer, from: number, extent: 'one-line' | 'many-lines'): number | undefined {
  if (source[from] !== QUOTE) return undefined;
  for (let at = from + 1; at < source.length; at++) {
    const byte = source[at];
    if (byte === QUOTE) return at + 1;
    if (byte === NEWLINE && extent === 'one-line') return undefined;
    if (byte === BACKSLASH && source[++at] === NEWLINE) return undefined;
  }
  return undefined;
}

/** Where the unquoted metric name at `from` ends; `from` if there is none. */
export function metricNameEnd(source: Buffer, from: number): number {
  return endOf(NAME_BYTES, source, from);
}

function labelNameEnd(source: Buffer, from: number): number {
  return endOf(LABEL_BYTES, source, from);
}

function endOf(bytes: Uint8Array, source: Buffer, from: number): number {
  if (isDigit(source[from])) return from;
  let at = from;
  while (bytes[source[at]] === 1) at++;
  return at;
}

function skip(source: Buffer, at: number, dialect: Dialect): number {
  return dialect === 'text' ? skipBlanks(source, at) : at;
}
