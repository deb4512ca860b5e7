/** Made-up powercap zones in a folder, as the kernel shows them: a tree of zones, and links to all of them in `class/powercap`. */
import { mkdir, mkdtemp, readdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';

/** Texts of a zone's files by name; numbers get the kernel's line end. */
export type ZoneFiles = Readonly<Record<string, string | number>>;

export class FakePowercap {
  /** What stands for /sys. */
  readonly sys: string;
  /** The folder with the links. */
  readonly links: string;
  readonly #tree: string;

  private constructor(sys: string) {
    this.sys = sys;
    this.links = join(sys, 'class', 'powercap');
    this.#tree = join(sys, 'devices', 'virtual', 'powercap');
  }

  static async create(): Promise<FakePowercap> {
    return new FakePowercap(await mkdtemp(join(tmpdir(), 'wattbridge-sys-')));
  }

  /** Writes a zone's files, each at once as the kernel's are, and its link: `intel-rapl:0`, `intel-rapl:0:1`, `intel-rapl-mmio:0`. */
  async write(id: string, files: ZoneFiles): Promise<void> {
    const folder = this.folder(id);
    await mkdir(folder, { recursive: true });
    for (const [name, content] of Object.entries(files)) {
      await writeFile(join(folder, `${name}.new`), `${content}\n`);
      await rename(join(folder, `${name}.new`), join(folder, name));
    }
    await mkdir(this.links, { recursive: true });
    if (!(await readdir(this.links)).includes(id)) await symlink(relative(this.links, folder), join(this.links, id));
  }

  /** Where a zone is in the tree: `…/intel-rapl/intel-rapl:0/intel-rapl:0:1`. */
  folder(id: string): string {
    const [control, top, sub] = id.split(':');
    return join(this.#tree, control, `${control}:${top}`, ...(sub === undefined ? [] : [id]));
  }

  /** Takes a zone and its link away. */
  async remove(id: string): Promise<void> {
    await rm(this.folder(id), { recursive: true });
    await rm(join(this.links, id));
  }

  async close(): Promise<void> {
    await rm(this.sys, { recursive: true });
  }
}

/** An error as `readFile` gives it. */
export function fileError(code: string): Error {
  return Object.assign(new Error(`${code}: made up`), { code });
}
