/** What the powercap zones have to say: the raw counters, and Telegraf's watts between two readings of them. */
import { defaultMaxWatts } from '../../../energy/sources/source.ts';
import { Kind } from '../../../metric/kind.ts';
import { findZones, readMicros, type Domain, type PowercapZone } from '../../shared/powercap.ts';
import type { PackageMetric, PowerstatConfig } from './config.ts';
import { PACKAGE, type Lines, type Tags } from './lines.ts';
import type { Machine } from './machine.ts';
import { PowerMeter, type Reading } from './power-meter.ts';
import { troubles, type Troubles } from './troubles.ts';

/** The measurement of the raw counters; `energy/sources/powercap.ts` says what they mean. */
const COUNTERS = 'powercap';

const SCOPES = { package: 'package', dram: 'dram', core: 'core', uncore: 'uncore', psys: 'platform' } as const;

/** Counters are read one after the other, so even a platform that feeds nothing else may seem to have a little less than its packages. */
const LEAST_PLATFORM = 0.9;

/** The zones that could be read, in the order in which they were found. */
type Readings = ReadonlyMap<PowercapZone, Reading>;

export class Rapl {
  readonly #machine: Machine;
  readonly #metrics: readonly PackageMetric[];
  readonly #counters: readonly Domain[];
  /** By what the zones are, since ids change when the driver is loaded again; as many as the machine has. */
  readonly #meters = new Map<string, { readonly meter: PowerMeter; readonly id: string }>();

  constructor({ package_metrics: metrics, energy_counters: counters }: PowerstatConfig, machine: Machine) {
    this.#machine = machine;
    this.#metrics = metrics;
    this.#counters = counters;
  }

  /** Reads the zones in this folder. They are looked for every time: the driver may be loaded later, and a socket may be taken offline. */
  async gather(folder: string, lines: Lines, found: Troubles): Promise<void> {
    const zones = await findZones(folder, this.#machine.read);
    const readings = new Map<PowercapZone, Reading>();
    for (const zone of zones) {
      if (this.#isRead(zone.domain)) readings.set(zone, await this.#read(zone, found));
    }
    this.#forgetAllBut(zones, found);
    if (zones.length === 0 && this.#meters.size === 0) found.set(folder, troubles.none);
    // Watts go first: where there is one gather only, `energy` takes the power from them, and else goes by the counters anyway.
    for (const zone of zones) {
      if (zone.domain === 'package') await this.#addPackage(zone, readings, lines);
    }
    this.#addCounters(readings, lines, found);
  }

  #isRead(domain: Domain): boolean {
    if (this.#counters.includes(domain)) return true;
    if (domain === 'package') return this.#metrics.includes('current_power_consumption') || this.#counters.includes('psys');
    return domain === 'dram' && this.#metrics.includes('current_dram_power_consumption');
  }

  async #read(zone: PowercapZone, found: Troubles): Promise<Reading> {
    const key = tagsOf(zone).join(' ');
    const known = this.#meters.get(key);
    const meter = known?.meter ?? new PowerMeter(this.#machine, defaultMaxWatts(SCOPES[zone.domain]));
    if (known?.id !== zone.id) this.#meters.set(key, { meter, id: zone.id });
    const reading = await meter.read(zone);
    if (reading.status === 'failed') found.set(zone.id, `cannot read the energy counter: ${reading.error}`);
    else if (reading.status === 'forbidden' || reading.status === 'restarted') found.set(zone.id, troubles[reading.status]);
    return reading;
  }

  #forgetAllBut(zones: readonly PowercapZone[], found: Troubles): void {
    const there = new Set(zones.map((zone) => tagsOf(zone).join(' ')));
    for (const [key, { meter, id }] of this.#meters) {
      if (there.has(key)) continue;
      meter.forget();
      found.set(id, troubles.gone);
    }
  }

  /** The raw counters, as exact integers. */
  #addCounters(readings: Readings, lines: Lines, found: Troubles): void {
    const isFed = isPlatformFed(readings);
    for (const [zone, reading] of readings) {
      if (!this.#counters.includes(zone.domain) || !('counter' in reading)) continue;
      if (zone.domain === 'psys' && isFed !== true) {
        if (isFed === false) found.set(zone.id, troubles.tooLittle);
        continue;
      }
      const { micros, range } = reading.counter;
      lines.add(COUNTERS, tagsOf(zone), [
        ['energy_uj', Kind.Int, micros],
        ...(range === undefined ? [] : [['max_energy_range_uj', Kind.Int, range] as const]),
      ]);
    }
  }

  /** A package's watts, in the order in which Telegraf writes them. */
  async #addPackage(zone: PowercapZone, readings: Readings, lines: Lines): Promise<void> {
    const { packageId, die } = zone;
    const tags = packageTags(zone);
    const memory = [...readings.keys()].find((other) => other.domain === 'dram' && other.packageId === packageId && other.die === die);
    for (const metric of this.#metrics) {
      if (metric === 'current_power_consumption') lines.addRounded(PACKAGE, tags, `${metric}_watts`, wattsOf(readings.get(zone)));
      if (metric === 'current_dram_power_consumption' && memory !== undefined) {
        lines.addRounded(PACKAGE, tags, `${metric}_watts`, wattsOf(readings.get(memory)));
      }
      if (metric === 'thermal_design_power') lines.addRounded(PACKAGE, tags, `${metric}_watts`, await this.#designPower(zone));
    }
  }

  /** Undefined where the processor does not say (AMD), also by a 0. */
  async #designPower(zone: PowercapZone): Promise<number | undefined> {
    try {
      return (await readMicros(zone, 'constraint_0_max_power_uw', this.#machine.read)) / 1e6 || undefined;
    } catch {
      return undefined; // no such file, or ENODATA: the kernel's way to say that it does not know
    }
  }
}

/**
 * Whether the platform counters can be what they say they are, which is more than the packages that a platform contains. Many boards
 * don't feed them: they stand still, or count in another unit. Undefined as long as there is no power of all of them to tell by.
 */
function isPlatformFed(readings: Readings): boolean | undefined {
  const watts = { psys: 0, package: 0 };
  for (const [{ domain }, reading] of readings) {
    if (domain !== 'psys' && domain !== 'package') continue;
    if (reading.status !== 'ok') return undefined;
    watts[domain] += reading.watts;
  }
  return watts.psys >= watts.package * LEAST_PLATFORM;
}

function wattsOf(reading: Reading | undefined): number | undefined {
  return reading?.status === 'ok' ? reading.watts : undefined;
}

function tagsOf(zone: PowercapZone): Tags {
  return [['domain', zone.domain], ...packageTags(zone)];
}

/** Telegraf's, and its tag `die` where there are several. */
function packageTags({ packageId, die }: PowercapZone): Tags {
  const tags: (readonly [string, string])[] = [];
  if (die !== undefined) tags.push(['die', die]);
  if (packageId !== undefined) tags.push(['package_id', packageId]);
  return tags;
}
