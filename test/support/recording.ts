/** The recorded hypervisor and the truth beside it. */
import { readFileSync } from 'node:fs';
import { repoPath } from './command-line.ts';

/** How far one counter of the recorded machine counts before it starts again, in microjoules. */
const WRAP_MICROJOULES = 262_143_328_850n;

export interface RecordedLine {
  readonly head: string;
  readonly seconds: number;
}

/** The lines of `recordings/kvm-0.lp`, without their times. */
export function recordedLines(): RecordedLine[] {
  const text = readFileSync(repoPath('recordings/kvm-0.lp'), 'utf8');
  return text
    .trimEnd()
    .split('\n')
    .map((line) => {
      const blank = line.lastIndexOf(' ');
      return { head: line.slice(0, blank), seconds: Number(BigInt(line.slice(blank + 1)) / 1_000_000_000n) };
    });
}

interface Reading {
  readonly seconds: number;
  /** Microjoules since the first reading, wraps undone. */
  readonly microjoules: number;
}

/** Joules that a counter of the recording (`package-0`, `dram-1`) went up between two times, straight lines drawn between its readings. */
export function trueJoules(counter: string, fromSeconds: number, toSeconds: number): number {
  const readings = readTruth(counter);
  return (at(readings, toSeconds) - at(readings, fromSeconds)) / 1e6;
}

function readTruth(counter: string): Reading[] {
  const [header, ...rows] = readFileSync(repoPath('test/data/kvm-0.truth.csv'), 'utf8').trimEnd().split('\n');
  const column = header.split(',').indexOf(`${counter}_uj`);
  let total = 0n;
  let last: bigint | undefined;
  return rows.map((row) => {
    const cells = row.split(',');
    const value = BigInt(cells[column]);
    if (last !== undefined) total += value >= last ? value - last : value - last + WRAP_MICROJOULES;
    last = value;
    return { seconds: Number(BigInt(cells[0]) / 1000n) / 1e6, microjoules: Number(total) };
  });
}

function at(readings: readonly Reading[], seconds: number): number {
  const next = readings.findIndex((reading) => reading.seconds >= seconds);
  if (next <= 0) throw new Error(`no readings around ${seconds}`);
  const [a, b] = [readings[next - 1], readings[next]];
  return a.microjoules + ((b.microjoules - a.microjoules) * (seconds - a.seconds)) / (b.seconds - a.seconds);
}
