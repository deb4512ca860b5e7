/** The CPUs that are online, and where they are. */
import { parseCpuList } from './cpu-list.ts';
import type { Tags } from './lines.ts';
import { readIfThere, type Machine } from './machine.ts';

export interface Cpu {
  readonly id: number;
  readonly coreId: string;
  readonly packageId: string;
  /** Telegraf's. */
  readonly tags: Tags;
}

/** What the kernel says of CPUs. */
export function cpusFolder({ sys }: Machine): string {
  return `${sys}/devices/system/cpu`;
}

export class Cpus {
  readonly #machine: Machine;
  #online: string | undefined;
  #known: readonly Cpu[] = [];

  constructor(machine: Machine) {
    this.#machine = machine;
  }

  /** Those online now. Where they are is read again only when others are online than before. */
  async online(): Promise<readonly Cpu[]> {
    const online = (await readIfThere(this.#machine, `${cpusFolder(this.#machine)}/online`)) ?? '';
    if (online !== this.#online) {
      const all = await Promise.all((parseCpuList(online) ?? []).map((id) => this.#locate(id)));
      this.#known = all.filter((cpu) => cpu !== undefined);
      this.#online = online;
    }
    return this.#known;
  }

  /** Undefined where it just went offline: then its folder has no topology. */
  async #locate(id: number): Promise<Cpu | undefined> {
    const read = (name: string) => readIfThere(this.#machine, `${cpusFolder(this.#machine)}/cpu${id}/topology/${name}`);
    const [coreId, packageId] = await Promise.all([read('core_id'), read('physical_package_id')]);
    if (coreId === undefined || packageId === undefined) return undefined;
    const tags: Tags = [
      ['core_id', coreId],
      ['cpu_id', `${id}`],
      ['package_id', packageId],
    ];
    return { id, coreId, packageId, tags };
  }
}
