/** Makes the parts of a pipeline from its configuration. No I/O: nothing listens, reads or connects yet. */
import { hostname } from 'node:os';
import type { InputCommon, OutputCommon } from '../config/common.ts';
import type { Diagnostic } from '../config/diagnostics.ts';
import type { ConfiguredPlugin, PipelineConfig } from '../config/pipeline-config.ts';
import { Interner } from '../metric/interner.ts';
import { NS_PER_MS } from '../metric/time.ts';
import { AggregatorStage } from './aggregator-stage.ts';
import { batchSizeOf } from './batching.ts';
import { DeliveryPoint, type OutputStep } from './delivery.ts';
import { Flow, type AggregatorStep, type ProcessorStep } from './flow.ts';
import { InputRunner } from './input-runner.ts';
import { InputStage } from './input-stage.ts';
import { OutputStage } from './output-stage.ts';
import type { Aggregator, Input, Output } from './plugin.ts';
import { PluginFactory, type MadePlugin } from './plugin-factory.ts';
import { precisionNs } from './precision.ts';
import { createProcessorStage } from './processor-stage.ts';
import { MAX_LEAD_MS, Sender } from './sender.ts';
import type { Services } from './services.ts';
import type { WindowJournal } from './window-journal.ts';

/** A pipeline, not started yet. */
export interface Parts {
  readonly interner: Interner;
  readonly inputs: readonly InputRunner[];
  readonly flow: Flow;
  readonly delivery: DeliveryPoint;
  readonly senders: ReadonlyMap<string, Sender>;
  /** The names of all states that its plugins keep. */
  readonly stateNames: ReadonlySet<string>;
}

/** The parts, or what the plugins found wrong with their options: all of it, not only the first. */
export function buildParts(config: PipelineConfig, services: Services): Parts | { readonly diagnostics: readonly Diagnostic[] } {
  const builder = new Builder(config, services);
  const parts = builder.build();
  return builder.diagnostics.length > 0 ? { diagnostics: builder.diagnostics } : parts;
}

class Builder {
  readonly #config: PipelineConfig;
  readonly #services: Services;
  readonly #interner = new Interner();
  readonly #plugins: PluginFactory;

  constructor(config: PipelineConfig, services: Services) {
    this.#config = config;
    this.#services = services;
    this.#plugins = new PluginFactory(services, this.#interner);
  }

  /** What the plugins found wrong so far. */
  get diagnostics(): readonly Diagnostic[] {
    return this.#plugins.diagnostics;
  }

  build(): Parts {
    const { metrics, store } = this.#services;
    metrics.beginPipeline({ interner: this.#interner, deadLetters: store.deadLetters });
    const flow = this.#flow();
    const { steps, senders } = this.#outputs();
    const delivery = new DeliveryPoint(store, steps, this.#services.tap);
    const inputs = this.#inputs(flow, delivery);
    return { interner: this.#interner, inputs, flow, delivery, senders, stateNames: this.#plugins.stateNames };
  }

  #inputs(flow: Flow, delivery: DeliveryPoint): InputRunner[] {
    return this.#config.inputs.flatMap((configured) => this.#input(configured, flow, delivery) ?? []);
  }

  #input(configured: ConfiguredPlugin<InputCommon>, flow: Flow, delivery: DeliveryPoint): InputRunner | undefined {
    const { agent } = this.#config;
    const { options } = configured;
    // As in Telegraf, 0 is as good as unset, here and for what follows.
    const intervalMs = options.interval || agent.interval;
    const made = this.#plugins.make('inputs', configured, this.#services.registry.inputs, { intervalMs });
    if (made === undefined) return undefined;
    const { name, plugin, context } = made;
    return new InputRunner({
      name,
      input: plugin,
      log: context.log,
      metrics: this.#services.metrics.plugin(name),
      stage: this.#inputStage(made, options, intervalMs),
      ticker: {
        intervalMs,
        round: agent.round_interval,
        offsetMs: options.collection_offset || agent.collection_offset,
        jitterMs: options.collection_jitter || agent.collection_jitter,
        nowMs: () => this.#services.clock.now().ms,
      },
      startupErrorBehavior: options.startup_error_behavior,
      deliver: (points) => delivery.deliver(() => flow.process(points())),
    });
  }

  #inputStage({ plugin, filter }: MadePlugin<Input>, common: InputCommon, intervalMs: number): InputStage {
    const { agent } = this.#config;
    const isPolled = !('start' in plugin);
    return new InputStage({
      interner: this.#interner,
      filter,
      common,
      globalTags: this.#globalTags(),
      alwaysIncludeLocalTags: agent.always_include_local_tags,
      alwaysIncludeGlobalTags: agent.always_include_global_tags,
      // Services have the times of their sources, which are left alone unless an option says otherwise.
      precisionNs: isPolled
        ? precisionNs(common.precision, agent.precision, intervalMs)
        : Math.max(1, Math.round((common.precision ?? 0) * NS_PER_MS)),
    });
  }

  #flow(): Flow {
    const { agent, aggregators } = this.#config;
    const runsAfter = aggregators.length > 0 && !agent.skip_processors_after_aggregators;
    return new Flow({
      before: agent.skip_processors_before_aggregators ? [] : this.#processors(''),
      aggregators: this.#aggregators(),
      after: runsAfter ? this.#processors('after/') : [],
      nowMs: () => this.#services.clock.now().ms,
      states: this.#plugins.states,
    });
  }

  /** The processors in their order. `instance` keeps the state of the two sets apart. */
  #processors(instance: string): ProcessorStep[] {
    const steps: ProcessorStep[] = [];
    const ordered = this.#config.processors.toSorted((a, b) => a.options.order - b.options.order);
    for (const configured of ordered) {
      const made = this.#plugins.make('processors', configured, this.#services.registry.processors, { instance });
      if (made === undefined) continue;
      const { name, stateName, plugin, filter, held } = made;
      steps.push({
        stateName,
        held,
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
      const made = this.#plugins.make('aggregators', configured, this.#services.registry.aggregators);
      if (made === undefined) continue;
      const { name, stateName, plugin, filter } = made;
      const metrics = this.#services.metrics.plugin(name);
      const options = {
        interner: this.#interner,
        filter,
        common: configured.options,
        roundInterval: agent.round_interval,
        window: this.#services.handover?.windows.get(name),
        precisionNs: precisionNs(undefined, agent.precision, agent.interval),
        drop: (reason: string) => metrics.drop(reason, 1),
        journal: this.#journal(made),
      };
      steps.push({ name, stateName, stage: new AggregatorStage(plugin, options, this.#services.clock.now().ms), metrics });
    }
    return steps;
  }

  /** Where the runner keeps the open window of an aggregator that does not do so itself; undefined where there is nothing to keep. */
  #journal({ name, plugin, context }: MadePlugin<Aggregator>): WindowJournal | undefined {
    if (plugin.windows === 'event' || plugin.keepsState === true) return undefined;
    const warning = 'the rest of this window is lost if the program is killed before its end: too much for the store; use a shorter period';
    return this.#plugins.journal(name, (maxBytes) => context.log.warn(warning, { max_bytes: maxBytes }));
  }

  /** Of each output the half that encodes, and the half that sends. */
  #outputs(): { readonly steps: readonly OutputStep[]; readonly senders: ReadonlyMap<string, Sender> } {
    const steps: OutputStep[] = [];
    const senders = new Map<string, Sender>();
    for (const configured of this.#config.outputs) {
      const { options } = configured;
      const made = this.#plugins.make('outputs', configured, this.#services.registry.outputs);
      if (made === undefined) continue;
      const { name, plugin, filter } = made;
      const batchSize = batchSizeOf(options.metric_batch_size, this.#config.agent);
      const stage = new OutputStage(this.#interner, filter, options, plugin, batchSize);
      steps.push({ name, stage, metrics: this.#services.metrics.plugin(name) });
      senders.set(name, this.#sender(made, options, batchSize));
    }
    return { steps, senders };
  }

  #sender({ name, plugin, context }: MadePlugin<Output>, options: OutputCommon, batchSize: number): Sender {
    const { agent } = this.#config;
    const { metrics, store, clock } = this.#services;
    return new Sender({
      output: plugin,
      queue: store.queue(name, plugin.refusesRepeats === true ? MAX_LEAD_MS : undefined),
      batchSize,
      maxParallelRequests: options.max_parallel_requests,
      flushIntervalMs: options.flush_interval || agent.flush_interval,
      flushJitterMs: options.flush_jitter || agent.flush_jitter,
      log: context.log,
      metrics: metrics.plugin(name),
      delivery: metrics.output(name),
      nowMs: () => clock.now().ms,
    });
  }

  /** The `host` tag comes from the agent, whatever `global_tags` says, unless it is omitted. */
  #globalTags(): Record<string, string> {
    const { agent, globalTags } = this.#config;
    if (agent.omit_hostname) return { ...globalTags };
    return { ...globalTags, host: agent.hostname === '' ? hostname() : agent.hostname };
  }
}
