/** The systemd units of this machine's processes. */
import { join } from 'node:path';
import { hostFolders, readText, type ReadText } from '../../shared/host-folders.ts';
import { UNIT, type Labels } from './services.ts';
import type { Snapshot } from './snapshot.ts';

/** The innermost service or scope of a cgroup: `0::/system.slice/nginx.service`, `…/user@1000.service/app.slice/code.scope`. */
const UNIT_NAME = /\/([^/\n]+\.(?:service|scope))(?!.*\/[^/\n]+\.(?:service|scope))/;

export class Units {
  readonly #proc: string;
  readonly #read: ReadText;
  /** A process's labels with its unit, for as long as they are one object. */
  readonly #labelled = new WeakMap<Labels, Labels>();

  constructor(proc: string = hostFolders().proc, read: ReadText = readText) {
    this.#proc = proc;
    this.#read = read;
  }

  /** Adds the label `systemd_unit` to the processes that have one, in place. */
  async label({ processes }: Snapshot): Promise<void> {
    for (const [key, { labels, fields }] of processes) processes.set(key, { labels: await this.#withUnit(labels), fields });
  }

  async #withUnit(labels: Labels): Promise<Labels> {
    const known = this.#labelled.get(labels);
    if (known !== undefined) return known;
    const unit = await this.#unitOf(labels.get('pid') ?? '');
    const labelled = unit === undefined ? labels : new Map([...labels, [UNIT, unit]]);
    this.#labelled.set(labels, labelled);
    return labelled;
  }

  async #unitOf(pid: string): Promise<string | undefined> {
    if (!/^\d+$/.test(pid)) return undefined;
    try {
      return UNIT_NAME.exec(await this.#read(join(this.#proc, pid, 'cgroup')))?.[1];
    } catch {
      return undefined; // the process has ended since
    }
  }
}
