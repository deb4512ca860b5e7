/** A made-up machine: what the kernel shows of CPUs, their frequencies and temperatures, in folders that stand for /sys and /proc. */
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

export class FakeMachine {
  readonly sys: string;
  readonly proc: string;
  readonly #root: string;

  private constructor(root: string) {
    this.#root = root;
    this.sys = join(root, 'sys');
    this.proc = join(root, 'proc');
  }

  static async create(): Promise<FakeMachine> {
    return new FakeMachine(await mkdtemp(join(tmpdir(), 'wattbridge-machine-')));
  }

  /** Writes a file below /sys, with the kernel's line end. */
  async write(path: string, content: string | number): Promise<void> {
    await writeTo(join(this.sys, path), `${content}\n`);
  }

  async writeProc(path: string, content: string): Promise<void> {
    await writeTo(join(this.proc, path), content);
  }

  /** Makes a symbolic link below /sys. */
  async link(path: string, target: string): Promise<void> {
    await mkdir(dirname(join(this.sys, path)), { recursive: true });
    await symlink(target, join(this.sys, path));
  }

  /** Takes a file or folder below /sys away. */
  async remove(path: string): Promise<void> {
    await rm(join(this.sys, path), { recursive: true });
  }

  /** CPUs spread evenly over sockets, each a core of its own, online. */
  async cpus(count: number, sockets = 1): Promise<void> {
    await this.write('devices/system/cpu/online', `0-${count - 1}`);
    const perSocket = Math.ceil(count / sockets);
    for (let id = 0; id < count; id++) {
      await this.write(`devices/system/cpu/cpu${id}/topology/core_id`, id % perSocket);
      await this.write(`devices/system/cpu/cpu${id}/topology/physical_package_id`, Math.floor(id / perSocket));
    }
  }

  async frequency(cpu: number, khz: number): Promise<void> {
    await this.write(`devices/system/cpu/cpu${cpu}/cpufreq/scaling_cur_freq`, khz);
  }

  /** A hwmon driver and its sensors, thousandths of a degree by label; `device`: its PCI address. */
  async hwmon(index: number, driver: string, sensors: Readonly<Record<string, number>>, device?: string): Promise<void> {
    const folder = `class/hwmon/hwmon${index}`;
    await this.write(`${folder}/name`, driver);
    if (device !== undefined) await this.write(`${folder}/device/uevent`, `DRIVER=${driver}\nPCI_SLOT_NAME=${device}`);
    for (const [number, [label, value]] of Object.entries(sensors).entries()) {
      await this.write(`${folder}/temp${number + 1}_label`, label);
      await this.write(`${folder}/temp${number + 1}_input`, value);
    }
  }

  async close(): Promise<void> {
    await rm(this.#root, { recursive: true });
  }
}

async function writeTo(path: string, content: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content);
}
