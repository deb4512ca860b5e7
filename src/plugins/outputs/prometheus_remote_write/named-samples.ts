/** Servers that store what they can of a request name the series of what they can't, in lines of their own. */
import { decodeLabels, type Sample, type TimeSeries } from '../../../formats/remote-write/decode.ts';
import { serverWords } from '../../shared/http-client.ts';
import type { Part } from './parts.ts';

export interface NamedSamples {
  readonly refused: readonly { readonly series: TimeSeries; readonly reason: string }[];
  readonly rest: Part;
}

/** A series as Go's packages write it: `{__name__="up", job="a"}`, or `up{job="a"}`. */
const SERIES = /([a-zA-Z_:][a-zA-Z0-9_:]*)?\{.*\}/;

/** Words that speak of samples ahead of the server's clock, or of either end. */
const EITHER_END = /out of bounds|future/i;

/**
 * What is refused of a part by its series' names. A series that is named fewer times than it has samples lost the oldest, which are
 * the ones out of order; where the time is out of bounds, those farthest from now.
 */
export function refusedByName(part: Part, words: string, nowMs: number): NamedSamples {
  const named = linesByName(words);
  if (named.size === 0) return { refused: [], rest: part };
  const refused: { series: TimeSeries; reason: string }[] = [];
  const rest: TimeSeries[] = [];
  for (const { labels, samples } of part) {
    const lines = named.get(goName(labels)) ?? [];
    const lost = lostSamples(samples, lines.splice(0, samples.length), nowMs);
    for (const [sample, line] of lost) refused.push({ series: { labels, samples: [sample] }, reason: line });
    const kept = samples.filter((sample) => !lost.has(sample));
    if (kept.length > 0) rest.push({ labels, samples: kept });
  }
  return { refused, rest };
}

function lostSamples(samples: readonly Sample[], lines: readonly string[], nowMs: number): Map<Sample, string> {
  const distance = ({ ms }: Sample): number => Math.abs(ms - nowMs);
  const byRisk = lines.some((line) => EITHER_END.test(line)) ? samples.toSorted((a, b) => distance(b) - distance(a)) : samples;
  return new Map(lines.map((line, at) => [byRisk[at], line]));
}

function linesByName(words: string): Map<string, string[]> {
  const named = new Map<string, string[]>();
  for (const line of words.split('\n')) {
    const match = SERIES.exec(line);
    if (match === null) continue;
    const [text, name] = match;
    const key = name === undefined ? text : `{__name__=${JSON.stringify(name)}, ${text.slice(name.length + 1)}`.replace(', }', '}');
    named.set(key, [...(named.get(key) ?? []), serverWords(line)]);
  }
  return named;
}

/** The labels as Go's `labels.Labels` write themselves, for those that need no escapes which JSON has not. */
function goName(bytes: Buffer): string {
  const pairs = decodeLabels(bytes).map(
    ([name, value]) => `${/^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name) ? name : JSON.stringify(name)}=${JSON.stringify(value)}`,
  );
  return `{${pairs.join(', ')}}`;
}
