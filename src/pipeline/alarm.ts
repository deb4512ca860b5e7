import { MAX_TIMER_MS } from './clock.ts';

/** A pause that anybody may end. A ring between two pauses is not lost: it ends the next one at once. */
export class Alarm {
  #hasRung = false;
  #end: () => void = () => undefined;

  /** Ends the pause that is, or else the next. */
  ring(): void {
    this.#hasRung = true;
    this.#end();
  }

  /** Resolves when it rings, or after so many milliseconds (24.8 days at the most), whichever comes first. */
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
