import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { Log } from '../telemetry/log.ts';

/**
 * Writes this process's id into a file, for init scripts; what is returned removes it, unless it is another's by then. A file that can't
 * be written is an error in the log and no more, as in Telegraf: to deliver points matters more.
 */
export function writePidfile(path: string, log: Log): () => void {
  const text = `${process.pid}\n`;
  try {
    writeFileSync(path, text);
  } catch (error) {
    log.error('the pidfile could not be written', { path, error });
    return () => undefined;
  }
  return () => {
    try {
      if (readFileSync(path, 'utf8') === text) rmSync(path);
    } catch (error) {
      log.warn('the pidfile could not be removed', { path, error });
    }
  };
}
