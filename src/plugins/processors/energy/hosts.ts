/** The host totals of one processor: which sensor belongs to which host, and what the hosts have to say. */
import { HostTotal, type HostFrame, type HostMember } from '../../../energy/host-total.ts';
import type { EnergySample } from '../../../energy/integrate.ts';
import { EnergyPoints, energySeries } from '../../../energy/points.ts';
import { hostRank, type Source } from '../../../energy/sources/source.ts';
import type { Interner } from '../../../metric/interner.ts';
import type { Point } from '../../../metric/point.ts';
import { seriesId, type Series, type Tags } from '../../../metric/series.ts';
import type { PluginContext } from '../../../pipeline/plugin.ts';
import type { State } from '../../../queue/store.ts';
import { hostSpec } from './state.ts';

/** A sensor and the host it counts for. */
export interface HostSensor {
  readonly host: string;
  readonly tags: Tags;
  readonly member: HostMember;
}

/** The sensor that a source of a series is; undefined when it is no part of a host total. */
export function hostSensor(series: Series, source: Source, key: string): HostSensor | undefined {
  const rank = hostRank(source.scope);
  if (rank === 0) return undefined;
  const tags = series.tags.filter(([name]) => !source.identity.includes(name) && source.omit?.includes(name) !== true);
  return { host: seriesId('', tags), tags, member: { key, source: source.name, rank } };
}

export class Hosts {
  readonly #interner: Interner;
  readonly #hosts: State<HostTotal>;
  readonly #maxHosts: number;
  readonly #drop: PluginContext['drop'];
  readonly #now: () => number;
  /** By host, then by source; as many hosts as `#hosts` has. */
  readonly #points = new Map<string, Map<string, EnergyPoints>>();
  readonly #frames: HostFrame[] = [];

  constructor(context: PluginContext, maxHosts: number) {
    this.#interner = context.interner;
    this.#hosts = context.state(hostSpec);
    this.#maxHosts = maxHosts;
    this.#drop = context.drop.bind(context);
    this.#now = () => context.clock.now().ms;
  }

  /** Adds a sensor's sample to its host; appends the points of the frames that are complete. */
  report(sensor: HostSensor, sample: EnergySample, out: Point[]): void {
    let host = this.#hosts.get(sensor.host);
    if (host === undefined) {
      if (this.#hosts.size >= this.#maxHosts) {
        this.#drop('host_limit');
        return;
      }
      host = HostTotal.start(sensor.tags);
    }
    host.report(sensor.member, sample, this.#frames, this.#now);
    this.#hosts.set(sensor.host, host);
    this.#emit(sensor.host, sensor.tags, out);
  }

  /** What the frames would say if these samples, in order of time, were the last; the state stays as it is. */
  preview(samples: readonly { readonly sensor: HostSensor; readonly sample: EnergySample }[], out: Point[]): void {
    const copies = new Map([...this.#hosts.entries()].map(([key, host]) => [key, host.copy()]));
    for (const { sensor, sample } of samples) {
      const host = copies.get(sensor.host) ?? HostTotal.start(sensor.tags);
      copies.set(sensor.host, host);
      host.report(sensor.member, sample, this.#frames, this.#now);
      this.#emit(sensor.host, sensor.tags, out);
    }
    for (const [key, host] of copies) {
      host.close(this.#frames);
      this.#emit(key, host.tags, out);
    }
  }

  #emit(key: string, tags: Tags, out: Point[]): void {
    for (const frame of this.#frames) out.push(this.#pointsOf(key, tags, frame.source).point(frame));
    this.#frames.length = 0;
  }

  #pointsOf(key: string, tags: Tags, source: string): EnergyPoints {
    let bySource = this.#points.get(key);
    if (bySource === undefined) this.#points.set(key, (bySource = new Map<string, EnergyPoints>()));
    let points = bySource.get(source);
    if (points === undefined) {
      points = new EnergyPoints(this.#interner, energySeries(this.#interner, tags, { name: source, scope: 'host' }));
      bySource.set(source, points);
    }
    return points;
  }
}
