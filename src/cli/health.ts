import type { Health } from '../admin/health.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import type { Store } from '../queue/store.ts';
import { version } from './version.ts';

/** What the admin server tells of a pipeline that runs in this process. */
export function pipelineHealth(pipeline: Pipeline, store: Store): Health {
  const { reasons, outputs } = pipeline.health();
  return {
    version: version(),
    uptimeSeconds: process.uptime(),
    notReady: reasons,
    troubles: store.health(),
    outputs: [...outputs].map(([name, { state, reason }]) => {
      const { points, oldestMs } = store.queue(name).depth;
      return {
        name,
        state,
        queuedPoints: points,
        oldestSeconds: oldestMs === undefined ? 0 : Math.max(0, (Date.now() - oldestMs) / 1000),
        ...(reason !== '' && { reason }),
      };
    }),
  };
}
