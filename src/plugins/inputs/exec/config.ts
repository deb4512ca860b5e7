import { z } from 'zod';
import { ConfigError } from '../../../config/diagnostics.ts';
import { duration } from '../../../config/options.ts';
import { environmentOption } from '../../shared/command-options.ts';
import { textFormat, textFormatOptions } from '../../shared/text-format.ts';
import { shellWords } from './shell-words.ts';

/** A program and its arguments. */
export type Command = readonly [program: string, ...args: string[]];

const command = z.union([z.string(), z.array(z.string())], { error: 'write a command as a text or a list of texts' }).transform(toCommand);

export const ExecOptions = z.strictObject({
  commands: z
    .array(command)
    .default([])
    .describe(
      'What to run, all at once: `["/usr/bin/collect", "--all"]`, or one text that is taken apart as a shell does, but without variables and pipes. `*`, `?` and `[…]` in the program match several.',
    ),
  command: command.optional().describe('Old spelling of one more command.'),
  environment: environmentOption,
  timeout: duration()
    .refine((ms) => ms > 0, 'must be longer than 0s')
    .prefault('5s')
    .describe('How long a command may take; then it is ended with all that it started.'),
  ignore_error: z.boolean().default(false).describe('Read what a command wrote although it failed.'),
  log_stderr: z
    .boolean()
    .default(false)
    .describe('Log what commands say on standard error; lines that begin with `E! `, `W! `, `I! ` or `D! ` at that level.'),
  ...textFormatOptions,
  data_format: textFormat('json'),
});
export type ExecConfig = z.output<typeof ExecOptions>;

/** All commands, the old option's last. Throws `ConfigError` when there is none. */
export function allCommands({ commands, command: old }: ExecConfig): readonly Command[] {
  const all = old === undefined ? commands : [...commands, old];
  if (all.length === 0) throw new ConfigError('there is nothing to run; name a program in commands', ['commands']);
  return all;
}

function toCommand(written: string | readonly string[], context: z.RefinementCtx): Command {
  try {
    const [program, ...args] = typeof written === 'string' ? shellWords(written) : written;
    if (program !== undefined && program !== '') return [program, ...args];
    context.addIssue({ code: 'custom', message: 'a command must name a program' });
  } catch (error) {
    context.addIssue({ code: 'custom', message: `this command can't be taken apart: ${(error as Error).message}` });
  }
  return z.NEVER;
}
