/** Made-up processors that draw power: counters that count in microjoules, wrap at their own range, and know the truth. */
import { FakePowercap } from './powercap.ts';

/** Highest values of real counters, in microjoules: Intel's (61 µJ a step), of memory on servers, and AMD's (15.3 µJ a step). */
export const PACKAGE_RANGE = 262_143_328_850;
export const DRAM_RANGE = 65_712_999_613;
export const AMD_RANGE = 65_532_610_987;

export interface FakeZone {
  readonly id: string;
  readonly name: string;
  readonly range: number;
  /** Where the counter starts, in microjoules. */
  readonly start: number;
}

export class FakeRapl {
  readonly powercap: FakePowercap;
  readonly #zones = new Map<string, { readonly zone: FakeZone; used: number }>();
  readonly #hidden = new Set<string>();

  private constructor(powercap: FakePowercap) {
    this.powercap = powercap;
  }

  static async create(zones: readonly FakeZone[]): Promise<FakeRapl> {
    const rapl = new FakeRapl(await FakePowercap.create());
    for (const zone of zones) {
      rapl.#zones.set(zone.id, { zone, used: 0 });
      await rapl.#write(zone.id);
    }
    return rapl;
  }

  /** Lets a zone use so many microjoules. What is hidden goes on counting, as a socket does whose driver was unloaded. */
  async use(id: string, micros: number): Promise<void> {
    const known = this.#of(id);
    known.used += micros;
    if (!this.#hidden.has(id)) await this.#write(id);
  }

  /** What a zone has used since it was made, in microjoules. */
  used(id: string): number {
    return this.#of(id).used;
  }

  /** Takes zones away; those below first. */
  async hide(...ids: readonly string[]): Promise<void> {
    for (const id of ids.toSorted().toReversed()) {
      this.#hidden.add(id);
      await this.powercap.remove(id);
    }
  }

  /** Brings zones back. */
  async show(...ids: readonly string[]): Promise<void> {
    for (const id of ids.toSorted()) {
      this.#hidden.delete(id);
      await this.#write(id);
    }
  }

  async close(): Promise<void> {
    await this.powercap.close();
  }

  async #write(id: string): Promise<void> {
    const { zone, used } = this.#of(id);
    const shown = (zone.start + used) % zone.range;
    await this.powercap.write(id, { name: zone.name, max_energy_range_uj: zone.range, energy_uj: shown });
  }

  #of(id: string): { readonly zone: FakeZone; used: number } {
    const known = this.#zones.get(id);
    if (known === undefined) throw new Error(`there is no zone ${id}`);
    return known;
  }
}

/** Two sockets as in a server: packages, cores and memory, all about to wrap. */
export const twoSockets: readonly FakeZone[] = [0, 1].flatMap((socket) => [
  { id: `intel-rapl:${socket}`, name: `package-${socket}`, range: PACKAGE_RANGE, start: PACKAGE_RANGE - 3_000_000_000 * (socket + 1) },
  { id: `intel-rapl:${socket}:0`, name: 'core', range: PACKAGE_RANGE, start: 500 },
  { id: `intel-rapl:${socket}:1`, name: 'dram', range: DRAM_RANGE, start: DRAM_RANGE - 700_000_000 },
]);
