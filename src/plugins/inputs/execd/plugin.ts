import { defineInput } from '../../../pipeline/plugin.ts';
import { ExecdOptions } from './config.ts';
import { ProgramKeeper } from './keeper.ts';

export const execd = defineInput({
  id: 'execd',
  summary: 'Keeps a program running and reads what it writes; starts it again when it ends.',
  schema: ExecdOptions,
  example: `inputs:
  - execd:
      command: [/usr/local/bin/meter, --follow]
      signal: STDIN
`,
  sample: `meter,host=kvm-0,phase=L1 watts=231.5 1796070048424675048
`,
  differences: [
    { verdict: 'better', why: 'What the program started ends with it; Telegraf leaves it running.' },
    { verdict: 'better', why: 'A program that can not be started again is tried until it can; Telegraf gives up.' },
    { verdict: 'better', why: 'While the outputs are busy the program has to wait, so that nothing it writes is lost.' },
    { option: 'signal', verdict: 'better', why: 'A program that does not read its standard input is said, not waited for.' },
  ],
  create: (config, context) => new ProgramKeeper(config, context),
});
