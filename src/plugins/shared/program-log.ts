/** What programs that an input runs say on their standard error. */
import type { Log } from '../../pipeline/plugin.ts';

/** Telegraf's marks of the levels, at the start of a line. */
const LEVELS = { 'E! ': 'error', 'W! ': 'warn', 'I! ': 'info', 'D! ': 'debug', 'T! ': 'debug' } as const;

/** Logs a line at the level that it names, without the mark; `unmarked` is told of one that names none. */
export function logProgramLine(log: Log, line: string, unmarked: (line: string) => void): void {
  const mark = line.slice(0, 3);
  if (Object.hasOwn(LEVELS, mark)) log[LEVELS[mark as keyof typeof LEVELS]](line.slice(3));
  else unmarked(line);
}
