import { stat, writeFile } from 'node:fs/promises';
import { Command } from 'commander';
import { convertToYaml } from '../../config/convert/convert.ts';
import { formatDiagnostics } from '../../config/diagnostics.ts';
import { readFailure, readSource, type Source } from '../../config/source.ts';
import { registry } from '../../plugins/registry.generated.ts';
import { ExitCode, type Finish } from '../exit-code.ts';
import { printDiagnostics } from '../load.ts';
import { print, printError } from '../print.ts';

interface ConvertOptions {
  readonly config?: string;
  readonly output?: string;
  readonly force?: boolean;
}

const EXAMPLES = `
Examples:
  wattbridge config convert telegraf.conf                     to the terminal
  wattbridge config convert telegraf.conf -o telegraf.yaml
  for f in telegraf.d/*.conf; do wattbridge config convert $f -o \${f%.conf}.yaml; done

Both files mean the same. Comments, variables and secrets stay as they are; options that Telegraf ignores become comments.
Exit code 78 when something in it does not work here: it is written all the same, and said what it is.`;

/** `wattbridge config convert`: a telegraf.conf as YAML. */
export function convertCommand(finish: Finish): Command {
  return new Command('convert')
    .description('write a telegraf.conf as YAML, comments kept')
    .argument('[file]', 'the telegraf.conf')
    .option('--config <file>', 'the same')
    .option('-o, --output <file>', 'a file to write, named *.yaml')
    .option('--force', 'write over a file that is there')
    .addHelpText('after', EXAMPLES)
    .action(async (file: string | undefined, options: ConvertOptions) => finish(await convert(file ?? options.config, options)));
}

async function convert(file: string | undefined, { output, force = false }: ConvertOptions): Promise<ExitCode> {
  if (file === undefined) return usage('which file? As in: wattbridge config convert telegraf.conf -o telegraf.yaml');
  if (output !== undefined && !/\.ya?ml$/i.test(output)) {
    return usage(`${output}: what is not named *.yaml is read as TOML; give it such a name`);
  }
  const read = await readSource(file, { env: process.env });
  if ('diagnostic' in read) {
    printDiagnostics([read.diagnostic]);
    return ExitCode.badConfig;
  }
  if (read.source.format === 'yaml') return usage(`${file} is YAML already`);
  return write(read.source, file, output, force);
}

async function write(source: Source, file: string, output: string | undefined, force: boolean): Promise<ExitCode> {
  const { yaml, diagnostics } = convertToYaml(source, registry, { env: process.env });
  if (yaml === undefined) {
    printDiagnostics(diagnostics);
    return ExitCode.badConfig;
  }
  if (output === undefined) {
    print(yaml.trimEnd());
  } else {
    const problem = await save(yaml, output, { mode: await modeOf(file), flag: force ? 'w' : 'wx' });
    if (problem !== undefined) return usage(problem);
  }
  if (diagnostics.length === 0) return ExitCode.ok;
  printError(formatDiagnostics(diagnostics));
  printError(
    `wattbridge: it is written, with ${diagnostics.length === 1 ? 'one thing' : `${diagnostics.length} things`} in it to put right`,
  );
  return ExitCode.badConfig;
}

/** What is wrong, when it could not be saved. */
async function save(text: string, file: string, options: { readonly mode: number; readonly flag: string }): Promise<string | undefined> {
  try {
    await writeFile(file, text, options);
    return undefined;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return `${file} is there already; --force writes over it`;
    return `${file} can't be written: ${readFailure(error)}`;
  }
}

/** As many may read the new file as the old one: there may be passwords in it. */
async function modeOf(file: string): Promise<number> {
  try {
    return (await stat(file)).mode & 0o777;
  } catch {
    return 0o600;
  }
}

function usage(problem: string): ExitCode {
  printError(`wattbridge: ${problem}`);
  return ExitCode.usage;
}
