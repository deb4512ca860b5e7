/** The counter of one zone, and the mean power between two readings of it. */
import { counterStep } from '../../../energy/counter.ts';
import { errorText } from '../../../telemetry/error-text.ts';
import type { ReadText } from '../../shared/host-folders.ts';
import { isForbidden, readMicros, type PowercapZone } from '../../shared/powercap.ts';
import type { Machine } from './machine.ts';

/** `first`: there is no earlier reading to compare with. `restarted`: no power explains the step from the earlier reading. */
export type Reading =
  | { readonly status: 'ok'; readonly counter: Counter; readonly watts: number }
  | { readonly status: 'first' | 'restarted'; readonly counter: Counter }
  | { readonly status: 'forbidden' }
  | { readonly status: 'failed'; readonly error: string };

/** What the kernel says, in microjoules. */
export interface Counter {
  readonly micros: number;
  /** The highest value, after which it starts at 0 again; undefined where the kernel does not say: then no fall counts as a wrap. */
  readonly range: number | undefined;
}

export class PowerMeter {
  readonly #machine: Machine;
  readonly #maxWatts: number;
  #last: { readonly counter: Counter; readonly atMs: number } | undefined;

  /** More than `maxWatts` is not a wrap but a counter that started again. */
  constructor(machine: Machine, maxWatts: number) {
    this.#machine = machine;
    this.#maxWatts = maxWatts;
  }

  /** The counter, and the mean power since the last reading that succeeded, so that one that fails in between loses no energy. */
  async read(zone: PowercapZone): Promise<Reading> {
    const { read, monotonicMs } = this.#machine;
    const atMs = monotonicMs();
    try {
      const micros = await readMicros(zone, 'energy_uj', read);
      // A zone's range never changes, but a zone that went away may come back as another.
      const range = this.#last === undefined ? await rangeOf(zone, read) : this.#last.counter.range;
      return this.#step({ micros, range }, atMs);
    } catch (error) {
      if (isForbidden(error)) return { status: 'forbidden' };
      return { status: 'failed', error: errorText(error) };
    }
  }

  /** Begins anew: the zone is gone, and when it comes back nobody knows what its counter did. */
  forget(): void {
    this.#last = undefined;
  }

  #step(counter: Counter, atMs: number): Reading {
    const last = this.#last;
    this.#last = { counter, atMs };
    if (last === undefined || atMs <= last.atMs) return { status: 'first', counter };
    const seconds = (atMs - last.atMs) / 1000;
    const source = { unit: 'µJ', wrapsAt: counter.range } as const;
    const step = counterStep(source, last.counter.micros, counter.micros, seconds, Infinity, this.#maxWatts);
    const isFall = counter.micros < last.counter.micros;
    if (step === undefined || (isFall && !step.covered)) return { status: 'restarted', counter };
    return { status: 'ok', counter, watts: step.micros / 1e6 / seconds };
  }
}

async function rangeOf(zone: PowercapZone, read: ReadText): Promise<number | undefined> {
  try {
    return (await readMicros(zone, 'max_energy_range_uj', read)) || undefined;
  } catch {
    return undefined; // the file is readable by all where it is there at all
  }
}
