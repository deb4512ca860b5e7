import type { DeliveryState } from '../telemetry/delivery-metrics.ts';

/** What the pipeline says about its state when the admin server asks. */
export interface Health {
  readonly version: string;
  readonly uptimeSeconds: number;
  /** Why no points can be taken now (starting, a full queue, stopping); empty when they can: then the bridge is ready. */
  readonly notReady: readonly string[];
  /** What is wrong with the queues' disk or file, in words; empty when nothing is. */
  readonly troubles: readonly string[];
  readonly outputs: readonly OutputHealth[];
}

export interface OutputHealth {
  readonly name: string;
  readonly state: DeliveryState;
  readonly queuedPoints: number;
  /** How long the oldest payload has been waiting; 0 when none is. */
  readonly oldestSeconds: number;
  /** The words of the last failure, while it lasts. */
  readonly reason?: string;
}

/** The body of `/healthz`: alive, and `degraded` while an output can't deliver or the queue's file has suffered. Names are snake_case, as in the configuration. */
export function healthBody(health: Health): object {
  const isDegraded =
    health.troubles.length > 0 || health.outputs.some((output) => output.state === 'retrying' || output.state === 'refusing');
  return {
    status: isDegraded ? 'degraded' : 'ok',
    version: health.version,
    uptime_seconds: toMillis(health.uptimeSeconds),
    ...(health.troubles.length > 0 && { reasons: health.troubles }),
    outputs: health.outputs.map((output) => ({
      name: output.name,
      state: output.state,
      queued_points: output.queuedPoints,
      oldest_seconds: toMillis(output.oldestSeconds),
      ...(output.reason !== undefined && { reason: output.reason }),
    })),
  };
}

/** The body of `/readyz`. */
export function readyBody({ notReady }: Health): object {
  return { status: notReady.length === 0 ? 'ready' : 'not ready', reasons: notReady };
}

function toMillis(seconds: number): number {
  return Math.round(seconds * 1000) / 1000;
}
