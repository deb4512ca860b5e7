/** A pipeline as a Mermaid flowchart: inputs, processors in their order, aggregators beside them, outputs. */
import type { Filter } from '../config/common.ts';
import type { ConfiguredPlugin, PipelineConfig } from '../config/pipeline-config.ts';
import { kindOf, type PluginGroup } from '../config/plugin-groups.ts';

type Drawn = ConfiguredPlugin<Filter & { readonly alias?: string | undefined }>;

interface Box {
  readonly id: string;
  readonly line: string;
}

/** Filters that decide whether a point goes this way; those that only cut fields and tags are left out of the picture. */
const SELECTORS = ['namepass', 'namedrop', 'tagpass', 'tagdrop', 'metricpass'] as const;

/** The text of the flowchart, from left to right. */
export function mermaidText(config: PipelineConfig): string {
  const { agent } = config;
  const inputs = boxes('inputs', config.inputs);
  const processors = boxes(
    'processors',
    config.processors.toSorted((a, b) => a.options.order - b.options.order),
  );
  const aggregators = boxes('aggregators', config.aggregators);
  const outputs = boxes('outputs', config.outputs);
  const chain = processors.slice(1).map((box, index) => `${processors[index].id} --> ${box.id}`);
  // Without a processor, inputs lead straight to what comes behind.
  const first = processors.at(0);
  const last = processors.at(-1);
  const entries = first === undefined ? [] : join(inputs, [first]);
  const exits = last === undefined ? inputs : [last];
  const feeds = agent.skip_processors_before_aggregators ? inputs : exits;
  const returns = first === undefined || agent.skip_processors_after_aggregators ? outputs : [first];
  const style = returns === outputs ? '-->' : '-. once more .->';
  return [
    'flowchart LR',
    ...[...inputs, ...processors, ...aggregators, ...outputs].map((box) => box.line),
    ...[...entries, ...chain, ...join(feeds, aggregators), ...join(aggregators, returns, style), ...join(exits, outputs)].map(
      (line) => `  ${line}`,
    ),
  ].join('\n');
}

function boxes(group: PluginGroup, plugins: readonly Drawn[]): Box[] {
  return plugins.map((plugin, index) => {
    const id = `${kindOf(group)}${index + 1}`;
    return { id, line: `  ${id}["${label(group, plugin)}"]` };
  });
}

function join(from: readonly Box[], to: readonly Box[], arrow = '-->'): string[] {
  return from.flatMap((start) => to.map((end) => `${start.id} ${arrow} ${end.id}`));
}

function label(group: PluginGroup, { id, options }: Drawn): string {
  const alias = options.alias === undefined ? '' : ` (${options.alias})`;
  const selectors = SELECTORS.filter((name) => options[name] !== undefined).map((name) => `${name} ${JSON.stringify(options[name])}`);
  return [`${group}.${id}${alias}`, ...selectors].map(escaped).join('<br>');
}

/** Aliases and globs come from a file: nothing in them may end the label or be read as HTML. */
function escaped(text: string): string {
  return text.replaceAll(/[^\w .,:()*?/[\]{}-]/g, (character) => `#${character.codePointAt(0)};`);
}
