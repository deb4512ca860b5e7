/** Node's timers hold no more than this (2^31 - 1 ms, 24.8 days); a longer one would fire at once. */
const MAX_TIMER_MS = 2_147_483_647;

/** A pause that anybody may end. A ring between two pauses is not lost: it ends the next one at once. */
export class Alarm {
  #hasRung = false;
  #end: () => void = () => undefined;

  /** Ends the pause that is, or else the next. */
  ring(): void {
    this.#hasRung = true;
    this.#end();
  }

  /** Resolves after so many milliseconds, or when it rings. */
  async wait(ms: number): Promise<void> {
    if (!this.#hasRung) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, Math.min(Math.max(0, ms), MAX_TIMER_MS));
        this.#end = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    this.#hasRung = false;
  }
}
