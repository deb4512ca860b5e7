import type { AgentConfig } from '../config/common.ts';
import type { PipelineConfig } from '../config/pipeline-config.ts';
import type { Batching } from '../queue/redis/relay.ts';
import { outputNames } from './queue-bounds.ts';

const DEFAULT_BATCH_SIZE = 1000;

/** Most points in one request, of an output's own option and the agent's. */
export function batchSizeOf(own: number | undefined, agent: AgentConfig): number {
  return own ?? (agent.metric_batch_size > 0 ? agent.metric_batch_size : DEFAULT_BATCH_SIZE);
}

/** How an output's points are gathered to what others send, by the output's name: as if they were sent here. */
export function batchings({ agent, outputs }: Pick<PipelineConfig, 'agent' | 'outputs'>): (output: string) => Batching {
  const names = outputNames(outputs);
  const known = new Map(
    outputs.map(({ options }, at) => [
      names[at],
      { points: batchSizeOf(options.metric_batch_size, agent), lingerMs: options.flush_interval || agent.flush_interval },
    ]),
  );
  return (output) => known.get(output) ?? { points: batchSizeOf(undefined, agent), lingerMs: agent.flush_interval };
}
