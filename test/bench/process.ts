/** What the whole-process benchmarks share: processes to talk to, what they cost, and the unit to compare machines by. */
import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const root = join(import.meta.dirname, '../..');
const TICKS_PER_SECOND = 100;

/** A script of this folder in a process of its own, which is told things by lines and answers by lines. */
export function startScript(name: string, args: readonly string[] = []): ChildProcess {
  return spawn(process.execPath, [join(import.meta.dirname, name), ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
}

/** The program with a configuration; with BENCH_PROFILE, a folder, it leaves a CPU profile there. */
export function startBridge(configFile: string): ChildProcess {
  const folder = process.env['BENCH_PROFILE'];
  const profile = folder === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${folder}`];
  // `bin/wattbridge` starts Node as users do, and becomes it: the pid is Node's.
  const env = { ...process.env, ...(profile.length > 0 && { NODE_OPTIONS: profile.join(' ') }) };
  return spawn(join(root, 'bin/wattbridge'), ['run', configFile], { stdio: ['ignore', 'ignore', 'inherit'], env });
}

/** Ends the program as an operator does, where a profile is wanted: it is written at the end. */
export async function endProfiled(bridge: ChildProcess): Promise<void> {
  if (process.env['BENCH_PROFILE'] === undefined) return;
  bridge.kill('SIGTERM');
  await new Promise((resolve) => bridge.once('exit', resolve));
}

/** The next line that a process prints. */
export function nextLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    if (child.stdout === null) return reject(new Error('no output to read'));
    const lines = createInterface({ input: child.stdout });
    lines.once('line', (line) => {
      lines.close();
      resolve(line);
    });
    child.once('exit', (code) => reject(new Error(`${child.spawnargs.join(' ')} ended with ${code}`)));
  });
}

/** User and system seconds of a process so far, all of its threads, from its line in /proc. */
export function cpuSeconds(pid: number): number {
  const afterName = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return (Number(afterName[11]) + Number(afterName[12])) / TICKS_PER_SECOND;
}

export function peakMegabytes(pid: number): number {
  return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
}

export async function waitUntilListening(url: string): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    const answer = await fetch(`${url}/ping`).catch(() => undefined);
    if (answer?.status === 204) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`nothing listens at ${url}`);
}

/** CPU microseconds for looking at each byte of some bodies once, per one of `count` things that they hold: the best of five. */
export function scanFloor(bodies: readonly Buffer[], count: number): number {
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 5; round++) {
    const before = process.cpuUsage();
    let sum = 0;
    for (const body of bodies) for (let at = 0; at < body.length; at++) sum = (sum + body[at]) | 0;
    const used = process.cpuUsage(before);
    if (sum !== Infinity) best = Math.min(best, (used.user + used.system) / count);
  }
  return best;
}
