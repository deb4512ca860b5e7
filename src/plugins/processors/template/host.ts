import type { TimeHost } from '../../../formats/go-template/functions/dates.ts';
import { GoTime, type NamedZone } from '../../../formats/go-template/values/time.ts';
import type { Clock } from '../../../pipeline/plugin.ts';

/** Asked for what belongs to a point or to the moment, where there is only a shape. */
export class NeedsPoint extends Error {}

/** The time for templates, which is none while a shape is bound: what is made then holds for all of its points. */
export class TemplateHost implements TimeHost {
  readonly local: NamedZone;
  readonly #clock: Clock;
  #isBinding = false;

  constructor(clock: Clock, local: NamedZone) {
    this.#clock = clock;
    this.local = local;
  }

  now(): GoTime {
    if (this.#isBinding) throw new NeedsPoint();
    const { ms, ns } = this.#clock.now();
    return new GoTime(ms, ns, this.local);
  }

  /** What a shape alone says; undefined where a point or the time is asked for. */
  whileBinding<T>(work: () => T): T | undefined {
    this.#isBinding = true;
    try {
      return work();
    } catch (error) {
      if (error instanceof NeedsPoint) return undefined;
      throw error;
    } finally {
      this.#isBinding = false;
    }
  }
}
