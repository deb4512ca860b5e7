import type { State } from '../queue/store.ts';

/**
 * States of one pipeline that can be detached from the store: their changes are then seen by this process, and not kept.
 *
 * What plugins emit early at a shutdown (readings that wait, frames and windows that are open) they emit again after the restart, complete
 * or corrected. A plugin further on that had noted the early points for good would then refuse the later ones as repeats.
 */
export class DetachableStates {
  #isDetached = false;

  /** The state as a plugin is given it. Its changes go to the store (`kept`) until `detach` is called. */
  wrap<T>(kept: State<T>): State<T> {
    const changes = new Map<string, T | undefined>();
    const get = (key: string) => (changes.has(key) ? changes.get(key) : kept.get(key));
    function* entries(): IterableIterator<[string, T]> {
      for (const entry of kept.entries()) if (!changes.has(entry[0])) yield entry;
      for (const [key, value] of changes) if (value !== undefined) yield [key, value];
    }
    return {
      get: (key) => (this.#isDetached ? get(key) : kept.get(key)),
      set: (key, value) => void (this.#isDetached ? changes : kept).set(key, value),
      delete: (key) => void (this.#isDetached ? changes.set(key, undefined) : kept.delete(key)),
      entries: () => (this.#isDetached ? entries() : kept.entries()),
      get size() {
        return changes.size === 0 ? kept.size : [...entries()].length;
      },
    };
  }

  /** From now on nothing that changes is kept. */
  detach(): void {
    this.#isDetached = true;
  }
}
