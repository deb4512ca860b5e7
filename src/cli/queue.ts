import { Command, InvalidArgumentError, Option } from 'commander';
import { decodeText } from '../metric/text.ts';
import { registry } from '../plugins/registry.generated.ts';
import { changeDeadLetters, QueueFileReader } from '../queue/disk/reader.ts';
import type { DeadLetterFilter } from '../queue/store.ts';
import { errorText } from '../telemetry/error-text.ts';
import { printable } from '../telemetry/printable.ts';
import { terminal } from '../telemetry/terminal.ts';
import { addConfigOptions, type ConfigOptions } from './config-options.ts';
import { dataDirectory } from './data-directory.ts';
import { ExitCode, type Finish } from './exit-code.ts';
import { namedPipeline, needsPipeline } from './named-pipeline.ts';
import { print, printBytes, printError } from './print.ts';
import { letterLines, letterText } from './queue/letters.ts';
import { statusText } from './queue/status.ts';

const EXAMPLES = `
Examples:
  wattbridge queue status pipelines/pau-kvm.yaml             what waits, and what was refused
  wattbridge queue status --data-directory /var/lib/wattbridge/pau-kvm
  wattbridge queue dead pipelines/pau-kvm.yaml --reason "type conflict"
  wattbridge queue dead pipelines/pau-kvm.yaml --format lp > refused.lp
  wattbridge queue replay pipelines/pau-kvm.yaml --id 17,18  send these again
  wattbridge queue drop pipelines/pau-kvm.yaml --all         forget all dead letters

It works whether the bridge runs or not.`;

interface PlaceOptions extends ConfigOptions {
  readonly dataDirectory?: string;
}

interface LetterOptions extends PlaceOptions {
  readonly output?: string;
  readonly reason?: string;
  readonly id?: readonly number[];
}

interface ListOptions extends LetterOptions {
  readonly limit?: number;
  readonly format: 'text' | 'lp';
}

interface ChangeOptions extends LetterOptions {
  readonly all?: boolean;
}

/** Letters that are listed for people unless they ask for more. */
const LISTED = 20;

/** `wattbridge queue`: what waits for the outputs and what they refused, from outside the bridge that runs. */
export function queueCommand(finish: Finish): Command {
  const queue = new Command('queue').description('look into the queues, and send again what was refused').addHelpText('after', EXAMPLES);
  const status = placed('status', 'what waits for each output, and how many dead letters there are').action(
    async (files: string[], options: PlaceOptions) => finish(await inDirectory(files, options, showStatus)),
  );
  const dead = filtered('dead', 'list what servers refused for good, the oldest first')
    .option('--limit <number>', `at most so many; ${LISTED} unless told otherwise, all with --format lp`, parseCount)
    .addOption(new Option('--format <format>', 'for people, or as line protocol').choices(['text', 'lp']).default('text'))
    .action(async (files: string[], options: ListOptions) =>
      finish(await inDirectory(files, options, (directory) => showLetters(directory, options))),
    );
  const changes = (['replay', 'drop'] as const).map((action) =>
    filtered(action, action === 'replay' ? 'send dead letters again' : 'forget dead letters')
      .option('--all', 'all of them')
      .action(async (files: string[], options: ChangeOptions) =>
        finish(await inDirectory(files, options, (directory) => change(directory, action, options))),
      ),
  );
  for (const command of [status, dead, ...changes]) queue.addCommand(command);
  return queue;
}

function placed(name: string, description: string): Command {
  const command = new Command(name)
    .description(description)
    .argument('[files...]', 'the pipeline whose queues they are, as it is given to run')
    .option('--data-directory <folder>', 'where they are, instead of a pipeline');
  return addConfigOptions(command);
}

function filtered(name: string, description: string): Command {
  return placed(name, description)
    .option('--output <name>', 'only those of this output, as in outputs.influxdb')
    .option('--reason <words>', "only those with these words in the server's, in any case of letters")
    .option('--id <ids>', 'only these, as in 17,18', parseIds);
}

/** Runs a command on the data directory that the options mean. */
async function inDirectory(
  files: readonly string[],
  options: PlaceOptions,
  run: (directory: string) => ExitCode | Promise<ExitCode>,
): Promise<ExitCode> {
  const directory = await directoryOf(files, options);
  if (typeof directory === 'number') return directory;
  try {
    return await run(directory);
  } catch (error) {
    printError(`wattbridge: ${errorText(error)}`);
    return ExitCode.failed;
  }
}

/** The data directory that the options mean; or the code to end with, and has printed why. */
async function directoryOf(named: readonly string[], options: PlaceOptions): Promise<string | ExitCode> {
  if (options.dataDirectory !== undefined) return options.dataDirectory;
  const question = 'whose queue? Name the pipeline (wattbridge queue status pipelines/pau-kvm.yaml), or give --data-directory';
  const loaded = await namedPipeline(named, options, needsPipeline(question));
  if (typeof loaded === 'number') return loaded;
  const { queue_driver: driver, data_directory: configured } = loaded.config.agent;
  if (driver !== 'memory') return dataDirectory(configured, loaded.files, process.cwd());
  printError('wattbridge: the queues of this pipeline are in memory (agent.queue_driver); /metrics of the bridge tells of them');
  return ExitCode.failed;
}

function showStatus(directory: string): ExitCode {
  return reading(directory, (reader) => print(statusText(reader.outputs(), Date.now())));
}

function showLetters(directory: string, options: ListOptions): ExitCode {
  const isText = options.format === 'text';
  const limit = options.limit ?? (isText ? LISTED : Number.MAX_SAFE_INTEGER - 1);
  return reading(directory, (reader) => {
    const letters = reader.deadLetters(filterOf(options), limit + 1);
    for (const letter of letters.slice(0, limit)) {
      if (isText) print(letterText(letter, registry.outputs));
      else printLines(letterLines(letter, registry.outputs));
    }
    if (letters.length === 0) printError(isEmpty(filterOf(options)) ? 'no dead letters' : 'no dead letters that match');
    if (letters.length > limit) printError(`there are more; --limit ${limit * 10} lists more of them`);
  });
}

/** As they are, for a file or a program; on a terminal, nothing in them may steer it. */
function printLines(bytes: Buffer): void {
  if (!terminal.isLive) return printBytes(bytes);
  for (const line of decodeText(bytes, 0, bytes.length).trimEnd().split('\n')) print(printable(line));
}

function reading(directory: string, use: (reader: QueueFileReader) => void): ExitCode {
  const reader = new QueueFileReader(directory);
  try {
    use(reader);
    return ExitCode.ok;
  } finally {
    reader.close();
  }
}

async function change(directory: string, action: 'replay' | 'drop', options: ChangeOptions): Promise<ExitCode> {
  const filter = filterOf(options);
  if (isEmpty(filter) && options.all !== true) {
    printError(`wattbridge: which ones? Say --id, --output or --reason, or --all; wattbridge queue dead lists them`);
    return ExitCode.usage;
  }
  const count = await changeDeadLetters(directory, action, filter);
  const letters = `${count.toLocaleString('en')} dead letter${count === 1 ? '' : 's'}`;
  print(action === 'replay' ? `${letters} put back at the end of the queue` : `${letters} forgotten`);
  const missing = new Set(options.id).size - count;
  if (missing <= 0) return ExitCode.ok;
  printError(`wattbridge: no such dead letter: ${missing} of the ids given; wattbridge queue dead lists those there are`);
  return ExitCode.failed;
}

function isEmpty(filter: DeadLetterFilter): boolean {
  return Object.keys(filter).length === 0;
}

function filterOf({ output, reason, id }: LetterOptions): DeadLetterFilter {
  return { ...(output !== undefined && { output }), ...(reason !== undefined && { reason }), ...(id !== undefined && { ids: id }) };
}

function parseIds(text: string): readonly number[] {
  return text.split(',').map((id) => parseCount(id.trim()));
}

function parseCount(text: string): number {
  if (!/^[1-9]\d*$/.test(text)) throw new InvalidArgumentError('give whole numbers from 1, as in 17.');
  return Number(text);
}
