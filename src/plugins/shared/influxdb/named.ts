/** Which of the lines that were sent an answer names as refused, by the words of InfluxDB 1.x, 2.x and 3. */
import type { Point } from '../../../metric/point.ts';
import { toNanoseconds } from '../../../metric/time.ts';
import { serverWords } from '../http-client.ts';
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

const QUOTED = "unable to parse '";
/** So many ends of a quoted line are tried: a line may have `': ` in it. */
const MAX_QUOTE_ENDS = 20;
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
  let at = words.indexOf(QUOTED);
  if (at === -1) return found;
  const byText = Map.groupBy(lines, (line) => line.toString().replace(/\n$/, ''));
  while (at !== -1) {
    const text = quotedText(words, at + QUOTED.length, byText);
    const end = at + QUOTED.length + text.length;
    at = words.indexOf(QUOTED, end);
    const why = words.slice(end, at === -1 ? undefined : at).replace(/\s*(dropped=\d+)?\s*$/, '');
    for (const line of byText.get(text) ?? []) found.set(line, serverWords(`${QUOTED}${text}${why}`));
  }
  return found;
}

/** The longest of the lines that stand at this place: one may have words in it that look as if they quoted another. */
function quotedText(words: string, from: number, known: ReadonlyMap<string, unknown>): string {
  let longest = '';
  let end = words.indexOf("': ", from);
  for (let tries = 0; end !== -1 && tries < MAX_QUOTE_ENDS; tries++) {
    const text = words.slice(from, end);
    if (known.has(text)) longest = text;
    end = words.indexOf("': ", end + 1);
  }
  return longest;
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
