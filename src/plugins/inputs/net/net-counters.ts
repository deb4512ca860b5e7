import { Kind } from '../../../metric/kind.ts';
import type { Point } from '../../../metric/point.ts';
import { compileGlobOption } from '../../../pipeline/glob-option.ts';
import type { Matcher } from '../../../pipeline/glob.ts';
import type { PluginContext, PolledInput, Sink } from '../../../pipeline/plugin.ts';
import { readNetworkFile, type HostFolders } from '../../shared/host-folders.ts';
import { makePoint, type NewField } from '../../shared/make-point.ts';
import { deliverPatiently } from '../../shared/patient-delivery.ts';
import type { NetConfig } from './config.ts';
import { parseInterfaces, parseProtocols } from './counters.ts';
import { isInUse, speedOf } from './interface-state.ts';

/** Reads the network's counters at every interval; see `plugin.ts`. */
export class NetCounters implements PolledInput {
  readonly #config: NetConfig;
  readonly #context: PluginContext;
  readonly #folders: HostFolders;
  /** Undefined: no list was given. */
  readonly #isListed: Matcher | undefined;

  constructor(config: NetConfig, context: PluginContext, folders: HostFolders) {
    this.#config = config;
    this.#context = context;
    this.#folders = folders;
    this.#isListed = config.interfaces.length === 0 ? undefined : compileGlobOption(['interfaces'], config.interfaces);
  }

  async gather(sink: Sink, signal: AbortSignal): Promise<void> {
    const interfaces = parseInterfaces(await readNetworkFile(this.#folders, 'dev'));
    const points: Point[] = [];
    for (const [name, counters] of interfaces) {
      if (!(await this.#isWanted(name))) continue;
      const speed = { name: 'speed', kind: Kind.Int, value: await speedOf(this.#folders.sys, name) };
      points.push(this.#point(name, [...counters, speed]));
    }
    if (!this.#config.ignore_protocol_stats) {
      const protocols = parseProtocols(await readNetworkFile(this.#folders, 'snmp'));
      if (protocols.length > 0) points.push(this.#point('all', protocols));
    }
    await deliverPatiently(sink, points, signal);
  }

  /** With HOST_PROC, `/sys` may be another machine's than `/proc`: then all are taken, as in Telegraf. */
  async #isWanted(name: string): Promise<boolean> {
    if (this.#isListed !== undefined) return this.#isListed(name);
    return this.#folders.isForeign || isInUse(this.#folders.sys, name);
  }

  #point(name: string, fields: readonly NewField[]): Point {
    const { interner, clock } = this.#context;
    return makePoint(interner, { measurement: 'net', tags: [['interface', name]], fields, time: clock.now() });
  }
}
