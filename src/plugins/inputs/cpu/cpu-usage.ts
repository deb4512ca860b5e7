import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Kind } from '../../../metric/kind.ts';
import type { Point } from '../../../metric/point.ts';
import type { PluginContext, PolledInput, Sink } from '../../../pipeline/plugin.ts';
import type { HostFolders } from '../../shared/host-folders.ts';
import { makePoint, type NewField } from '../../shared/make-point.ts';
import { deliverPatiently } from '../../shared/patient-delivery.ts';
import { readCoreTags, type CoreTags } from './core-tags.ts';
import { activeSeconds, parseCpuTimes, usage, type CpuTimes } from './cpu-times.ts';
import type { CpuConfig } from './config.ts';

/** Reads `/proc/stat` at every interval; see `plugin.ts`. */
export class CpuUsage implements PolledInput {
  readonly needsEarlierGather = true;
  readonly #config: CpuConfig;
  readonly #context: PluginContext;
  readonly #folders: HostFolders;
  /** The last reading, by processor: one that goes offline is forgotten, and starts afresh when it comes back. */
  #last: ReadonlyMap<string, CpuTimes> = new Map();
  #coreTags: ReadonlyMap<string, CoreTags> | undefined;

  constructor(config: CpuConfig, context: PluginContext, folders: HostFolders) {
    this.#config = config;
    this.#context = context;
    this.#folders = folders;
  }

  async gather(sink: Sink, signal: AbortSignal): Promise<void> {
    const file = join(this.#folders.proc, 'stat');
    const wanted = parseCpuTimes(await readFile(file, 'utf8')).filter(({ cpu }) => this.#wants(cpu));
    const time = this.#context.clock.now();
    const points: Point[] = [];
    for (const now of wanted) {
      const tags = await this.#tags(now.cpu);
      for (const fields of this.#fieldSets(now)) points.push(makePoint(this.#context.interner, { measurement: 'cpu', tags, fields, time }));
    }
    this.#last = new Map(wanted.map((times) => [times.cpu, times]));
    if (wanted.length === 0) throw new Error(`found no processors in ${file}`);
    await deliverPatiently(sink, points, signal);
  }

  #wants(cpu: string): boolean {
    return cpu === 'cpu-total' ? this.#config.totalcpu : this.#config.percpu;
  }

  /** The times since boot, where they are asked for, and what went on since the last reading, where there is one. */
  #fieldSets(now: CpuTimes): (readonly NewField[])[] {
    const sets: (readonly NewField[])[] = [];
    if (this.#config.collect_cpu_time) sets.push(this.#named('time_', { ...now.seconds, active: activeSeconds(now) }));
    const before = this.#last.get(now.cpu);
    if (before === undefined) return sets;
    const parts = usage(before, now);
    if (parts === 'backwards') this.#tellOfReset(now.cpu);
    else if (parts !== undefined) sets.push(this.#named('usage_', parts));
    return sets;
  }

  #named(prefix: string, { active, ...values }: Readonly<Record<string, number>>): readonly NewField[] {
    const wanted = this.#config.report_active ? { ...values, active } : values;
    return Object.entries(wanted).map(([state, value]) => ({ name: prefix + state, kind: Kind.Float, value }));
  }

  #tellOfReset(cpu: string): void {
    this.#context.error();
    this.#context.log.error(`current total CPU time of ${cpu} is less than previous total CPU time; it has no usage this time`);
  }

  async #tags(cpu: string): Promise<CoreTags> {
    const name = ['cpu', cpu] as const;
    if (!this.#config.core_tags || cpu === 'cpu-total') return [name];
    // Reading it makes old kernels ask every core for its clock, so it is done again only for a processor that was plugged in.
    if (this.#coreTags?.has(cpu) !== true) this.#coreTags = await this.#readCoreTags();
    return [name, ...(this.#coreTags.get(cpu) ?? [])];
  }

  async #readCoreTags(): Promise<ReadonlyMap<string, CoreTags>> {
    try {
      return await readCoreTags(this.#folders);
    } catch (error) {
      // Usage without these tags is better than none.
      if (this.#coreTags === undefined) this.#context.log.warn(`Failed to gather info about CPUs: ${(error as Error).message}`);
      return new Map();
    }
  }
}
