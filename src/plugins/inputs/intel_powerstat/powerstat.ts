import { resolve } from 'node:path';
import { defaultMaxWatts } from '../../../energy/sources/source.ts';
import { Kind } from '../../../metric/kind.ts';
import { Point } from '../../../metric/point.ts';
import type { PluginContext, PolledInput, Sink } from '../../../pipeline/plugin.ts';
import { deliverPatiently } from '../../shared/patient-delivery.ts';
import { findPackages, powercapFolder, readMicros, type PowercapPackage, type PowercapZone } from '../../shared/powercap.ts';
import type { PackageMetric, PowerstatConfig } from './config.ts';
import { PowerMeter, type MeterOptions, type PowerReading } from './power-meter.ts';
import { troubles, ZoneTroubles } from './zone-troubles.ts';

const MEASUREMENT = 'powerstat_package';

/** What one gather has found so far. */
interface Round {
  readonly points: Point[];
  /** What is wrong, by zone. */
  readonly troubles: Map<string, string>;
  readonly now: { readonly ms: number; readonly ns: number };
}

/** Reads the counters at every interval; see `plugin.ts`. */
export class Powerstat implements PolledInput {
  readonly #config: PowerstatConfig;
  readonly #context: PluginContext;
  readonly #options: MeterOptions;
  readonly #troubles: ZoneTroubles;
  /** By the zone's id; as many as the processor has. */
  readonly #meters = new Map<string, PowerMeter>();

  constructor(config: PowerstatConfig, context: PluginContext, options: MeterOptions) {
    this.#config = config;
    this.#context = context;
    this.#options = options;
    this.#troubles = new ZoneTroubles(context.log);
  }

  async gather(sink: Sink, signal: AbortSignal): Promise<void> {
    const folder = await this.#folder();
    // Looked for every time: the driver may be loaded later, and a socket may be taken offline.
    const packages = await findPackages(folder, this.#options.read);
    const round: Round = { points: [], troubles: new Map(), now: this.#context.clock.now() };
    for (const one of packages) await this.#gatherPackage(one, round);
    this.#forgetAllBut(packages, round);
    if (packages.length === 0 && this.#meters.size === 0) round.troubles.set(folder, troubles.none);
    if (round.troubles.size > 0) this.#context.error();
    this.#troubles.report(round.troubles);
    if (round.points.length > 0) await deliverPatiently(sink, round.points, signal);
  }

  async #folder(): Promise<string> {
    const { powercap_path: path } = this.#config;
    return path === undefined ? powercapFolder() : resolve(this.#context.baseDirectory, path);
  }

  /** In the order in which Telegraf writes them. */
  async #gatherPackage({ id, dies, memory }: PowercapPackage, round: Round): Promise<void> {
    if (this.#wants('current_power_consumption')) {
      this.#add(round, id, 'current_power_consumption_watts', await this.#power(dies, defaultMaxWatts('package'), round));
    }
    if (this.#wants('current_dram_power_consumption')) {
      this.#add(round, id, 'current_dram_power_consumption_watts', await this.#power(memory, defaultMaxWatts('dram'), round));
    }
    if (this.#wants('thermal_design_power')) this.#add(round, id, 'thermal_design_power_watts', await this.#designPower(dies));
  }

  #wants(metric: PackageMetric): boolean {
    return this.#config.package_metrics.includes(metric);
  }

  /** The watts of these zones together; undefined unless all of them have some, since a part would pass for the whole. */
  async #power(zones: readonly PowercapZone[], maxWatts: number, { troubles: found }: Round): Promise<number | undefined> {
    const readings: PowerReading[] = [];
    for (const zone of zones) {
      const reading = await this.#meter(zone, maxWatts).read(zone);
      if (reading.status === 'failed') found.set(zone.id, `cannot read the energy counter: ${reading.error}`);
      else if (reading.status === 'forbidden' || reading.status === 'restarted') found.set(zone.id, troubles[reading.status]);
      readings.push(reading);
    }
    return sum(readings.map((reading) => (reading.status === 'ok' ? reading.watts : undefined)));
  }

  /** The design power of the whole package; undefined where the processor does not say (AMD), also by a 0. */
  async #designPower(dies: readonly PowercapZone[]): Promise<number | undefined> {
    const all: (number | undefined)[] = [];
    for (const die of dies) {
      try {
        all.push((await readMicros(die, 'constraint_0_max_power_uw', this.#options.read)) / 1e6 || undefined);
      } catch {
        return undefined; // no such file, or ENODATA: the kernel's way to say that it does not know
      }
    }
    return sum(all);
  }

  #meter(zone: PowercapZone, maxWatts: number): PowerMeter {
    const known = this.#meters.get(zone.id);
    if (known !== undefined) return known;
    const meter = new PowerMeter(this.#options, maxWatts);
    this.#meters.set(zone.id, meter);
    return meter;
  }

  #forgetAllBut(packages: readonly PowercapPackage[], { troubles: found }: Round): void {
    const there = new Set(packages.flatMap(({ dies, memory }) => [...dies, ...memory]).map((zone) => zone.id));
    for (const [id, meter] of this.#meters) {
      if (there.has(id)) continue;
      meter.forget();
      found.set(id, troubles.gone);
    }
  }

  #add({ points, now }: Round, packageId: string, field: string, watts: number | undefined): void {
    if (watts === undefined) return;
    const { interner } = this.#context;
    const series = interner.series(MEASUREMENT, [['package_id', packageId]]);
    const shape = interner.shape(series, [{ name: field, kind: Kind.Float }]);
    // Telegraf's rounding.
    points.push(Point.fromValues(shape, now.ms, now.ns, [Math.round(watts * 100) / 100]));
  }
}

/** Undefined when there are none, or one of them is. */
function sum(values: readonly (number | undefined)[]): number | undefined {
  let total: number | undefined;
  for (const value of values) {
    if (value === undefined) return undefined;
    total = (total ?? 0) + value;
  }
  return total;
}
