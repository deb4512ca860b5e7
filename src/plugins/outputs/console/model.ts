/** What the table shows: the latest of every host, and sums since the start. */
import type { EnergySample, EquivalentSample, Sample } from './samples.ts';

/** Far more than a screen holds; a flood of host names must not fill the memory. */
const MAX_ROWS = 1000;
const MAX_EQUIVALENTS = 50;

export interface HostRow {
  readonly host: string;
  readonly source: string;
  readonly recorded: boolean;
  watts: number;
  /** Since the start of this output. */
  joules: number;
  /** When the last sample came, by the clock on the wall: a recording may play at another time. */
  seenMs: number;
  readonly equivalents: Map<string, HostEquivalent>;
  /** Time and joules_total of the last sample. */
  ms: number;
  total: number;
}

export interface HostEquivalent {
  readonly id: string;
  readonly kind: string;
  /** Of power: of the last sample. Of everything else: the sum since the start. */
  value: number;
}

export class ConsoleModel {
  readonly #rows = new Map<string, HostRow>();
  #points = 0;
  #overflow = false;

  /** Points that reached the console. */
  get points(): number {
    return this.#points;
  }

  /** Whether there are hosts beyond the bound, which are not shown. */
  get overflow(): boolean {
    return this.#overflow;
  }

  /** Rows by host, then source. */
  rows(): HostRow[] {
    return [...this.#rows.values()].sort((a, b) => compare(a.host, b.host) || compare(a.source, b.source));
  }

  /** Takes the samples of `points` points that came at `nowMs`. */
  add(samples: readonly Sample[], points: number, nowMs: number): void {
    this.#points += points;
    for (const sample of samples) {
      if (sample.type === 'energy') this.#addEnergy(sample, nowMs);
      else this.#addEquivalent(sample);
    }
  }

  #addEnergy(sample: EnergySample, nowMs: number): void {
    const row = this.#rows.get(sample.key);
    if (row === undefined) {
      this.#addRow(sample, nowMs);
      return;
    }
    // A sample told again, or a late one, changes neither the present nor the sum that a later total already holds.
    if (sample.ms <= row.ms) return;
    row.joules += sample.total >= row.total ? sample.total - row.total : sample.delta;
    row.watts = sample.watts;
    row.ms = sample.ms;
    row.total = sample.total;
    row.seenMs = nowMs;
  }

  #addRow({ key, host, source, recorded, watts, delta, total, ms }: EnergySample, nowMs: number): void {
    if (this.#rows.size >= MAX_ROWS) {
      this.#overflow = true;
      return;
    }
    this.#rows.set(key, { host, source, recorded, watts, joules: delta, seenMs: nowMs, equivalents: new Map(), ms, total });
  }

  #addEquivalent(sample: EquivalentSample): void {
    const row = this.#rows.get(sample.key);
    // Only what belongs to the last sample: windows have equivalents too, at the times of their starts.
    if (row === undefined || row.ms !== sample.ms) return;
    const { id, kind, value } = sample;
    const known = row.equivalents.get(id);
    if (known !== undefined) {
      known.value = kind === 'power' ? value : known.value + value;
    } else if (row.equivalents.size < MAX_EQUIVALENTS) {
      row.equivalents.set(id, { id, kind, value });
    }
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
