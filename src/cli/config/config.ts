import { Command } from 'commander';
import { checkCommand } from '../check.ts';
import { ExitCode, type Finish } from '../exit-code.ts';
import { printError } from '../print.ts';
import { convertCommand } from './convert.ts';
import { createCommand } from './create.ts';

const EXAMPLES = `
Examples:
  wattbridge config                                          a sample with everything there is
  wattbridge config create --input-filter cpu:net            a sample with these alone
  wattbridge config check --config telegraf.conf             what is wrong with it
  wattbridge config convert telegraf.conf -o telegraf.yaml   the same as YAML, comments kept`;

const NO_MIGRATION = `wattbridge: there is no config migrate here. Old names that Telegraf still reads are read as they are ([tags], [[plugins.…]], [inputs.…],
fieldpass, pass, drop). For plugins and options that Telegraf has removed, let Telegraf do it: telegraf config migrate --config telegraf.conf`;

/** `wattbridge config`: what has to do with configurations alone; the commands are Telegraf's. */
export function configCommand(finish: Finish): Command {
  const command = createCommand('config', finish).description('check, convert or write configurations').addHelpText('after', EXAMPLES);
  const migrate = new Command('migrate')
    .description("rewrite Telegraf's old names")
    .argument('[anything...]')
    .allowUnknownOption()
    .action(() => {
      printError(NO_MIGRATION);
      finish(ExitCode.usage);
    });
  for (const sub of [checkCommand(finish), convertCommand(finish), createCommand('create', finish)]) command.addCommand(sub);
  return command.addCommand(migrate, { hidden: true });
}
