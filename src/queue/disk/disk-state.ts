import type { State, StateSpec } from '../store.ts';
import type { StateRow } from './messages.ts';
import type { StageChanges } from './state-changes.ts';

/** The state of one stage: all of it in memory, and which of it has changed since it was last written. */
export class DiskState<T> implements State<T> {
  readonly #spec: StateSpec<T>;
  readonly #entries = new Map<string, T>();
  readonly #changed = new Set<string>();

  constructor(spec: StateSpec<T>) {
    this.#spec = spec;
  }

  /** Takes in what was read; returns how many entries could not be decoded, and start afresh. */
  load(rows: readonly StateRow[]): number {
    let unknown = 0;
    for (const { key, text, version } of rows) {
      // What a later program wrote may look like what this one knows and mean something else.
      const value = version > this.#spec.version ? undefined : this.#spec.decode(text, version);
      if (value === undefined) unknown++;
      else this.#entries.set(key, value);
    }
    return unknown;
  }

  /** What has changed since the last call, encoded; undefined when nothing has. */
  takeChanges(): StageChanges | undefined {
    if (this.#changed.size === 0) return undefined;
    const { name, version } = this.#spec;
    const entries = Array.from(this.#changed, (key) => {
      const value = this.#entries.get(key);
      return [key, value === undefined ? null : this.#spec.encode(value)] as const;
    });
    this.#changed.clear();
    return [name, version, entries];
  }

  get size(): number {
    return this.#entries.size;
  }

  get(key: string): T | undefined {
    return this.#entries.get(key);
  }

  set(key: string, value: T): void {
    this.#entries.set(key, value);
    this.#changed.add(key);
  }

  delete(key: string): void {
    if (this.#entries.delete(key)) this.#changed.add(key);
  }

  entries(): IterableIterator<[string, T]> {
    return this.#entries.entries();
  }
}
