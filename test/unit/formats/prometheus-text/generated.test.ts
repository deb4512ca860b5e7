import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Dialect } from '../../../../src/formats/prometheus-text/exposition.ts';
import { ExpositionParser } from '../../../../src/formats/prometheus-text/parse.ts';
import { readSamples, VERDICTS } from '../../../support/exposition.ts';
import { Random } from '../../../support/random.ts';

interface Sample {
  readonly name: string;
  readonly labels: readonly (readonly [string, string])[];
  readonly value: number;
  readonly timestampMs: number | undefined;
}

const plainName = fc.stringMatching(/^[a-zA-Z_:][a-zA-Z0-9_:]{0,12}$/);
const labelName = fc.oneof(fc.stringMatching(/^[a-zA-Z_][a-zA-Z0-9_]{0,8}$/), anyText(1)).filter((name) => name !== '__name__');
const sample: fc.Arbitrary<Sample> = fc.record({
  name: fc.oneof(plainName, anyText(1)),
  labels: fc.uniqueArray(fc.tuple(labelName, anyText(0)), { maxLength: 4, selector: ([name]) => name }),
  value: fc.double(),
  timestampMs: fc.option(fc.integer({ min: -1e6, max: 4e12 }), { nil: undefined }),
});
const samples = fc.uniqueArray(sample, { maxLength: 12, selector: ({ name, labels }) => JSON.stringify([name, labels]) });
const dialects = fc.constantFrom<Dialect>('text', 'openmetrics');

/** Text of valid Unicode, with the characters that the grammar gives a meaning more often than chance would. */
function anyText(minLength: number): fc.Arbitrary<string> {
  const unit = fc.oneof(
    fc.constantFrom('"', '\\', '\n', '{', '}', ',', '=', ' ', '#', 'n'),
    fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
  );
  return fc.array(unit, { minLength, maxLength: 8 }).map((parts) => parts.join(''));
}

function escaped(value: string): string {
  return `"${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`;
}

/** A sample as text; the blanks and commas that the text format leaves free are drawn from `random`. */
function print({ name, labels, value, timestampMs }: Sample, dialect: Dialect, random: Random): string {
  const blank = (): string => (dialect === 'text' ? random.pick(['', '', ' ', '\t ']) : '');
  const pairs = labels.map(
    ([key, text]) => `${/^[a-zA-Z_][a-zA-Z0-9_]*$/.test(key) ? key : escaped(key)}${blank()}=${blank()}${escaped(text)}`,
  );
  const isPlain = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/.test(name);
  const inside = [...(isPlain ? [] : [escaped(name)]), ...pairs].join(`${blank()},${blank()}`);
  const series =
    isPlain && inside === '' ? name : `${isPlain ? name : ''}{${blank()}${inside}${blank()}${inside === '' ? '' : random.pick(['', ','])}}`;
  const space = dialect === 'text' ? random.pick([' ', '\t', '  ']) : ' ';
  const time = timestampMs === undefined ? '' : `${space}${dialect === 'text' ? timestampMs : timestampMs / 1000}`;
  return `${blank()}${series}${space}${number(value, random)}${time}${blank()}\n`;
}

function number(value: number, random: Random): string {
  if (Number.isNaN(value)) return random.pick(['NaN', 'nan', 'NAN']);
  if (!Number.isFinite(value)) return value > 0 ? random.pick(['+Inf', 'Inf', 'infinity']) : '-Inf';
  const plain = Object.is(value, -0) ? '-0' : String(value);
  return random.pick([plain, Object.is(value, -0) ? '-0e0' : value.toExponential()]);
}

function printAll(all: readonly Sample[], dialect: Dialect, random: Random): string {
  return all.map((one) => print(one, dialect, random)).join('') + (dialect === 'openmetrics' ? '# EOF\n' : '');
}

/** What is to be read again. OpenMetrics times are seconds: their milliseconds are what the double of them, cut off, gives. */
function expectedOf(all: readonly Sample[], dialect: Dialect): Sample[] {
  if (dialect === 'text') return [...all];
  return all.map((one) => (one.timestampMs === undefined ? one : { ...one, timestampMs: Math.trunc((one.timestampMs / 1000) * 1000) }));
}

function essence(read: readonly Sample[]): Sample[] {
  return read.map(({ name, labels, value, timestampMs }) => ({
    name,
    labels,
    value,
    timestampMs: timestampMs === undefined ? undefined : timestampMs + 0,
  }));
}

describe('generated expositions', () => {
  it('are read as they were meant, in both formats, the first time and when they are known', () => {
    fc.assert(
      fc.property(samples, dialects, fc.integer(), (all, dialect, seed) => {
        const body = printAll(all, dialect, new Random(seed));
        const parser = new ExpositionParser();
        const meant = essence(expectedOf(all, dialect));

        expect(essence(readSamples(body, dialect, parser))).toEqual(meant);
        expect(essence(readSamples(body, dialect, parser))).toEqual(meant);
      }),
      { numRuns: 600 },
    );
  });

  it('are read the same by a parser that has seen others: in another order, in part, with other values, in the other format', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.shuffledSubarray(['a', 'ab', 'a{x="1"}', 'a{x="1",y="2"}', 'b{x="1"}', '{"b",x="1"}']), dialects), {
          maxLength: 8,
        }),
        fc.double(),
        (scrapes, value) => {
          const parser = new ExpositionParser();
          for (const [series, dialect] of scrapes) {
            const body =
              series.map((one) => `# TYPE ${one.includes('b') ? 'b' : 'a'} gauge\n${one} ${number(value, new Random(1))}\n`).join('') +
              (dialect === 'openmetrics' ? '# EOF\n' : '');

            expect(readSamples(body, dialect, parser)).toEqual(readSamples(body, dialect));
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('damaged expositions', () => {
  it('are taken or refused at a place inside the text, and never break the parser', () => {
    const random = new Random(20_261_122);
    const parser = new ExpositionParser();
    const seeds = VERDICTS.map((verdict) => Buffer.from(verdict.text));
    for (let round = 0; round < 10_000; round++) {
      const body = damaged(Buffer.concat([random.pick(seeds), random.pick(seeds), random.pick(seeds)]), random);
      const dialect = random.pick<Dialect>(['text', 'openmetrics']);
      const answer = parser.parse(body, dialect);
      const fresh = new ExpositionParser().parse(body, dialect);

      expect(answer.ok ? answer.count : answer).toEqual(fresh.ok ? fresh.count : fresh);
      if (answer.ok) continue;
      const lines = body.toString('latin1').split('\n');
      expect(answer.line).toBeLessThanOrEqual(lines.length + 1);
      expect(answer.column).toBeLessThanOrEqual((lines[answer.line - 1]?.length ?? 0) + 1);
    }
  });
});

const MEANINGFUL = Buffer.from('"\\\n{}=, \t#_:0aE+-.\0\xff', 'latin1');

/** The text with a few bytes changed, left out or put in. */
function damaged(body: Buffer, random: Random): Buffer {
  let text = body;
  for (let edits = random.below(4); edits > 0; edits--) {
    const at = random.below(text.length + 1);
    const byte = Buffer.from([MEANINGFUL[random.below(MEANINGFUL.length)]]);
    text = Buffer.concat([text.subarray(0, at), random.below(3) === 0 ? Buffer.alloc(0) : byte, text.subarray(at + random.below(2))]);
  }
  return text;
}
