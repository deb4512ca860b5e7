import type { PipelineConfig } from '../config/pipeline-config.ts';
import type { QueueBounds } from '../queue/memory.ts';
import { PluginNames } from './plugin-names.ts';

/** What an output's queue may hold where nobody set a number of points. */
const DEFAULT_MAX_BYTES = 64 * 1024 * 1024;

/** How much each output's queue may hold, by the output's name: its own `metric_buffer_limit`, else the agent's, else 64 MiB. */
export function queueBounds({ agent, outputs }: Pick<PipelineConfig, 'agent' | 'outputs'>): (output: string) => QueueBounds {
  const names = new PluginNames();
  const bounds = new Map(
    outputs.map(({ id, options }) => [
      names.next(`outputs.${id}`, options.alias),
      boundsOf(options.metric_buffer_limit ?? agent.metric_buffer_limit),
    ]),
  );
  return (output) => bounds.get(output) ?? boundsOf(agent.metric_buffer_limit);
}

function boundsOf(points: number): QueueBounds {
  return points > 0 ? { maxPoints: points, maxBytes: Infinity } : { maxPoints: Infinity, maxBytes: DEFAULT_MAX_BYTES };
}
