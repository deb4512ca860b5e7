/** Those who wait for room in a store. */
export class Room {
  readonly #waiting = new Set<() => void>();

  /** Resolves at the next `wake`, or after so many milliseconds. */
  wait(timeoutMs: number): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(done);
        resolve();
      };
      const timer = setTimeout(done, timeoutMs);
      this.#waiting.add(done);
    });
  }

  /** There may be room now. */
  wake(): void {
    for (const done of this.#waiting) done();
  }
}
