import type { Sources } from '../config/source.ts';
import type { Store } from '../queue/store.ts';
import type { Logger } from '../telemetry/log.ts';
import type { SelfMetrics } from '../telemetry/self-metrics.ts';
import type { Tap } from './delivery.ts';
import type { Clock } from './plugin.ts';
import type { Registry } from './registry.ts';
import type { PortUser } from './ports.ts';
import type { Window } from './window.ts';

/** What a pipeline hands to the one that takes over from it, beside what is in the store. */
export interface Handover {
  /** The windows of arrival that were open, by the aggregator's name: the rest of them is still to come. */
  readonly windows: ReadonlyMap<string, Window>;
}

/** What a pipeline needs from its surroundings. */
export interface Services {
  readonly registry: Registry;
  readonly store: Store;
  /** False where what is queued is sent by other processes; outputs only encode then. */
  readonly sends?: boolean;
  readonly logger: Logger;
  readonly metrics: SelfMetrics;
  readonly clock: Clock;
  readonly ports: PortUser;
  /** Set where the pipeline takes over from one that ran in this process. */
  readonly handover?: Handover;
  /** Relative paths in options start here. */
  readonly baseDirectory: string;
  /** Shown everything that reaches the outputs; for `--test` and the pipelines' own tests. */
  readonly tap?: Tap;
  /** The files, for diagnostics that show their lines. */
  readonly sources?: Sources;
}
