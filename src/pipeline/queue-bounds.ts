import type { OutputCommon } from '../config/common.ts';
import type { PipelineConfig } from '../config/pipeline-config.ts';
import type { QueueBounds } from '../queue/store.ts';
import { PluginNames } from './plugin-names.ts';

/** How much each output's queue may hold, by the output's name; `defaultBytes` where nobody set a number of points or bytes. */
export function queueBounds(
  { agent, outputs }: Pick<PipelineConfig, 'agent' | 'outputs'>,
  defaultBytes: number,
): (output: string) => QueueBounds {
  const names = outputNames(outputs);
  const bounds = new Map(
    outputs.map(({ options }, at) => [
      names[at],
      boundsOf(options, options.metric_buffer_limit ?? agent.metric_buffer_limit, defaultBytes),
    ]),
  );
  return (output) => bounds.get(output) ?? boundsOf(undefined, agent.metric_buffer_limit, defaultBytes);
}

/** The names of the outputs, as logs, metrics and queues have them. */
export function outputNames(outputs: PipelineConfig['outputs']): readonly string[] {
  const names = new PluginNames();
  return outputs.map(({ id, options }) => names.next(`outputs.${id}`, options.alias));
}

function boundsOf(options: OutputCommon | undefined, points: number, defaultBytes: number): QueueBounds {
  const isCounted = points > 0;
  return {
    maxPoints: isCounted ? points : Infinity,
    maxBytes: options?.queue_max_bytes || (isCounted ? Infinity : defaultBytes),
    maxAgeMs: options?.queue_max_age || Infinity,
    overflow: options?.overflow ?? (mayBeMissing(options) ? 'drop_oldest' : 'block'),
  };
}

/** Whether the configuration says that the output's server may not be there: then it must not hold up the others. */
function mayBeMissing(options: OutputCommon | undefined): boolean {
  return options?.startup_error_behavior === 'ignore' || options?.startup_error_behavior === 'probe';
}
