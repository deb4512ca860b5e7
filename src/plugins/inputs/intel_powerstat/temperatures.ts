/** The temperatures of processors, from the hwmon drivers `coretemp` (Intel) and `k10temp` (AMD). */
import type { Cpu } from './cpus.ts';
import { namesIn } from '../../shared/host-folders.ts';
import { readIfThere, readInteger, type Machine } from './machine.ts';

interface Sensor {
  readonly label: string;
  /** In thousandths of a degree Celsius. */
  readonly input: string;
}

/** AMD tells no core's temperature but the processor's: `Tdie`, or `Tctl`, which some add an offset to, where there is no other. */
const AMD_LABELS = ['Tdie', 'Tctl'];
/** The first AMD processor's northbridge is PCI device 18 (hexadecimal), the next one's 19, … (drivers/hwmon/k10temp.c). */
const FIRST_NORTHBRIDGE = 0x18;

export class Temperatures {
  readonly #machine: Machine;
  /** By package and core; on AMD by package. Looked for anew when one can't be read: the driver was loaded again, or a socket is gone. */
  #files: ReadonlyMap<string, string> = new Map();

  constructor(machine: Machine) {
    this.#machine = machine;
  }

  /** Whole degrees Celsius of each of these CPUs, by its number; none of those that nothing tells. */
  async of(cpus: readonly Cpu[]): Promise<ReadonlyMap<number, number>> {
    const known = await this.#readAll(cpus);
    if (known.size === cpus.length) return known;
    this.#files = await findSensors(this.#machine);
    return this.#readAll(cpus);
  }

  async #readAll(cpus: readonly Cpu[]): Promise<ReadonlyMap<number, number>> {
    const files = new Set(cpus.map((cpu) => this.#fileOf(cpu)).filter((file) => file !== undefined));
    const values = new Map(await Promise.all([...files].map(async (file) => [file, await readInteger(this.#machine, file)] as const)));
    const degrees = new Map<number, number>();
    for (const cpu of cpus) {
      const value = values.get(this.#fileOf(cpu) ?? '');
      // Telegraf's field holds no negative number.
      if (value !== undefined && value >= 0) degrees.set(cpu.id, Math.round(value / 1000));
    }
    return degrees;
  }

  #fileOf({ packageId, coreId }: Cpu): string | undefined {
    return this.#files.get(`${packageId} ${coreId}`) ?? this.#files.get(packageId);
  }
}

async function findSensors(machine: Machine): Promise<ReadonlyMap<string, string>> {
  const files = new Map<string, string>();
  const root = `${machine.sys}/class/hwmon`;
  for (const name of await namesIn(root)) {
    const folder = `${root}/${name}`;
    const driver = await readIfThere(machine, `${folder}/name`);
    if (driver === 'coretemp') addIntel(await sensorsIn(machine, folder), files);
    if (driver === 'k10temp') addAmd(await sensorsIn(machine, folder), await readIfThere(machine, `${folder}/device/uevent`), files);
  }
  return files;
}

async function sensorsIn(machine: Machine, folder: string): Promise<Sensor[]> {
  const names = (await namesIn(folder)).filter((name) => /^temp\d+_label$/.test(name));
  const labels = await Promise.all(names.map((name) => readIfThere(machine, `${folder}/${name}`)));
  return names.map((name, index) => ({ label: labels[index] ?? '', input: `${folder}/${name.replace('_label', '_input')}` }));
}

/** One sensor a core, `Core 4`, and one of the processor, which says which it is: `Package id 0`. */
function addIntel(sensors: readonly Sensor[], files: Map<string, string>): void {
  const packageId = sensors.map(({ label }) => /^Package id (\d+)$/.exec(label)?.[1]).find((id) => id !== undefined) ?? '0';
  for (const { label, input } of sensors) {
    const coreId = /^Core (\d+)$/.exec(label)?.[1];
    if (coreId !== undefined) files.set(`${packageId} ${coreId}`, input);
  }
}

function addAmd(sensors: readonly Sensor[], uevent: string | undefined, files: Map<string, string>): void {
  const best = AMD_LABELS.map((label) => sensors.find((sensor) => sensor.label === label)).find((sensor) => sensor !== undefined);
  const device = /^PCI_SLOT_NAME=[\da-f]+:[\da-f]+:([\da-f]+)\./m.exec(uevent ?? '')?.[1];
  const packageId = device === undefined ? 0 : Number.parseInt(device, 16) - FIRST_NORTHBRIDGE;
  if (best !== undefined) files.set(`${packageId}`, best.input);
}
