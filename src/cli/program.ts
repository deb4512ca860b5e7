/** The command line: which commands there are, and how it ends. */
import { Command, CommanderError } from 'commander';
import { checkCommand } from './check.ts';
import { configCommand } from './config/config.ts';
import { letEarlySignalsGo } from './early-signals.ts';
import { equivalentsCommand } from './equivalents.ts';
import { ExitCode, type Finish } from './exit-code.ts';
import { graphCommand } from './graph.ts';
import { pluginsCommand } from './plugins.ts';
import { printError } from './print.ts';
import { queueCommand } from './queue.ts';
import { runCommand } from './run.ts';
import { sendCommand } from './send.ts';
import { sourcesCommand } from './sources.ts';
import { startCommand } from './start.ts';
import { testCommand } from './test.ts';
import { fromTelegraf } from './telegraf-arguments.ts';
import { versionCommand, versionText } from './version.ts';

const EXAMPLES = `
Examples:
  wattbridge start                                   see it work, with nothing else installed
  wattbridge sources                                 what this machine can measure, and the pipeline for it
  wattbridge run pipelines/pau-kvm.yaml              run a pipeline
  wattbridge --config telegraf.conf --once --quiet   as you would call Telegraf
  wattbridge check telegraf.conf                     everything that is wrong with it, at once

Exit codes: 0 fine, 1 run-time failure, 2 usage, 78 bad configuration.`;

/** Runs what the arguments (without node and script) say; resolves to the exit code. */
export async function runCommandLine(args: readonly string[]): Promise<ExitCode> {
  let code: ExitCode = ExitCode.ok;
  const program = makeProgram((ended) => {
    code = ended;
  });
  try {
    await program.parseAsync(fromTelegraf(args, longOptions(program)), { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    // Commander has written its words already: the help, the version, or what is wrong.
    return error.exitCode === 0 ? ExitCode.ok : ExitCode.usage;
  }
  return code;
}

/** The long options of all commands, and whether they take a value. */
function longOptions(command: Command): Map<string, boolean> {
  const own = command.options.map((option) => [option.long ?? '', !option.isBoolean()] as const);
  return new Map([...own, ...command.commands.flatMap((sub) => [...longOptions(sub)])]);
}

function makeProgram(finish: Finish): Command {
  const program = new Command('wattbridge')
    .description('A Telegraf-compatible metrics bridge for energy: watts in; joules, kilowatt-hours and light bulbs out.')
    .version(versionText(), '--version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .addHelpText('after', EXAMPLES)
    .configureOutput({ outputError: (text) => printError(`wattbridge: ${text.replace(/^error: /, '').trimEnd()}`) })
    .showSuggestionAfterError()
    // An option behind a command is that command's, also where one above it has it too (config, config check).
    .enablePositionalOptions()
    .hook('preAction', (_program, command) => (command.name() === 'run' ? undefined : letEarlySignalsGo()))
    .exitOverride();
  const commands = [
    startCommand(finish),
    sourcesCommand(finish),
    checkCommand(finish),
    configCommand(finish),
    testCommand(finish),
    pluginsCommand(finish),
    graphCommand(finish),
    queueCommand(finish),
    sendCommand(finish),
    equivalentsCommand(finish),
    versionCommand(finish),
  ];
  program.addCommand(runCommand(finish), { isDefault: true });
  for (const command of commands) program.addCommand(command);
  inheritSettings(program);
  return program;
}

/** Commands below commands fail as the program does, too. */
function inheritSettings(parent: Command): void {
  for (const command of parent.commands) {
    command.copyInheritedSettings(parent);
    inheritSettings(command);
  }
}
