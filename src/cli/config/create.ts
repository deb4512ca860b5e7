import { Command } from 'commander';
import { isPluginGroup, PLUGIN_GROUPS } from '../../config/plugin-groups.ts';
import { sampleConfig } from '../../config/sample.ts';
import { tomlSpelling, yamlSpelling } from '../../config/sample-spelling.ts';
import { nearest } from '../../config/suggest.ts';
import { registry } from '../../plugins/registry.generated.ts';
import { collectIds } from '../config-options.ts';
import { ExitCode, type Finish } from '../exit-code.ts';
import { print, printError } from '../print.ts';

interface CreateOptions {
  readonly toml?: boolean;
  readonly sectionFilter?: readonly string[];
  readonly inputFilter?: readonly string[];
  readonly processorFilter?: readonly string[];
  readonly aggregatorFilter?: readonly string[];
  readonly outputFilter?: readonly string[];
}

const SECTIONS = ['global_tags', 'agent', ...PLUGIN_GROUPS];

/** `wattbridge config create`, which is also `wattbridge config`: a commented sample. The filters are Telegraf's. */
export function createCommand(name: string, finish: Finish): Command {
  return new Command(name)
    .description('print a commented sample of a pipeline')
    .option('--toml', 'as Telegraf writes it, instead of YAML')
    .option('--section-filter <sections>', `only these, of ${SECTIONS.join(':')}`, collectIds)
    .option('--input-filter <ids>', 'only these inputs, as in cpu:net', collectIds)
    .option('--processor-filter <ids>', 'only these processors', collectIds)
    .option('--aggregator-filter <ids>', 'only these aggregators', collectIds)
    .option('--output-filter <ids>', 'only these outputs', collectIds)
    .action((options: CreateOptions) => finish(create(options)));
}

function create(options: CreateOptions): ExitCode {
  const { sectionFilter: sections, toml } = options;
  const plugins = {
    inputs: options.inputFilter,
    processors: options.processorFilter,
    aggregators: options.aggregatorFilter,
    outputs: options.outputFilter,
  };
  const problem = sectionProblem(sections ?? []) ?? pluginProblem(plugins);
  if (problem !== undefined) {
    printError(`wattbridge: ${problem}`);
    return ExitCode.usage;
  }
  print(sampleConfig(registry, { sections, plugins }, toml ? tomlSpelling : yamlSpelling).trimEnd());
  return ExitCode.ok;
}

function sectionProblem(sections: readonly string[]): string | undefined {
  const unknown = sections.find((section) => !SECTIONS.includes(section));
  return unknown === undefined ? undefined : `there is no section "${unknown}"; there are ${SECTIONS.join(', ')}`;
}

function pluginProblem(plugins: Readonly<Record<string, readonly string[] | undefined>>): string | undefined {
  for (const [group, ids = []] of Object.entries(plugins)) {
    const known = isPluginGroup(group) ? [...registry[group].keys()] : [];
    const unknown = ids.find((id) => !known.includes(id));
    if (unknown === undefined) continue;
    const meant = nearest(unknown, known);
    return `there is no plugin ${group}.${unknown}; ${meant === undefined ? 'wattbridge plugins lists what there is' : `did you mean "${meant}"?`}`;
  }
  return undefined;
}
