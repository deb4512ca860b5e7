export type LogLevel = 'error' | 'warn' | 'info' | 'debug' | 'trace';

const RANK: Readonly<Record<LogLevel, number>> = { error: 50, warn: 40, info: 30, debug: 20, trace: 10 };

/** Whether a log of level `threshold` shows lines of `level`. */
export function isShown(level: LogLevel, threshold: LogLevel): boolean {
  return RANK[level] >= RANK[threshold];
}
