import { isUtf8 } from 'node:buffer';
import { HASH, isDigit, MINUS, NEWLINE, OPEN, PLUS, skipBlanks, SPACE, ZERO } from './bytes.ts';
import type { Exemplar } from '../../metric/origin.ts';
import type { Dialect } from './exposition.ts';
import { expected, type Failure } from './failure.ts';
import { NumberScanner } from './number-scanner.ts';
import { scanLabels } from './series-scanner.ts';
import { readLabels } from './series.ts';

/** Milliseconds and seconds must fit an int64, as in Prometheus. */
const MAX_INT64 = 2 ** 63;

/** Reads what follows a series: value, timestamp, exemplar. Its fields are the answer, so that nothing is allocated. */
export class SampleScanner {
  readonly #number = new NumberScanner();
  #source: Buffer = Buffer.alloc(0);
  #dialect: Dialect = 'text';
  value = 0;
  /** NaN: there is none. */
  timestampMs = NaN;
  exemplar: Exemplar | undefined = undefined;
  /** Where the next line begins. */
  end = 0;

  begin(source: Buffer, dialect: Dialect): void {
    this.#source = source;
    this.#dialect = dialect;
    this.exemplar = undefined;
  }

  /** Reads the rest of the line of a series that ended at `to`. */
  scan(to: number): Failure | undefined {
    this.timestampMs = NaN;
    return this.#dialect === 'text' ? this.#scanText(to) : this.#scanOpenMetrics(to);
  }

  #scanText(to: number): Failure | undefined {
    const source = this.#source;
    const number = this.#number;
    const valueFrom = skipBlanks(source, to);
    if (!number.scan(source, valueFrom)) return expected(source, valueFrom, 'a value');
    this.value = number.value;
    let at = skipBlanks(source, number.end);
    if (source[at] !== NEWLINE) {
      const end = this.#milliseconds(at);
      if (end === at) return expected(source, at, 'a timestamp in milliseconds or the end of the line');
      at = skipBlanks(source, end);
      if (source[at] !== NEWLINE) return expected(source, at, 'the end of the line after the timestamp');
    }
    this.end = at + 1;
    return undefined;
  }

  /** Reads the whole number at `from`; returns where it ends, or `from` if there is none. */
  #milliseconds(from: number): number {
    const source = this.#source;
    const sign = source[from];
    const digitsFrom = sign === MINUS || sign === PLUS ? from + 1 : from;
    let at = digitsFrom;
    let value = 0;
    for (; isDigit(source[at]); at++) value = value * 10 + (source[at] - ZERO);
    this.timestampMs = sign === MINUS ? -value : value;
    return at === digitsFrom || value >= MAX_INT64 ? from : at;
  }

  #scanOpenMetrics(to: number): Failure | undefined {
    const source = this.#source;
    this.exemplar = undefined;
    const end = this.#numberAfter(to, 'a blank and a value');
    if (typeof end !== 'number') return end;
    this.value = this.#number.value;
    let at = end;
    if (source[at] === SPACE && source[at + 1] !== HASH) {
      const timestampEnd = this.#seconds(at);
      if (typeof timestampEnd !== 'number') return timestampEnd;
      this.timestampMs = this.#timestampMs;
      at = timestampEnd;
    }
    return source[at] === SPACE ? this.#scanExemplar(at) : this.#endLine(at);
  }

  /** Reads ` # {trace_id="…"} value [timestamp]`. */
  #scanExemplar(from: number): Failure | undefined {
    const source = this.#source;
    if (source[from + 1] !== HASH || source[from + 2] !== SPACE || source[from + 3] !== OPEN) {
      return expected(source, from, 'the end of the line or an exemplar, " # {…} value"');
    }
    const labelsEnd = scanLabels(source, from + 4, 'openmetrics', 'labels only');
    if (typeof labelsEnd !== 'number') return labelsEnd;
    if (!isUtf8(source.subarray(from, labelsEnd))) return { at: from, reason: "the exemplar's labels are not valid UTF-8" };
    const end = this.#numberAfter(labelsEnd, "a blank and the exemplar's value");
    if (typeof end !== 'number') return end;
    const { value } = this.#number;
    this.#timestampMs = NaN;
    const at = source[end] === SPACE ? this.#seconds(end) : end;
    if (typeof at !== 'number') return at;
    this.exemplar = { labels: readLabels(source, from + 4).labels, value, timestampMs: this.#timestampMs };
    return this.#endLine(at);
  }

  #timestampMs = NaN;

  /** Reads a blank and a time in seconds; returns where it ends. As in Prometheus, what is less than a millisecond is cut off. */
  #seconds(at: number): number | Failure {
    const end = this.#numberAfter(at, 'a blank and a timestamp in seconds');
    if (typeof end !== 'number') return end;
    this.#timestampMs = Math.trunc(this.#number.value * 1000);
    if (Math.abs(this.#timestampMs) < MAX_INT64) return end;
    return expected(this.#source, at + 1, 'a timestamp in seconds');
  }

  #numberAfter(at: number, what: string): number | Failure {
    const source = this.#source;
    if (source[at] !== SPACE || !this.#number.scan(source, at + 1)) return expected(source, at, what);
    return this.#number.end;
  }

  #endLine(at: number): Failure | undefined {
    if (this.#source[at] !== NEWLINE) return expected(this.#source, at, 'the end of the line');
    this.end = at + 1;
    return undefined;
  }
}
