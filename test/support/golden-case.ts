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
  /** What must be written. */
  readonly expected: readonly ReadLine[];
}

export interface GoldenRun {
  readonly exit: number | string;
  readonly written: readonly ReadLine[];
  /** Everything that was printed. */
  readonly printed: string;
  readonly startedNs: bigint;
  readonly endedNs: bigint;
}

const ROOT = fileURLToPath(new URL('../golden/telegraf/', import.meta.url));
const PROGRAM = fileURLToPath(new URL('../../bin/wattbridge', import.meta.url));
const DEFAULT_COMMAND = 'telegraf --config telegraf.conf --once --quiet';
const KNOWN_KEYS = new Set(['order', 'time', 'command', 'env', 'log', 'ours', 'ours-log', 'ours-exit']);
const KNOWN_FILES = new Set(['case.txt', 'telegraf.conf', 'in.lp', 'in.prom', 'in.om', 'out.lp', 'ours.lp']);

/** Times of the run of Telegraf that made the cases, where a case says `time: ignore`. */
const RUN_TIMES = { from: 1_795_000_000_000_000_000n, to: 1_800_000_000_000_000_000n };

/** All cases of a group, by name. */
export function goldenCases(group: string): GoldenCase[] {
  return readdirSync(join(ROOT, group))
    .sort()
    .map((name) => readCase(`${group}/${name}`));
}

function readCase(name: string): GoldenCase {
  const folder = join(ROOT, name);
  const unknown = readdirSync(folder).filter((file) => !KNOWN_FILES.has(file));
  if (unknown.length > 0) throw new Error(`${name}: the golden runner does not know what to do with ${unknown.join(', ')}`);
  const keys = readKeys(readFileSync(join(folder, 'case.txt'), 'utf8'), name);
  const differs = existsSync(join(folder, 'ours.lp'));
  if (differs !== keys.has('ours')) throw new Error(`${name}: ours.lp and a line "ours: <reason>" in case.txt go together`);
  const command = keys.get('command')?.[0] ?? DEFAULT_COMMAND;
  return {
    name,
    folder,
    keys,
    args: command.split(' ').slice(1),
    expected: readLines(readFileSync(join(folder, differs ? 'ours.lp' : 'out.lp'))),
  };
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
export async function runCase({ folder, args, keys }: GoldenCase): Promise<GoldenRun> {
  const directory = mkdtempSync(join(tmpdir(), 'golden-'));
  try {
    cpSync(folder, directory, { recursive: true });
    for (const file of ['out.lp', 'ours.lp', 'case.txt']) rmSync(join(directory, file), { force: true });
    const startedNs = BigInt(Date.now()) * 1_000_000n;
    const child = await startProcess({ command: PROGRAM, args, cwd: directory, env: { TZ: 'UTC', HOME: directory, ...environment(keys) } });
    const exit = await child.ended;
    const endedNs = BigInt(Date.now()) * 1_000_000n;
    const out = join(directory, 'out.lp');
    return { exit, written: existsSync(out) ? readLines(readFileSync(out)) : [], printed: child.output(), startedNs, endedNs };
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
