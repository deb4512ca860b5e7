/** A golden case of the real Telegraf (test/golden/telegraf/README.md): read, run in a copy of its folder, and compared. */
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startProcess } from './process.ts';
import { readLines, type ReadLine } from './read-lines.ts';

export interface GoldenCase {
  /** `group/case`. */
  readonly name: string;
  readonly folder: string;
  /** The lines of `case.txt` by their key, in order. */
  readonly keys: ReadonlyMap<string, readonly string[]>;
  readonly args: readonly string[];
  /** Undefined: it ends by itself. Else it is stopped after so many milliseconds. */
  readonly runsForMs: number | undefined;
  readonly exit: number;
  /** What must be written. */
  readonly expected: readonly ReadLine[];
  /** What must stand on standard output, where that matters. */
  readonly stdout: string | undefined;
}

export interface GoldenRun {
  readonly exit: number | string;
  readonly written: readonly ReadLine[];
  /** Everything that was printed. */
  readonly printed: string;
  /** Of it, what stood on standard output. */
  readonly stdout: string;
  readonly startedNs: bigint;
  readonly endedNs: bigint;
}

const ROOT = fileURLToPath(new URL('../golden/telegraf/', import.meta.url));
const PROGRAM = fileURLToPath(new URL('../../bin/wattbridge', import.meta.url));
const DEFAULT_COMMAND = 'telegraf --config telegraf.conf --once --quiet';
const KNOWN_KEYS = new Set(['order', 'time', 'mode', 'command', 'env', 'log', 'ours', 'ours-log', 'ours-exit']);
/** What is to be found out; everything else in the folder is given to the program. */
const RESULT_FILES = ['case.txt', 'out.lp', 'ours.lp', 'stdout.txt', 'expect.txt'];
const BAD_CONFIGURATION = 78;

/** Times of the run of Telegraf that made the cases, where a case says `time: ignore`. */
const RUN_TIMES = { from: 1_795_000_000_000_000_000n, to: 1_800_000_000_000_000_000n };

/** The groups there are. */
export function goldenGroups(): string[] {
  return readdirSync(ROOT, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
}

/** All cases of a group, by name. */
export function goldenCases(group: string): GoldenCase[] {
  return readdirSync(join(ROOT, group))
    .sort()
    .map((name) => readCase(`${group}/${name}`));
}

function readCase(name: string): GoldenCase {
  const folder = join(ROOT, name);
  const files = new Set(readdirSync(folder));
  const keys = readKeys(readFileSync(join(folder, 'case.txt'), 'utf8'), name);
  const differs = files.has('ours.lp');
  const fails = files.has('expect.txt');
  if (differs !== keys.has('ours')) throw new Error(`${name}: ours.lp and a line "ours: <reason>" in case.txt go together`);
  if (fails && !differs && !keys.has('ours-log')) throw new Error(`${name}: a line "ours-log: <words>" must say what our error names`);
  const ownExit = keys.get('ours-exit')?.[0];
  const exit = fails && !differs ? BAD_CONFIGURATION : 0;
  const written = join(folder, differs ? 'ours.lp' : 'out.lp');
  return {
    name,
    folder,
    keys,
    args: (keys.get('command')?.[0] ?? defaultCommand(keys)).split(' ').slice(1),
    runsForMs: runTime(keys),
    exit: ownExit === undefined ? exit : Number(ownExit),
    expected: existsSync(written) ? readLines(readFileSync(written)) : [],
    stdout: files.has('stdout.txt') ? readFileSync(join(folder, 'stdout.txt'), 'utf8') : undefined,
  };
}

function defaultCommand(keys: GoldenCase['keys']): string {
  return keys.has('mode') ? DEFAULT_COMMAND.replace(' --once', '') : DEFAULT_COMMAND;
}

/** `mode: run 4s` */
function runTime(keys: GoldenCase['keys']): number | undefined {
  const mode = keys.get('mode')?.[0];
  if (mode === undefined) return undefined;
  const seconds = /^run (\d+)s$/.exec(mode)?.[1];
  if (seconds === undefined) throw new Error(`the golden runner does not know the mode "${mode}"`);
  return Number(seconds) * 1000;
}

function readKeys(text: string, name: string): Map<string, string[]> {
  const keys = new Map<string, string[]>();
  for (const line of text.split('\n').slice(1)) {
    const match = /^([a-z-]+): (.*)$/.exec(line);
    if (match === null) continue;
    const [, key, value] = match;
    if (!KNOWN_KEYS.has(key)) throw new Error(`${name}: the golden runner does not know the key "${key}"`);
    keys.set(key, [...(keys.get(key) ?? []), value]);
  }
  return keys;
}

/** Runs the program on a case, in a copy of its folder and with nothing of this machine's environment but the path. */
export async function runCase({ folder, args, keys, runsForMs }: GoldenCase): Promise<GoldenRun> {
  const directory = mkdtempSync(join(tmpdir(), 'golden-'));
  try {
    cpSync(folder, directory, { recursive: true });
    for (const file of RESULT_FILES) rmSync(join(directory, file), { force: true });
    const startedNs = BigInt(Date.now()) * 1_000_000n;
    const child = await startProcess({ command: PROGRAM, args, cwd: directory, env: { TZ: 'UTC', HOME: directory, ...environment(keys) } });
    if (runsForMs !== undefined) setTimeout(() => void child.stop(), runsForMs);
    const exit = await child.ended;
    const endedNs = BigInt(Date.now()) * 1_000_000n;
    const out = join(directory, 'out.lp');
    const written = existsSync(out) ? readLines(readFileSync(out)) : [];
    return { exit, written, printed: child.output(), stdout: child.stdout(), startedNs, endedNs };
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function environment(keys: GoldenCase['keys']): Record<string, string> {
  const variables: Record<string, string> = {};
  for (const line of keys.get('env') ?? []) {
    const equals = line.indexOf('=');
    variables[line.slice(0, equals)] = String(JSON.parse(line.slice(equals + 1)));
  }
  return variables;
}

/**
 * Lines in a form to compare: sorted where the order means nothing, and with `run` in place of times of the run. Telegraf's
 * run is known by its date, ours (`run` handed in) by its start and end, a second around for the rounding.
 */
export function comparable(lines: readonly ReadLine[], keys: GoldenCase['keys'], run?: GoldenRun): object[] {
  const ignoresTime = keys.get('time')?.[0] === 'ignore';
  const second = 1_000_000_000n;
  const from = run === undefined ? RUN_TIMES.from : run.startedNs - second;
  const to = run === undefined ? RUN_TIMES.to : run.endedNs + second;
  const plain = lines.map(({ series, fields, time }) => {
    const isRunTime = ignoresTime && time !== undefined && time >= from && time <= to;
    return { series, fields: fields, time: isRunTime ? 'run' : String(time) };
  });
  return keys.get('order')?.[0] === 'any' ? plain.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)) : plain;
}

/** Lines on standard output in a form to compare: what stands before a metric as it is (`> `), the metric by value. */
export function comparableStdout(text: string): object[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const mark = line.startsWith('> ') ? '> ' : '';
      return { mark, line: readLines(Buffer.from(`${line.slice(mark.length)}\n`)) };
    });
}

/** Parts that must all stand in one line of the log. */
export type ExpectedLine = readonly string[];

/** What the log must say: for each line of Telegraf's log the plugin's name and the heart of the message, or our own words. */
export function expectedLog(keys: GoldenCase['keys']): ExpectedLine[] {
  const ours = keys.get('ours-log');
  if (ours !== undefined) return ours.filter((line) => line !== 'nothing').map((line) => [line]);
  return (keys.get('log') ?? []).map((line) => {
    const match = /^[A-Z]! (\[[^\]]+\]) (.*)$/.exec(line);
    if (match === null) throw new Error(`not a line of Telegraf's log: ${line}`);
    const [, plugin, message] = match;
    const place = /metric parse error: (.* at \d+:\d+):/.exec(message);
    return [plugin, place === null ? message : place[1]];
  });
}
