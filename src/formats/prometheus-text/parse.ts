/**
 * Expositions in: the text format 0.0.4 and OpenMetrics 1.0, as Prometheus reads them.
 *
 * Most of a scrape are lines that were there the last time, in the same order. So the parser first looks whether the line that came
 * next then comes next now, by comparing bytes; only what is new is looked at byte by byte. See `KnownLines`.
 *
 * What it takes and refuses is what Prometheus takes and refuses (its lexers promlex.l and openmetricslex.l, version 3), but for
 * four things: a label given twice or called `__name__`, which fails a scrape there at a later step; a null byte where a line
 * should begin, which ends the text there without a word; and signs before the timestamps of the text format, which are
 * taken here since Telegraf takes them.
 */
import { isUtf8 } from 'node:buffer';
import { HASH, NEWLINE, OPEN, skipBlanks, SPACE } from './bytes.ts';
import { Columns } from './columns.ts';
import { ExposedSeries } from './exposed-series.ts';
import type { Dialect, Exposition, ExpositionError } from './exposition.ts';
import type { Failure } from './failure.ts';
import { Families, type MetricName } from './families.ts';
import { hashOf, isLineAt, KnownLine, KnownLines } from './known-lines.ts';
import { KnownMetadata, readMetadata } from './metadata.ts';
import { SampleScanner } from './sample-scanner.ts';
import { scanSeries } from './series-scanner.ts';
import { readSeries, type SeriesText } from './series.ts';

const END_OF_METRICS = '# EOF\n';

/** Reads the bodies of one target. `M` is what its user remembers of each series. */
export class ExpositionParser<M = unknown> {
  readonly #columns = new Columns<M>();
  readonly #families = new Families();
  readonly #lines = new KnownLines();
  readonly #sample = new SampleScanner();
  #dialect: Dialect = 'text';
  #scrape = 0;
  #source: Buffer = Buffer.alloc(0);
  #view: DataView = new DataView(new ArrayBuffer(0));
  /** Where the chain of lines begins: its `next` is the first line of the last scrape. */
  #head = new KnownLine();
  #last = this.#head;
  #lineCount = 0;
  #isAllUtf8: boolean | undefined;

  /** The samples of a body, which must not change as long as the answer is used; or why there are none. Never throws. */
  parse(body: Buffer, dialect: Dialect): Exposition<M> | ExpositionError {
    this.#begin(endWithNewline(body), dialect);
    const end = this.#source.length;
    let at = 0;
    while (at < end) {
      if (dialect === 'openmetrics' && this.#isEndOfMetrics(at)) break;
      const next = this.#line(at);
      if (typeof next !== 'number') return this.#refuse(next);
      at = next;
    }
    const unfinished = dialect === 'openmetrics' ? this.#whyNotEnd(at) : undefined;
    if (unfinished !== undefined) return this.#refuse(unfinished);
    this.#forget();
    this.#columns.end(this.#families.list);
    return this.#columns;
  }

  #begin(source: Buffer, dialect: Dialect): void {
    // A line that is good in one dialect need not be in the other.
    if (dialect !== this.#dialect) this.#reset();
    this.#dialect = dialect;
    this.#scrape++;
    this.#source = source;
    this.#view = new DataView(source.buffer, source.byteOffset, source.length);
    this.#last = this.#head;
    this.#lineCount = 0;
    this.#isAllUtf8 = undefined;
    this.#columns.begin(source);
    this.#families.begin(this.#scrape, dialect);
    this.#sample.begin(source, dialect);
  }

  /** Takes the line at `at`; returns where the next one starts. */
  #line(at: number): number | Failure {
    const guess = this.#last.next;
    if (guess !== undefined && isLineAt(guess, this.#view, at)) {
      const end = at + guess.length;
      if (guess instanceof KnownMetadata) return this.#metadata(guess, end);
      const value = this.#valueAfter(end);
      // A name may go on, and a name without labels may be followed by some.
      if (value > end && this.#source[value] !== OPEN) return this.#takeSample(guess as ExposedSeries<M>, at, end);
    }
    return this.#otherLine(at);
  }

  /** Where the value of a series may begin that ends at `end`; `end` if no blank follows. */
  #valueAfter(end: number): number {
    if (this.#dialect === 'text') return skipBlanks(this.#source, end);
    return this.#source[end] === SPACE ? end + 1 : end;
  }

  /** A line that is not the one that was expected. */
  #otherLine(lineStart: number): number | Failure {
    const source = this.#source;
    const at = this.#dialect === 'text' ? skipBlanks(source, lineStart) : lineStart;
    const byte = source[at];
    if (byte === NEWLINE && this.#dialect === 'text') return at + 1;
    if (byte === HASH) return this.#comment(at);
    const end = scanSeries(source, at, this.#dialect);
    if (typeof end !== 'number') return end;
    const series = this.#series(at, end);
    return series instanceof ExposedSeries ? this.#takeSample(series, at, end) : series;
  }

  #comment(at: number): number | Failure {
    const source = this.#source;
    const newline = source.indexOf(NEWLINE, at);
    const hash = hashOf(source, at, newline + 1);
    const known = this.#lines.get(this.#view, at, newline + 1, hash);
    if (known instanceof KnownMetadata) return this.#metadata(known, newline + 1);
    const metadata = readMetadata(source, at, newline, this.#dialect, this.#families);
    if (metadata === undefined) return newline + 1;
    if (!(metadata instanceof KnownMetadata)) return metadata;
    this.#lines.add(metadata, source, at, newline + 1, hash);
    return this.#metadata(metadata, newline + 1);
  }

  #metadata(line: KnownMetadata, end: number): number {
    line.apply(this.#families);
    this.#follow(line);
    return end;
  }

  /** The series `[from, to)`, known or new. */
  #series(from: number, to: number): ExposedSeries<M> | Failure {
    const source = this.#source;
    const hash = hashOf(source, from, to);
    const known = this.#lines.get(this.#view, from, to, hash);
    if (known instanceof ExposedSeries) return known;
    if (!this.#isUtf8(from, to)) return { at: from, reason: 'a name or a label is not valid UTF-8' };
    const text = readSeries(source, from, to);
    const reason = whyInvalid(text);
    if (reason !== undefined) return { at: from, reason };
    const series = new ExposedSeries<M>(this.#families.name(text.name));
    this.#lines.add(series, source, from, to, hash);
    return series;
  }

  /** Asked for new series only; where the whole body is valid, as it mostly is, that is found out once. */
  #isUtf8(from: number, to: number): boolean {
    this.#isAllUtf8 ??= isUtf8(this.#source);
    return this.#isAllUtf8 || isUtf8(this.#source.subarray(from, to));
  }

  /** Reads what follows a series, and notes the sample. */
  #takeSample(series: ExposedSeries<M>, from: number, to: number): number | Failure {
    const sample = this.#sample;
    const columns = this.#columns;
    const failure = sample.scan(to);
    if (failure !== undefined) return failure;
    if (sample.exemplar !== undefined) columns.exemplars.push({ ...sample.exemplar, sample: columns.count });
    if (series.metric.isCreated) columns.created.push(columns.count);
    columns.add(series, from, to, sample.value, sample.timestampMs, this.#families.of(series.metric));
    this.#follow(series);
    return sample.end;
  }

  /** Goes on in the chain of lines; one that was not in it there is put in, so that the next one is expected as before. */
  #follow(line: KnownLine): void {
    const last = this.#last;
    if (last.next !== line) {
      if (line.seen === 0) line.next = last.next;
      last.next = line;
    }
    line.seen = this.#scrape;
    this.#last = line;
    this.#lineCount++;
  }

  #isEndOfMetrics(at: number): boolean {
    return this.#source[at] === HASH && this.#source.toString('latin1', at, at + END_OF_METRICS.length) === END_OF_METRICS;
  }

  /** What is wrong with the end of an OpenMetrics text, whose last line may be at `at`. */
  #whyNotEnd(at: number): Failure | undefined {
    const after = at + END_OF_METRICS.length;
    if (at === this.#source.length) return { at, reason: 'the text does not end with "# EOF"; it may have been cut off' };
    return after < this.#source.length ? { at: after, reason: 'unexpected text after "# EOF"' } : undefined;
  }

  /** Keeps bounded what is remembered: several times what a scrape has, and only what the last ones had. */
  #forget(): void {
    if (!this.#lines.sweep(this.#scrape, this.#lineCount)) return;
    this.#families.keep(metricsOf(this.#lines));
  }

  #refuse({ at, reason }: Failure): ExpositionError {
    // What a bad body taught is not worth keeping.
    this.#reset();
    const lineStart = at === 0 ? 0 : this.#source.lastIndexOf(NEWLINE, at - 1) + 1;
    return { ok: false, line: countLines(this.#source, at), column: at - lineStart + 1, reason };
  }

  #reset(): void {
    this.#lines.clear();
    this.#families.keep([]);
    this.#head = new KnownLine();
  }
}

/** What is wrong with a series that is well written. */
function whyInvalid({ name, labels }: SeriesText): string | undefined {
  if (name === '') return 'the metric has no name';
  const names = new Set<string>();
  for (const [label] of labels) {
    if (label === '' || label === '__name__') return `${JSON.stringify(label)} can't be the name of a label`;
    if (names.has(label)) return `the label ${JSON.stringify(label)} is there twice`;
    names.add(label);
  }
  return undefined;
}

function* metricsOf(lines: Iterable<KnownLine>): Generator<MetricName> {
  for (const line of lines) {
    if (line instanceof ExposedSeries || line instanceof KnownMetadata) yield line.metric;
  }
}

/** The body with a line end after its last line, which every loop stops at; the same buffer if it has one. Prometheus does not insist on it either. */
function endWithNewline(body: Buffer): Buffer {
  if (body.length === 0 || body.at(-1) === NEWLINE) return body;
  return Buffer.concat([body, Buffer.from([NEWLINE])]);
}

function countLines(source: Buffer, at: number): number {
  let lines = 1;
  for (let from = source.indexOf(NEWLINE); from !== -1 && from < at; from = source.indexOf(NEWLINE, from + 1)) lines++;
  return lines;
}
