/** The power of one zone, from two readings of its energy counter. */
import { counterStep } from '../../../energy/counter.ts';
import { isForbidden, readMicros, type PowercapZone, type ReadText } from '../../shared/powercap.ts';

export interface MeterOptions {
  readonly read: ReadText;
  /** A clock that nobody sets, in milliseconds: what the elapsed time is taken from. */
  readonly monotonicMs: () => number;
}

/** `first`: there is no earlier reading to compare with. */
export type PowerReading =
  | { readonly status: 'ok'; readonly watts: number }
  | { readonly status: 'first' | 'restarted' | 'forbidden' }
  | { readonly status: 'failed'; readonly error: string };

interface EnergyReading {
  readonly micros: number;
  readonly atMs: number;
}

export class PowerMeter {
  readonly #options: MeterOptions;
  readonly #maxWatts: number;
  #last: EnergyReading | undefined;
  #rangeMicros: number | undefined;

  /** More than `maxWatts` is not a wrap but a counter that started again. */
  constructor(options: MeterOptions, maxWatts: number) {
    this.#options = options;
    this.#maxWatts = maxWatts;
  }

  /** The mean power since the last reading that succeeded, so that one that fails in between loses no energy. */
  async read(zone: PowercapZone): Promise<PowerReading> {
    const { read, monotonicMs } = this.#options;
    const atMs = monotonicMs();
    try {
      // A zone's range never changes, but a zone that went away may come back as another.
      if (this.#last === undefined) this.#rangeMicros = await rangeOf(zone, read);
      return this.#step({ micros: await readMicros(zone, 'energy_uj', read), atMs });
    } catch (error) {
      if (isForbidden(error)) return { status: 'forbidden' };
      return { status: 'failed', error: error instanceof Error ? error.message : String(error) };
    }
  }

  /** Begins anew: the zone is gone, and when it comes back nobody knows what its counter did. */
  forget(): void {
    this.#last = undefined;
  }

  #step(now: EnergyReading): PowerReading {
    const last = this.#last;
    this.#last = now;
    if (last === undefined || now.atMs <= last.atMs) return { status: 'first' };
    const seconds = (now.atMs - last.atMs) / 1000;
    const counter = { unit: 'µJ', wrapsAt: this.#rangeMicros } as const;
    const step = counterStep(counter, last.micros, now.micros, seconds, Infinity, this.#maxWatts);
    const isFall = now.micros < last.micros;
    if (step === undefined || (isFall && !step.covered)) return { status: 'restarted' };
    return { status: 'ok', watts: step.micros / 1e6 / seconds };
  }
}

/** Undefined when the kernel does not say: then no fall of the counter counts as a wrap. */
async function rangeOf(zone: PowercapZone, read: ReadText): Promise<number | undefined> {
  try {
    return await readMicros(zone, 'max_energy_range_uj', read);
  } catch {
    return undefined; // the file is readable by all where it is there at all
  }
}
