/** Makes plugins of what is configured: each with its name, its log and counters, its state and its filter. */
import type { Filter } from '../config/common.ts';
import { ConfigError, type Diagnostic } from '../config/diagnostics.ts';
import { explainConfigError } from '../config/load.ts';
import type { ConfiguredPlugin } from '../config/pipeline-config.ts';
import type { PluginGroup } from '../config/plugin-groups.ts';
import type { Interner } from '../metric/interner.ts';
import { MetadataRegistry } from '../metric/metadata.ts';
import type { LogLevel } from '../telemetry/log-level.ts';
import { MetricFilter } from './filter.ts';
import { DetachableStates } from './detachable-states.ts';
import type { PluginContext, PluginKind } from './plugin.ts';
import type { AnyDefinition } from './registry.ts';
import { PluginNames } from './plugin-names.ts';
import type { Services } from './services.ts';
import { WindowJournal, windowJournalSpec } from './window-journal.ts';

/** A processor that keeps what it holds back. */
export interface HeldStep {
  /** Among the states; different in each set. */
  readonly name: string;
  /** Called after each batch, before it is committed. */
  readonly keep: () => void;
}

/** A plugin with what its stage needs beside it. */
export interface MadePlugin<Plugin> {
  /** As in logs and metrics: `inputs.cpu`, or `inputs.cpu::alias`. */
  readonly name: string;
  /** The name of its state, different in each set; undefined where it keeps none. */
  readonly stateName: string | undefined;
  readonly plugin: Plugin;
  readonly context: PluginContext;
  readonly filter: MetricFilter;
  /** Of a processor that keeps what it holds back. */
  readonly held?: HeldStep | undefined;
}

interface ContextOptions {
  /** As in logs and metrics. */
  readonly name: string;
  /** As in the store: different in each set of the same plugins. */
  readonly key: string;
  readonly group: PluginGroup;
  readonly intervalMs: number;
  readonly logLevel: LogLevel | undefined;
}

/** Makes the plugins of one pipeline. Those whose options contradict each other are left out, and become diagnostics. */
export class PluginFactory {
  /** What the plugins found wrong with their options so far. */
  readonly diagnostics: Diagnostic[] = [];
  /** Of the processors and aggregators. */
  readonly states = new DetachableStates();
  /** The names of those that keep state, as `MadePlugin` has them. */
  readonly stateNames = new Set<string>();
  readonly #services: Services;
  readonly #interner: Interner;
  readonly #metadata = new MetadataRegistry();
  readonly #held = new Map<string, HeldStep>();
  readonly #names = new Map<string, PluginNames>();

  constructor(services: Services, interner: Interner) {
    this.#services = services;
    this.#interner = interner;
  }

  /**
   * One plugin; undefined, and a diagnostic more, when its options contradict each other. `instance` keeps the names and the state of
   * two sets of the same plugins apart.
   */
  make<Plugin>(
    group: PluginGroup,
    configured: ConfiguredPlugin<Filter & { alias?: string | undefined; log_level?: LogLevel | undefined }>,
    definitions: ReadonlyMap<string, AnyDefinition<PluginKind, Plugin>>,
    { instance = '', intervalMs = 0 } = {},
  ): MadePlugin<Plugin> | undefined {
    const { id, options } = configured;
    const definition = definitions.get(id);
    if (definition === undefined) throw new Error(`no plugin ${group}.${id} although the configuration was checked`);
    const name = this.#name(instance, `${group}.${id}`, options.alias);
    const key = instance + name;
    const context = this.#context({ name, key, group, intervalMs, logLevel: options.log_level });
    try {
      const filter = new MetricFilter(options, { interner: this.#interner, clock: this.#services.clock, log: context.log });
      const plugin = definition.create(options, context);
      const held = this.#held.get(key);
      const stateName = held === undefined && this.stateNames.has(key) ? key : undefined;
      return { name, stateName, plugin, context, filter, held };
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      // The second set of processors would say the same again.
      if (instance === '') this.diagnostics.push(explainConfigError(error, `${group}.${id}`, configured, this.#services.sources));
      return undefined;
    }
  }

  /**
   * A journal in the store for the points of the open window of the plugin of that name. It is no state as plugins have it: it is not
   * detached at a shutdown, since the window ends there for good, and none of its points may come again. `onFull` is told when the journal
   * takes no more of a window.
   */
  journal(name: string, onFull: (maxBytes: number) => void): WindowJournal {
    const state = this.#services.store.state({ ...windowJournalSpec, name: `${name}/${windowJournalSpec.name}` });
    this.stateNames.add(name);
    return new WindowJournal(state, this.#interner, onFull);
  }

  /** Without a warning when the journal is full: these processors let go of all that they hold before it gets too much. */
  #keepHeld(name: string, dueMs: () => number): WindowJournal {
    const journal = this.journal(name, () => undefined);
    this.#held.set(name, { name, keep: () => journal.keep(dueMs()) });
    return journal;
  }

  /** Each set of processors has names of its own. */
  #name(instance: string, plugin: string, alias: string | undefined): string {
    const names = this.#names.get(instance) ?? new PluginNames();
    this.#names.set(instance, names);
    return names.next(plugin, alias);
  }

  #context({ name, key, group, intervalMs, logLevel }: ContextOptions): PluginContext {
    const { store, logger, metrics, clock, baseDirectory, ports, handover } = this.#services;
    const counters = metrics.plugin(name);
    return {
      name,
      log: logger.plugin(name, logLevel),
      clock,
      interner: this.#interner,
      metadata: this.#metadata,
      self: metrics,
      baseDirectory,
      intervalMs,
      ports,
      continues: handover !== undefined,
      state: (spec) => {
        this.stateNames.add(key);
        const state = store.state({ ...spec, name: `${key}/${spec.name}` });
        return group === 'processors' || group === 'aggregators' ? this.states.wrap(state) : state;
      },
      keepHeld: (dueMs) => this.#keepHeld(key, dueMs),
      drop: (reason, points = 1) => counters.drop(reason, points),
      error: () => counters.error(),
    };
  }
}
