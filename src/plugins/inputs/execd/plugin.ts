import { defineInput } from '../../../pipeline/plugin.ts';
import { ExecdOptions } from './config.ts';
import { ProgramKeeper } from './keeper.ts';

/**
 * Telegraf's plugin. Unlike Telegraf's it ends with the program all that the program started, and tries again when a program can't be
 * started anew.
 */
export const execd = defineInput({
  id: 'execd',
  summary: 'Keeps a program running and reads what it writes; starts it again when it ends.',
  schema: ExecdOptions,
  example: `inputs:
  - execd:
      command: [/usr/local/bin/meter, --follow]
      signal: STDIN
`,
  create: (config, context) => new ProgramKeeper(config, context),
});
