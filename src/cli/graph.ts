import { Command } from 'commander';
import { addConfigOptions, type ConfigOptions } from './config-options.ts';
import { ExitCode, type Finish } from './exit-code.ts';
import { mermaidText } from './mermaid.ts';
import { namedPipeline, needsPipeline } from './named-pipeline.ts';
import { print } from './print.ts';

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
  const question = 'which pipeline? Name a file: wattbridge graph pipelines/pau-kvm.yaml';
  const loaded = await namedPipeline(named, options, needsPipeline(question));
  if (typeof loaded === 'number') return loaded;
  print(mermaidText(loaded.config));
  return ExitCode.ok;
}
