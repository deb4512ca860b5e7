/** The configuration that is used when none is named: Telegraf's places, so that its service files carry over. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { filesInDirectory } from './config-directory.ts';
import type { Diagnostic } from './diagnostics.ts';
import { isRemote } from './remote-source.ts';
import type { Environment } from './variables.ts';

const ETC = '/etc/telegraf';

/**
 * `$TELEGRAF_CONFIG_PATH`; else `~/.telegraf/telegraf.conf`; else `telegraf.conf` and what is in `telegraf.d`, both in `/etc/telegraf`
 * (`etc`). Empty where there is none of them. A diagnostic where the variable names a file that is not there: Telegraf then runs
 * another one without a word.
 */
export async function defaultFiles(env: Environment, etc = ETC): Promise<readonly string[] | Diagnostic> {
  const named = env['TELEGRAF_CONFIG_PATH'] ?? '';
  if (named !== '') return isRemote(named) || existsSync(named) ? [named] : missing(named);
  const ofUser = join(env['HOME'] ?? '', '.telegraf', 'telegraf.conf');
  if (env['HOME'] !== undefined && existsSync(ofUser)) return [ofUser];
  const main = join(etc, 'telegraf.conf');
  const files = existsSync(main) ? [main] : [];
  const folder = join(etc, 'telegraf.d');
  if (!existsSync(folder)) return files;
  const more = await filesInDirectory(folder);
  return 'message' in more ? more : [...files, ...more];
}

function missing(file: string): Diagnostic {
  return {
    location: undefined,
    subject: file,
    message: 'there is no such file',
    hint: 'the environment variable TELEGRAF_CONFIG_PATH names it',
  };
}
