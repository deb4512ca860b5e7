import type { Sources } from '../config/source.ts';
import type { Store } from '../queue/store.ts';
import type { Logger } from '../telemetry/log.ts';
import type { SelfMetrics } from '../telemetry/self-metrics.ts';
import type { Tap } from './delivery.ts';
import type { Clock, Registry } from './plugin.ts';

/** What a pipeline needs from its surroundings. */
export interface Services {
  readonly registry: Registry;
  readonly store: Store;
  /** False where what is queued is sent by other processes; outputs only encode then. */
  readonly sends?: boolean;
  readonly logger: Logger;
  readonly metrics: SelfMetrics;
  readonly clock: Clock;
  /** Relative paths in options start here. */
  readonly baseDirectory: string;
  /** Shown everything that reaches the outputs; for `--test` and the pipelines' own tests. */
  readonly tap?: Tap;
  /** The files, for diagnostics that show their lines. */
  readonly sources?: Sources;
}
