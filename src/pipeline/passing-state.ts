import type { State } from '../queue/store.ts';

/**
 * State that can be told to forget from now on. What is told at a shutdown (readings that wait, frames and windows that are open) is
 * told again after the restart, complete or corrected: whoever has counted it by then would refuse it as a repeat.
 */
export class PassingStates {
  #isPassing = false;

  /** The state, whose changes are kept in the store until `pass` is called, and for this process only after it. */
  wrap<T>(kept: State<T>): State<T> {
    const changes = new Map<string, T | undefined>();
    const get = (key: string) => (changes.has(key) ? changes.get(key) : kept.get(key));
    function* entries(): IterableIterator<[string, T]> {
      for (const entry of kept.entries()) if (!changes.has(entry[0])) yield entry;
      for (const [key, value] of changes) if (value !== undefined) yield [key, value];
    }
    return {
      get: (key) => (this.#isPassing ? get(key) : kept.get(key)),
      set: (key, value) => void (this.#isPassing ? changes : kept).set(key, value),
      delete: (key) => void (this.#isPassing ? changes.set(key, undefined) : kept.delete(key)),
      entries: () => (this.#isPassing ? entries() : kept.entries()),
      get size() {
        return changes.size === 0 ? kept.size : [...entries()].length;
      },
    };
  }

  /** From now on nothing is kept. */
  pass(): void {
    this.#isPassing = true;
  }
}
