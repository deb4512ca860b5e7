import { z } from 'zod';
import { duration, size } from '../../../config/options.ts';
import { environmentOption } from '../../shared/command-options.ts';
import { lineFormatOptions } from '../../shared/text-format.ts';

export const ExecdOptions = z.strictObject({
  command: z
    .array(z.string())
    .min(1, { error: 'name a program to run, and its arguments: ["/usr/local/bin/meter", "--follow"]' })
    .describe('The program to keep running, and its arguments, each a text of its own.'),
  environment: environmentOption,
  signal: z
    .enum(['none', 'STDIN', 'SIGHUP', 'SIGUSR1', 'SIGUSR2'])
    .default('none')
    .describe(
      'How the program is told, at every interval, to write: `STDIN` is an empty line on its standard input, `none` is not at all.',
    ),
  restart_delay: duration().prefault('10s').describe('How long to wait before a program that has ended is started again.'),
  stop_on_error: z.boolean().default(false).describe('Do not start it again when it ended with an error.'),
  buffer_size: size()
    .prefault('64KiB')
    .describe("Taken for Telegraf's sake: what the program writes is read as it comes, and a line may have up to 1 MiB."),
  ...lineFormatOptions,
});
export type ExecdConfig = z.output<typeof ExecdOptions>;
