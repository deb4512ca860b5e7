import { Command } from 'commander';
import { addConfigOptions, configFiles, type ConfigOptions } from './config-options.ts';
import { ExitCode, type Finish } from './exit-code.ts';
import { loadPipeline, printDiagnostics } from './load.ts';
import { mermaidText } from './mermaid.ts';
import { print, printError } from './print.ts';

const EXAMPLES = `
Examples:
  wattbridge graph pipelines/pau-kvm.yaml
  wattbridge graph pipelines/pau-kvm.yaml > pipeline.mmd     paste it into Markdown, between \`\`\`mermaid and \`\`\``;

/** `wattbridge graph`: a picture of a pipeline, as Mermaid text. */
export function graphCommand(finish: Finish): Command {
  const command = new Command('graph')
    .description('draw a pipeline as Mermaid text')
    .argument('[files...]', 'the pipeline; several files make one');
  return addConfigOptions(command)
    .addHelpText('after', EXAMPLES)
    .action(async (files: string[], options: ConfigOptions) => finish(await graph(files, options)));
}

async function graph(named: readonly string[], options: ConfigOptions): Promise<ExitCode> {
  const files = await configFiles(named, options);
  if ('message' in files) {
    printDiagnostics([files]);
    return ExitCode.badConfig;
  }
  if (files.length === 0) {
    printError('wattbridge: which pipeline? Name a file: wattbridge graph pipelines/pau-kvm.yaml');
    return ExitCode.usage;
  }
  const loaded = await loadPipeline(files, options);
  if (loaded === undefined) return ExitCode.badConfig;
  print(mermaidText(loaded.config));
  return ExitCode.ok;
}
