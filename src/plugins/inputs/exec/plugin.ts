import { defineInput } from '../../../pipeline/plugin.ts';
import { ExecOptions } from './config.ts';
import { Executor } from './executor.ts';

/**
 * Telegraf's plugin: also here the format is JSON unless another is named. Unlike Telegraf, which loses all that a command wrote for one bad
 * line, this loses the bad line alone, and `log_stderr` logs all lines and not only the first.
 */
export const exec = defineInput({
  id: 'exec',
  summary: 'Runs commands at every interval and reads what they write.',
  schema: ExecOptions,
  example: `inputs:
  - exec:
      commands: [[/usr/local/bin/read-meter, --all], "/etc/meters/read_*.sh --json"]
      timeout: 10s
      data_format: influx
`,
  create: (config, context) => new Executor(config, context),
});
