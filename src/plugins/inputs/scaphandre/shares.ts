/** The energy of VMs, out of the folders that `scaphandre qemu` writes on their host, without a Scaphandre in between. */
import { readdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Point } from '../../../metric/point.ts';
import type { Tags } from '../../../metric/series.ts';
import type { PluginContext } from '../../../pipeline/plugin.ts';
import { readText } from '../../shared/host-folders.ts';
import { isForbidden } from '../../shared/powercap.ts';
import type { ScaphandreConfig } from './config.ts';
import { SHARE } from './guest.ts';
import { PointMaker, type Moment } from './snapshot-points.ts';
import { ENERGY } from './snapshot.ts';
import { lies, type Troubles } from './troubles.ts';

/** A VM has one zone, whatever its host has. */
const ZONE = 'intel-rapl:0';

/** More folders than this are not those of VMs. */
const MAX_VMS = 1000;

interface ShareFile {
  readonly zone: string;
  /** Which VM, on the host; in the VM itself there is no name. */
  readonly tags: Tags;
}

type Reading = { readonly status: 'ok' | 'frozen' | 'zero'; readonly micros: number } | { readonly status: 'down'; readonly error: string };

export class Shares {
  readonly #folder: string;
  readonly #config: ScaphandreConfig;
  readonly #context: PluginContext;
  readonly #troubles: Troubles;
  readonly #maker: PointMaker;
  readonly #monotonicMs: () => number;
  /** When each file was last written, by its own time, and when that was seen. */
  readonly #written = new Map<string, { readonly mtimeMs: number; readonly seenMs: number }>();

  /** `monotonicMs` is a clock that nobody sets. */
  constructor(folder: string, config: ScaphandreConfig, context: PluginContext, troubles: Troubles, monotonicMs: () => number) {
    this.#folder = resolve(context.baseDirectory, folder);
    this.#config = config;
    this.#context = context;
    this.#troubles = troubles;
    this.#monotonicMs = monotonicMs;
    this.#maker = new PointMaker(context.interner, [['scale', String(config.guest_scale)]]);
  }

  /** Reads all shares of the folder and appends a point for each. */
  async gather(out: Point[]): Promise<void> {
    const now = this.#context.clock.now();
    const files = await this.#find();
    for (const file of files) out.push(await this.#gatherOne(file, now));
    const zones = new Set(files.map(({ zone }) => zone));
    for (const zone of this.#written.keys()) if (!zones.has(zone)) this.#written.delete(zone);
  }

  async #find(): Promise<ShareFile[]> {
    const names = await this.#names();
    if (names === undefined) return [];
    this.#troubles.over(this.#folder, 'down');
    if (names.includes(ZONE)) return [{ zone: join(this.#folder, ZONE), tags: [] }];
    if (names.length > MAX_VMS) this.#context.drop('too_many_vms', names.length - MAX_VMS);
    return names
      .toSorted()
      .slice(0, MAX_VMS)
      .map((vmname) => ({ zone: join(this.#folder, vmname, ZONE), tags: [['vmname', vmname]] }));
  }

  async #names(): Promise<readonly string[] | undefined> {
    try {
      return await readdir(this.#folder);
    } catch (error) {
      const why = `cannot read the share: ${(error as Error).message}; is it mounted, and is \`scaphandre qemu\` running?`;
      this.#troubles.tell(this.#folder, 'down', why);
      return undefined;
    }
  }

  async #gatherOne({ zone, tags }: ShareFile, now: Moment): Promise<Point> {
    const reading = await this.#read(zone);
    const { status } = reading;
    for (const kind of ['frozen', 'zero', 'down']) if (kind !== status) this.#troubles.over(zone, kind);
    if (reading.status === 'down') this.#troubles.tell(zone, 'down', reading.error);
    else if (reading.status !== 'ok') this.#troubles.tell(zone, reading.status, lies[reading.status]);
    if (status === 'frozen' || status === 'zero') this.#context.drop(status);
    const fields = new Map([
      ['up', Number(status !== 'down')],
      ['frozen', Number(status === 'frozen')],
      ['zero', Number(status === 'zero')],
    ]);
    if (reading.status === 'ok') fields.set(ENERGY, reading.micros * this.#config.guest_scale);
    return this.#maker.point({ measurement: SHARE, tags, fields }, now);
  }

  async #read(zone: string): Promise<Reading> {
    const path = join(zone, 'energy_uj');
    try {
      const text = (await readText(path)).trim();
      if (!/^\d{1,16}$/.test(text)) return { status: 'down', error: `${path} holds "${text.slice(0, 40)}", which is no counter` };
      const micros = Number(text);
      // The host writes the file every five seconds, also when the VM has used nothing. Its clock may be another than ours.
      const { mtimeMs } = await stat(path);
      if (micros === 0) return { status: 'zero', micros };
      return { status: this.#hasMoved(zone, mtimeMs) ? 'ok' : 'frozen', micros };
    } catch (error) {
      const why = isForbidden(error) ? 'this user may not read the share' : `cannot read the share: ${(error as Error).message}`;
      return { status: 'down', error: why };
    }
  }

  /** Whether the file was written within the time that makes it frozen, as far as was seen. */
  #hasMoved(zone: string, mtimeMs: number): boolean {
    const nowMs = this.#monotonicMs();
    const known = this.#written.get(zone);
    if (known?.mtimeMs === mtimeMs) return nowMs - known.seenMs < this.#config.frozen_after;
    this.#written.set(zone, { mtimeMs, seenMs: nowMs });
    return true;
  }
}
