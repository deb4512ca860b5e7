import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const made: string[] = [];

process.on('exit', () => {
  for (const folder of made) rmSync(folder, { recursive: true, force: true });
});

/** The environment that gives a started bridge a state folder of its own: tests must neither meet each other there nor touch the user's. */
export function ownStateHome(): { readonly XDG_STATE_HOME: string; readonly STATE_DIRECTORY: string } {
  const folder = mkdtempSync(join(tmpdir(), 'wattbridge-state-'));
  made.push(folder);
  return { XDG_STATE_HOME: folder, STATE_DIRECTORY: '' };
}
