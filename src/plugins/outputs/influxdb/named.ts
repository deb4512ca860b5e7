/** Which of the lines that were sent an answer names as refused, by the words of InfluxDB 1.x, 2.x and 3. */
import type { Point } from '../../../metric/point.ts';
import { toNanoseconds } from '../../../metric/time.ts';
import { serverWords } from '../../shared/http-client.ts';
import { isOfType, parseConflict } from './conflict.ts';
import type { Refusal } from './verdict.ts';

/** A line as it was sent, with its line end. */
export type Line = Buffer;

export interface NamedLines {
  /** Lines that the server quotes or numbers, with its words for each. */
  readonly certain: ReadonlyMap<Line, string>;
  /** Lines that fit its words. There may be good ones among them: shards differ in the types of their fields. */
  readonly suspected: readonly Line[];
}

const UNREADABLE = /unable to parse '/;
const INVALID_NAME = /input (tag|field) "(.*?)" on measurement "(.*?)" is invalid/s;
const TOO_OLD = /points beyond retention policy/i;

/** What an answer names of these lines; `points` are the lines read, undefined when they can't be. */
export function namedLines(lines: readonly Line[], refusal: Refusal, read: () => readonly Point[] | undefined): NamedLines {
  const certain = refusal.lines.length > 0 ? numbered(lines, refusal) : quoted(lines, refusal.words);
  if (certain.size > 0) return { certain, suspected: [] };
  const fits = fitting(refusal);
  if (fits === undefined) return { certain, suspected: [] };
  const points = read();
  return { certain, suspected: points === undefined ? [] : fits(points).map((at) => lines[at]) };
}

function numbered(lines: readonly Line[], refusal: Refusal): Map<Line, string> {
  const known = refusal.lines.filter(({ number }) => Number.isInteger(number) && number >= 1 && number <= lines.length);
  return new Map(known.map(({ number, reason }) => [lines[number - 1], reason]));
}

/** Lines that the answer quotes: `unable to parse '…': why`, one after the other, with line ends and quotes of their own in them. */
function quoted(lines: readonly Line[], words: string): Map<Line, string> {
  const found = new Map<Line, string>();
  if (!UNREADABLE.test(words)) return found;
  const byText = Map.groupBy(lines, (line) => line.toString().trimEnd());
  for (const part of words.split(UNREADABLE).slice(1)) {
    const [text, why] = quotedText(part, byText);
    for (const line of byText.get(text) ?? []) found.set(line, serverWords(`unable to parse '${text}': ${why}`));
  }
  return found;
}

/** The line at the beginning of `line': why`, and why. */
function quotedText(part: string, known: ReadonlyMap<string, unknown>): [text: string, why: string] {
  for (let end = part.indexOf("': "); end !== -1; end = part.indexOf("': ", end + 1)) {
    const text = part.slice(0, end);
    if (known.has(text)) return [text, part.slice(end + 3).replace(/\s*dropped=\d+$/, '')];
  }
  return ['', ''];
}

/** How to find the places of the points that the words are about. */
function fitting(refusal: Refusal): ((points: readonly Point[]) => number[]) | undefined {
  const { words, dropped } = refusal;
  const conflict = parseConflict(words);
  if (conflict !== undefined) return (points) => places(points, (point) => isOfType(point, conflict));
  const [, what, name, measurement] = INVALID_NAME.exec(words) ?? [];
  if (what !== undefined) {
    const has = ({ shape }: Point): boolean => (what === 'tag' ? shape.series.tag(name) !== undefined : shape.indexOf(name) !== -1);
    return (points) => places(points, (point) => point.series.measurement === measurement && has(point));
  }
  return TOO_OLD.test(words) && dropped > 0 ? (points) => oldest(points, dropped) : undefined;
}

function places(points: readonly Point[], fits: (point: Point) => boolean): number[] {
  return [...points.keys()].filter((at) => fits(points[at]));
}

/** A policy's limit is a moment, so the points beyond it are the oldest. */
function oldest(points: readonly Point[], count: number): number[] {
  const nanoseconds = points.map(({ ms, ns }) => toNanoseconds(ms, ns));
  const inTime = [...points.keys()].sort((a, b) => Number(nanoseconds[a] - nanoseconds[b]));
  return inTime.slice(0, count).sort((a, b) => a - b);
}
