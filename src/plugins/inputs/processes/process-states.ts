/** What the processes of a machine are doing, from `/proc/PID/stat` (proc_pid_stat(5)). */
import { readdir } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';

/** Telegraf's names of the kernel's states. */
const STATES: Readonly<Record<string, string>> = {
  R: 'running',
  S: 'sleeping',
  D: 'blocked',
  Z: 'zombies',
  X: 'dead',
  T: 'stopped',
  t: 'stopped',
  W: 'paging',
  I: 'idle',
  P: 'parked',
};

/** Those that are told of also when no process is in them. */
const ALWAYS = ['blocked', 'zombies', 'stopped', 'running', 'sleeping', 'unknown', 'dead', 'paging', 'idle'] as const;

/** Columns after the program's name, which is in brackets and may have blanks and brackets itself. */
const STATE = 0;
const THREADS = 17;

/**
 * Files read without letting others have their turn. Reading one is some microseconds, and ten times that when each is asked for by
 * itself and waited for.
 */
const FILES_A_TURN = 100;

/** How many processes are in each state, with `total` and `total_threads`. Throws when there is no such folder. */
export async function countProcesses(proc: string): Promise<Readonly<Record<string, number>>> {
  const counts: Record<string, number> = { ...Object.fromEntries(ALWAYS.map((state) => [state, 0])), total: 0, total_threads: 0 };
  const ids = (await readdir(proc)).filter((name) => /^\d+$/.test(name));
  for (const [index, id] of ids.entries()) {
    if (index % FILES_A_TURN === FILES_A_TURN - 1) await nextTurn();
    count(counts, statOf(join(proc, id, 'stat')));
  }
  return counts;
}

function count(counts: Record<string, number>, stat: string): void {
  const bracket = stat.lastIndexOf(')');
  if (bracket === -1) return;
  const columns = stat
    .slice(bracket + 1)
    .trim()
    .split(' ');
  const state = STATES[columns[STATE]] ?? 'unknown';
  counts[state] = (counts[state] ?? 0) + 1;
  counts['total']++;
  counts['total_threads'] += Number(columns[THREADS]) || 0;
}

/** Empty for a process that has ended since its folder was seen. */
function statOf(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch (error) {
    if (['ENOENT', 'ESRCH', 'EACCES'].includes((error as NodeJS.ErrnoException).code ?? '')) return '';
    throw error;
  }
}
