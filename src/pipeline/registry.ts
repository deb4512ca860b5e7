/** All plugins that there are; handed to the pipeline, which never imports one. */
import type { Aggregator, Input, Output, PluginDefinition, PluginKind, Processor, WireForm } from './plugin.ts';

/** Plugins by their id. */
export interface Registry {
  readonly inputs: ReadonlyMap<string, InputDefinition>;
  readonly processors: ReadonlyMap<string, ProcessorDefinition>;
  readonly aggregators: ReadonlyMap<string, AggregatorDefinition>;
  readonly outputs: ReadonlyMap<string, OutputDefinition>;
}

// oxlint-disable-next-line typescript/no-explicit-any -- a registry holds definitions of every config type; `create` is only called with what its own schema gave
export type AnyDefinition<Kind extends PluginKind, Plugin> = PluginDefinition<Kind, any, Plugin>;
export type InputDefinition = AnyDefinition<'input', Input>;
export type ProcessorDefinition = AnyDefinition<'processor', Processor>;
export type AggregatorDefinition = AnyDefinition<'aggregator', Aggregator>;
export type OutputDefinition = AnyDefinition<'output', Output> & WireForm;
