/** Makes the parts of a pipeline from its configuration. No I/O: nothing listens, reads or connects yet. */
import { hostname } from 'node:os';
import type { AgentConfig, Filter } from '../config/common.ts';
import { ConfigError, type Diagnostic } from '../config/diagnostics.ts';
import { explainConfigError } from '../config/load.ts';
import type { ConfiguredPlugin, PipelineConfig } from '../config/pipeline-config.ts';
import type { PluginGroup } from '../config/plugin-groups.ts';
import type { Sources } from '../config/source.ts';
import { Interner } from '../metric/interner.ts';
import type { Store } from '../queue/store.ts';
import type { LogLevel } from '../telemetry/log-level.ts';
import type { Logger } from '../telemetry/log.ts';
import type { SelfMetrics } from '../telemetry/self-metrics.ts';
import { AggregatorStage } from './aggregator-stage.ts';
import { DeliveryPoint, type OutputStep, type Tap } from './delivery.ts';
import { MetricFilter } from './filter.ts';
import { Flow, type AggregatorStep, type ProcessorStep } from './flow.ts';
import { InputRunner } from './input-runner.ts';
import { InputStage } from './input-stage.ts';
import { OutputStage } from './output-stage.ts';
import type { AnyDefinition, Clock, PluginContext, PluginKind, Registry } from './plugin.ts';
import { PluginNames } from './plugin-names.ts';
import { precisionNs } from './precision.ts';
import { createProcessorStage } from './processor-stage.ts';
import { Sender } from './sender.ts';

/** What a pipeline needs from its surroundings. */
export interface Services {
  readonly registry: Registry;
  readonly store: Store;
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

export interface Parts {
  readonly interner: Interner;
  readonly inputs: readonly InputRunner[];
  readonly flow: Flow;
  readonly delivery: DeliveryPoint;
  readonly senders: ReadonlyMap<string, Sender>;
}

const DEFAULT_BATCH_SIZE = 1000;

/** The parts, or what the plugins found wrong with their options: all of it, not only the first. */
export function buildParts(config: PipelineConfig, services: Services): Parts | { readonly diagnostics: readonly Diagnostic[] } {
  const builder = new Builder(config, services);
  const parts = builder.build();
  return builder.diagnostics.length > 0 ? { diagnostics: builder.diagnostics } : parts;
}

class Builder {
  readonly diagnostics: Diagnostic[] = [];
  readonly #config: PipelineConfig;
  readonly #services: Services;
  readonly #interner = new Interner();
  readonly #names = new Map<string, PluginNames>();

  constructor(config: PipelineConfig, services: Services) {
    this.#config = config;
    this.#services = services;
  }

  build(): Parts {
    const { metrics } = this.#services;
    metrics.interner(this.#interner);
    const flow = this.#flow();
    const senders = new Map<string, Sender>();
    const delivery = new DeliveryPoint(this.#services.store, this.#outputs(senders), this.#services.tap);
    return { interner: this.#interner, inputs: this.#inputs(flow, delivery), flow, delivery, senders };
  }

  #inputs(flow: Flow, delivery: DeliveryPoint): InputRunner[] {
    const { agent } = this.#config;
    const runners: InputRunner[] = [];
    for (const configured of this.#config.inputs) {
      const { options } = configured;
      const made = this.#make('inputs', configured, this.#services.registry.inputs);
      if (made === undefined) continue;
      const { name, plugin, context, filter } = made;
      // As in Telegraf, 0 is as good as unset, here and for what follows.
      const intervalMs = options.interval || agent.interval;
      const isPolled = !('start' in plugin);
      runners.push(
        new InputRunner({
          name,
          input: plugin,
          log: context.log,
          metrics: this.#services.metrics.plugin(name),
          stage: new InputStage({
            interner: this.#interner,
            filter,
            common: options,
            globalTags: this.#globalTags(),
            alwaysIncludeLocalTags: agent.always_include_local_tags,
            alwaysIncludeGlobalTags: agent.always_include_global_tags,
            precisionNs: isPolled
              ? precisionNs(options.precision, agent.precision, intervalMs)
              : Math.max(1, Math.round((options.precision ?? 0) * 1e6)),
          }),
          ticker: {
            intervalMs,
            round: agent.round_interval,
            offsetMs: options.collection_offset || agent.collection_offset,
            jitterMs: options.collection_jitter || agent.collection_jitter,
            nowMs: () => this.#services.clock.now().ms,
          },
          startupErrorBehavior: options.startup_error_behavior,
          deliver: (points) => delivery.deliver(() => flow.process(points())),
        }),
      );
    }
    return runners;
  }

  #flow(): Flow {
    const { agent, aggregators } = this.#config;
    const runsAfter = aggregators.length > 0 && !agent.skip_processors_after_aggregators;
    return new Flow({
      before: agent.skip_processors_before_aggregators ? [] : this.#processors(''),
      aggregators: this.#aggregators(),
      after: runsAfter ? this.#processors('after/') : [],
      nowMs: () => this.#services.clock.now().ms,
    });
  }

  /** The processors in their order. `instance` keeps the state of the two sets apart. */
  #processors(instance: string): ProcessorStep[] {
    const steps: ProcessorStep[] = [];
    const ordered = this.#config.processors.toSorted((a, b) => a.options.order - b.options.order);
    for (const configured of ordered) {
      const made = this.#make('processors', configured, this.#services.registry.processors, instance);
      if (made === undefined) continue;
      const { name, plugin, filter } = made;
      steps.push({
        stage: createProcessorStage(this.#interner, filter, plugin),
        processor: plugin,
        metrics: this.#services.metrics.plugin(name),
      });
    }
    return steps;
  }

  #aggregators(): AggregatorStep[] {
    const { agent } = this.#config;
    const steps: AggregatorStep[] = [];
    for (const configured of this.#config.aggregators) {
      const made = this.#make('aggregators', configured, this.#services.registry.aggregators);
      if (made === undefined) continue;
      const { name, plugin, filter } = made;
      const metrics = this.#services.metrics.plugin(name);
      const options = {
        interner: this.#interner,
        filter,
        common: configured.options,
        roundInterval: agent.round_interval,
        onOutside: () => metrics.drop('outside_window', 1),
      };
      steps.push({ stage: new AggregatorStage(plugin, options, this.#services.clock.now().ms), metrics });
    }
    return steps;
  }

  #outputs(senders: Map<string, Sender>): OutputStep[] {
    const { agent } = this.#config;
    const { metrics, store } = this.#services;
    const steps: OutputStep[] = [];
    for (const configured of this.#config.outputs) {
      const { options } = configured;
      const made = this.#make('outputs', configured, this.#services.registry.outputs);
      if (made === undefined) continue;
      const { name, plugin, context, filter } = made;
      const batchSize = batchSizeOf(options.metric_batch_size, agent);
      const queue = store.queue(name);
      steps.push({ name, stage: new OutputStage(this.#interner, filter, options, plugin, batchSize), metrics: metrics.plugin(name) });
      senders.set(
        name,
        new Sender({
          output: plugin,
          queue,
          batchSize,
          flushIntervalMs: options.flush_interval || agent.flush_interval,
          flushJitterMs: options.flush_jitter || agent.flush_jitter,
          log: context.log,
          metrics: metrics.plugin(name),
          onAttempt: metrics.output(name, () => queue.depth),
        }),
      );
    }
    return steps;
  }

  /** One plugin with its name, context and filter; undefined, and a diagnostic more, when its options contradict each other. */
  #make<Plugin>(
    group: PluginGroup,
    configured: ConfiguredPlugin<Filter & { alias?: string | undefined; log_level?: LogLevel | undefined }>,
    definitions: ReadonlyMap<string, AnyDefinition<PluginKind, Plugin>>,
    instance = '',
  ): { name: string; plugin: Plugin; context: PluginContext; filter: MetricFilter } | undefined {
    const { id, options } = configured;
    const definition = definitions.get(id);
    if (definition === undefined) throw new Error(`no plugin ${group}.${id} although the configuration was checked`);
    const name = this.#name(instance, `${group}.${id}`, options.alias);
    const context = this.#context(name, instance, options.log_level);
    try {
      const filter = new MetricFilter(options, { interner: this.#interner, clock: this.#services.clock, log: context.log });
      return { name, plugin: definition.create(options, context), context, filter };
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      // The second set of processors would say the same again.
      if (instance === '') this.diagnostics.push(explainConfigError(error, `${group}.${id}`, configured, this.#services.sources));
      return undefined;
    }
  }

  /** Each set of processors has names of its own. */
  #name(instance: string, plugin: string, alias: string | undefined): string {
    const names = this.#names.get(instance) ?? new PluginNames();
    this.#names.set(instance, names);
    return names.next(plugin, alias);
  }

  #context(name: string, instance: string, level: LogLevel | undefined): PluginContext {
    const { store, logger, metrics, clock, baseDirectory } = this.#services;
    const counters = metrics.plugin(name);
    return {
      name,
      log: logger.plugin(name, level),
      clock,
      interner: this.#interner,
      baseDirectory,
      state: (spec) => store.state({ ...spec, name: `${instance}${name}/${spec.name}` }),
      drop: (reason, points = 1) => counters.drop(reason, points),
      error: () => counters.error(),
    };
  }

  /** The `host` tag comes from the agent, whatever `global_tags` says, unless it is omitted. */
  #globalTags(): Record<string, string> {
    const { agent, globalTags } = this.#config;
    if (agent.omit_hostname) return { ...globalTags };
    return { ...globalTags, host: agent.hostname === '' ? hostname() : agent.hostname };
  }
}

function batchSizeOf(own: number | undefined, agent: AgentConfig): number {
  return own ?? (agent.metric_batch_size > 0 ? agent.metric_batch_size : DEFAULT_BATCH_SIZE);
}
