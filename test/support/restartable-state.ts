/** State as a store keeps it: by its text. What a restart leaves of it is what `decode` reads of what `encode` wrote. */
import type { State, StateSpec } from '../../src/queue/store.ts';

export class RestartableState {
  readonly #texts: Map<string, Map<string, string>>;
  readonly #live = new Map<string, { readonly spec: StateSpec<never>; readonly entries: Map<string, never> }>();

  constructor(texts: Map<string, Map<string, string>> = new Map()) {
    this.#texts = texts;
  }

  /** As `PluginContext.state`; `plugin` is whose it is. */
  state<T>(plugin: string, spec: StateSpec<T>): State<T> {
    const name = `${plugin}.${spec.name}`;
    const entries = new Map<string, T>();
    for (const [key, text] of this.#texts.get(name) ?? []) {
      const value = spec.decode(text, spec.version);
      if (value === undefined) throw new Error(`${name} can't read its own ${text}`);
      entries.set(key, value);
    }
    this.#live.set(name, { spec: spec as unknown as StateSpec<never>, entries: entries as unknown as Map<string, never> });
    return entries;
  }

  /** The state as it is after a restart. */
  restarted(): RestartableState {
    const texts = [...this.#live].map(([name, { spec, entries }]) => {
      return [name, new Map([...entries].map(([key, value]) => [key, spec.encode(value)] as const))] as const;
    });
    return new RestartableState(new Map(texts));
  }
}
