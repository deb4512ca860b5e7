/**
 * The parser of expositions, alone, on 10,000 samples such as a node_exporter gives: how long a scrape takes that is like the last
 * one (the usual case), one whose lines stand in another order, and the first one of a target. Beside it, in the same run, a scan of
 * the same bytes, which is the floor, and the library `parse-prometheus-text-format`.
 *
 *     node test/bench/exposition.ts
 */
import { bench, run } from 'mitata';
import parsePrometheusTextFormat from 'parse-prometheus-text-format';
import { ExpositionParser } from '../../src/formats/prometheus-text/parse.ts';
import { ExpositionPoints, type SampleMemo } from '../../src/plugins/shared/exposition-points.ts';
import { testContext } from '../support/context.ts';
import { Random } from '../support/random.ts';

const FAMILIES = 400;
const SERIES = 25;
const SAMPLES = FAMILIES * SERIES;
const random = new Random(1);

function family(index: number): string[] {
  const name = `node_thing_${index}_total`;
  const samples = Array.from({ length: SERIES }, (_, cpu) => `${name}{cpu="${cpu}",mode="system",device="nvme${cpu}n1"} ${value()}`);
  return [
    `# HELP ${name} How often the thing happened to device ${index} since the machine started.`,
    `# TYPE ${name} counter`,
    ...samples,
  ];
}

/** A counter, a reading with decimals, or Go's form for large floats. */
function value(): string {
  const number = random.next() * 1e9;
  return random.pick([String(Math.floor(number)), (number / 1e6).toFixed(3), number.toExponential(9).replace('e+', 'e+0')]);
}

function bodyOf(lines: readonly string[]): Buffer {
  return Buffer.from(`${lines.join('\n')}\n`);
}

function newlines(bytes: Buffer): number {
  let count = 0;
  // oxlint-disable-next-line typescript/prefer-for-of -- an iterator would be measured, not a scan
  for (let at = 0; at < bytes.length; at++) if (bytes[at] === 0x0a) count++;
  return count;
}

const lines = Array.from({ length: FAMILIES }, (_, index) => family(index)).flat();
const body = bodyOf(lines);
const text = body.toString();
const orders = Array.from({ length: 4 }, () => bodyOf(lines.filter((line) => !line.startsWith('#')).toSorted(() => random.next() - 0.5)));

const warm = new ExpositionParser();
const shuffled = new ExpositionParser();
const mapped = new ExpositionParser<SampleMemo>();
const context = testContext();
const points = new ExpositionPoints({ version: 2, ignoreTimestamp: false }, context);
let scrape = 0;

const CASES: readonly (readonly [name: string, work: () => unknown])[] = [
  ['scan of the bytes', () => newlines(body)],
  ['like the last scrape', () => parse(warm, body)],
  ['like the last scrape, made into points', () => points.points(parse(mapped, body), 'text', context.clock.now())],
  ['in another order', () => parse(shuffled, orders[scrape++ % orders.length])],
  ['first scrape', () => parse(new ExpositionParser(), body)],
  ['parse-prometheus-text-format', () => parsePrometheusTextFormat(text)],
];

function parse<M>(parser: ExpositionParser<M>, bytes: Buffer) {
  const exposition = parser.parse(bytes, 'text');
  if (!exposition.ok || exposition.count !== SAMPLES) throw new Error('the bench has a bad exposition');
  return exposition;
}

for (const [name, work] of CASES) bench(name, work);
const { benchmarks } = await run({ format: 'quiet' });

const rows = benchmarks.map(({ alias, runs: [{ stats }] }) => ({ name: alias, ns: stats?.p50 ?? NaN }));
const floor = rows[0].ns;
console.log(`${body.length} bytes, ${SAMPLES} samples; the medians:`);
for (const { name, ns } of rows) {
  const rate = `${((body.length / ns) * 1e3).toFixed(0)} MB/s`;
  console.log(
    `${name.padEnd(40)} ${rate.padStart(10)} ${(ns / SAMPLES).toFixed(0).padStart(8)} ns/sample ${(ns / floor).toFixed(1).padStart(8)} scans`,
  );
}
