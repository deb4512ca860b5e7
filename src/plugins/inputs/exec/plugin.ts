import { defineInput } from '../../../pipeline/plugin.ts';
import { ExecOptions } from './config.ts';
import { Executor } from './executor.ts';

/** Telegraf's plugin: also here the format is JSON unless another is named. */
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
  sample: `meter,host=kvm-0,phase=L2 volts=229i,watts=118.25 1796070047000000000
meter,host=kvm-0,phase=L1 watts=231.5 1796070047000000000
`,
  differences: [
    { verdict: 'better', why: 'A bad line is left out alone; Telegraf loses all that the command wrote.' },
    {
      option: 'timeout',
      verdict: 'better',
      why: 'Ends also what a command started and left its group; Telegraf would wait for it for ever.',
    },
    { option: 'log_stderr', verdict: 'better', why: 'Logs every line, not only the first.' },
    {
      option: 'commands',
      verdict: 'better',
      why: 'What a pattern matches is run from its folder, also from the working folder (`./read_*.sh`).',
    },
    { option: 'data_format', verdict: 'missing', why: '`nagios`, and the other formats that are not in the table.' },
  ],
  create: (config, context) => new Executor(config, context),
});
