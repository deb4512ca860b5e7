import { homedir } from 'node:os';
import { basename, delimiter, extname, join, resolve } from 'node:path';

/**
 * Where a pipeline keeps its queue and its state: what the configuration says; else a folder with the name of its first file, in the one
 * that systemd gives (`StateDirectory=`), or in that of the user (XDG). Two pipelines never share one: a lock sees to that.
 */
export function dataDirectory(
  configured: string | undefined,
  files: readonly string[],
  baseDirectory: string,
  env: NodeJS.ProcessEnv = process.env,
): string {
  if (configured !== undefined && configured !== '') return resolve(baseDirectory, configured);
  const [first = 'pipeline'] = files;
  return join(stateHome(env), basename(first, extname(first)));
}

function stateHome(env: NodeJS.ProcessEnv): string {
  // A unit may ask for several; the first is the one of the service.
  const [fromSystemd = ''] = (env['STATE_DIRECTORY'] ?? '').split(delimiter);
  if (fromSystemd !== '') return fromSystemd;
  const fromUser = env['XDG_STATE_HOME'] ?? '';
  return join(fromUser === '' ? join(homedir(), '.local', 'state') : fromUser, 'wattbridge');
}
