/**
 * What `energy` costs inside the process: CPU microseconds per line of power for parsing (the unit), for energy with its host
 * totals, for three kinds of windows, and for writing the state down; and the memory of 100,000 series. The whole process, with equivalents,
 * is `npm run bench -- energy`.
 *
 *     node --expose-gc test/bench/energy.ts
 */
import { LineParser } from '../../src/formats/line-protocol/parse.ts';
import { Interner } from '../../src/metric/interner.ts';
import type { Point } from '../../src/metric/point.ts';
import { EnergyPipeline } from '../support/energy-pipeline.ts';

const HOSTS = 50;
const ROUNDS = 600;
const SERIES = 100_000;
const START_SECONDS = 1_700_000_000;
const nowMs = () => (START_SECONDS + ROUNDS * 10) * 1000;

function bodies(): Buffer[] {
  return Array.from({ length: ROUNDS }, (_, round) => {
    const time = `${START_SECONDS + round * 10}000000000`;
    const lines: string[] = [];
    for (let at = 0; at < HOSTS * 2; at++) {
      const key = `powerstat_package,host=kvm-${at >> 1},package_id=${at & 1},site=pau`;
      const noise = (round * 7919 + at * 31) % 6000;
      lines.push(`${key} current_power_consumption_watts=${(40 + noise / 100).toFixed(2)} ${time}`);
      lines.push(`${key} current_dram_power_consumption_watts=${(4 + noise / 1000).toFixed(2)} ${time}`);
    }
    return Buffer.from(`${lines.join('\n')}\n`);
  });
}

function cpuMicros(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const used = process.cpuUsage(before);
  return used.user + used.system;
}

function parse(interner: Interner, body: Buffer): Point[] {
  const { points } = new LineParser(interner).parse(body, { precision: 'ns', now: { ms: 0, ns: 0 } });
  for (const point of points) void point.values;
  return points;
}

const load = bodies();
const lines = ROUNDS * HOSTS * 4;
const windows = { hours: { period: '1h' }, days: { calendar: 'day' }, months: { calendar: 'month' } };

function report(name: string, micros: number, unit: number): void {
  process.stdout.write(`${name.padEnd(40)} ${(micros / lines).toFixed(2).padStart(6)} us/line  ${(micros / unit).toFixed(1)}x parsing\n`);
}

for (let warm = 0; warm < 2; warm++) {
  const interner = new Interner();
  const parsing = cpuMicros(() => load.forEach((body) => parse(interner, body)));
  const run = (options: object) => {
    const pipeline = new EnergyPipeline({ processor: {}, windows: options as Record<string, object> }, nowMs, () => undefined);
    const micros = cpuMicros(() => load.forEach((body) => pipeline.process(parse(pipeline.interner, body))));
    return { pipeline, micros: micros - parsing };
  };
  const plain = run({});
  const all = run(windows);
  if (warm === 0) continue;
  report('parsing, values decoded', parsing, parsing);
  report('energy and host totals', plain.micros, parsing);
  report('hours, days and months of it', all.micros - plain.micros, parsing);
  const restarts = 20;
  const written = cpuMicros(() => {
    for (let at = 0; at < restarts; at++) all.pipeline.restart();
  });
  process.stdout.write(
    `${'all of its state, as at a restart'.padEnd(40)} ${(written / restarts / (HOSTS * 4)).toFixed(2).padStart(6)} us/series\n`,
  );
}

globalThis.gc?.();
const before = process.memoryUsage();
const many = new EnergyPipeline({ processor: { max_series: 2 * SERIES }, windows: {} }, nowMs, () => undefined);
for (let at = 0; at < SERIES; at += 1000) {
  const text = (seconds: number) =>
    Array.from(
      { length: 1000 },
      (_, index) =>
        `powerstat_package,host=h${(at + index) >> 1},package_id=${index & 1} current_power_consumption_watts=50 ${START_SECONDS + seconds}000000000`,
    ).join('\n');
  for (const seconds of [0, 10]) many.process(parse(many.interner, Buffer.from(text(seconds))));
}
globalThis.gc?.();
const after = process.memoryUsage();
const megabytes = (after.heapUsed + after.external - before.heapUsed - before.external) / 1e6;
process.stdout.write(
  `${SERIES.toLocaleString('en')} series on ${(SERIES / 2).toLocaleString('en')} hosts: ${megabytes.toFixed(0)} MB, ${((megabytes * 1e6) / SERIES / 1000).toFixed(1)} KB each, with their totals and names\n`,
);
many.process([]);
