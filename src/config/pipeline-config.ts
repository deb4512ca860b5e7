/** What the loader makes of configuration files: checked, with defaults, every part knowing where it was written. */
import type { z } from 'zod';
import type { AgentConfig, AggregatorCommon, InputCommon, OutputCommon, ProcessorCommon } from './common.ts';
import type { Location } from './diagnostics.ts';

export interface PipelineConfig {
  readonly agent: AgentConfig;
  /** Without the `host` tag, which the pipeline adds from `agent`. */
  readonly globalTags: Readonly<Record<string, string>>;
  readonly inputs: readonly ConfiguredPlugin<InputCommon>[];
  /** In the order of the files and of writing; the pipeline sorts by `order`. */
  readonly processors: readonly ConfiguredPlugin<ProcessorCommon>[];
  readonly aggregators: readonly ConfiguredPlugin<AggregatorCommon>[];
  readonly outputs: readonly ConfiguredPlugin<OutputCommon>[];
  /** The pipeline's own unit tests, as written; `wattbridge test` runs them. */
  readonly tests: readonly PipelineTest[];
  /** Things that work but surprise, for the log and for `check`. */
  readonly warnings: readonly string[];
}

export interface ConfiguredPlugin<Common> {
  readonly id: string;
  /** The common options together with the plugin's own: what its schema gave. */
  readonly options: Common & Readonly<Record<string, unknown>>;
  readonly location: Location;
  /** Where an option was written (`['rename', 0, 'dest']`), or the nearest that was; for a `ConfigError` that comes later. */
  readonly locate?: (option: readonly (string | number)[]) => Location;
}

/** Feeds `input` to the processors and aggregators and compares what reaches the outputs. */
export interface PipelineTest {
  readonly name: string;
  /** Line protocol, as inputs would deliver it. */
  readonly input: string;
  /** Line protocol that must come out, in any order; with `contains`, other lines may come out too. */
  readonly expect: string;
  readonly contains: boolean;
}

/** The schemas there are, by kind and id: all that the loader knows of plugins. */
export interface PluginSchemas {
  readonly inputs: ReadonlyMap<string, PluginSchema>;
  readonly processors: ReadonlyMap<string, PluginSchema>;
  readonly aggregators: ReadonlyMap<string, PluginSchema>;
  readonly outputs: ReadonlyMap<string, PluginSchema>;
}

export interface PluginSchema {
  readonly schema: z.ZodObject;
  /** One sentence, for the JSON Schema. */
  readonly summary?: string;
  /** Loads what it takes to make this plugin and no other. */
  readonly prepare?: () => Promise<void>;
}
