import { resolve } from 'node:path';
import type { PluginContext, PolledInput, Sink } from '../../../pipeline/plugin.ts';
import { deliverPatiently } from '../../shared/patient-delivery.ts';
import { powercapFolder } from '../../shared/powercap.ts';
import type { PowerstatConfig } from './config.ts';
import { formatCpuList } from './cpu-list.ts';
import { Cpus, type Cpu } from './cpus.ts';
import { addUncoreFrequencies, baseFrequency, cpuFrequencies } from './frequencies.ts';
import { CORE, Lines, PACKAGE } from './lines.ts';
import type { Machine } from './machine.ts';
import { Rapl } from './rapl.ts';
import { Temperatures } from './temperatures.ts';
import { TroubleLog, troubles, type Troubles } from './troubles.ts';

/** Reads counters and frequencies at every interval; see `plugin.ts`. */
export class Powerstat implements PolledInput {
  /** A power is the difference of two readings. */
  readonly needsEarlierGather = true;
  readonly #config: PowerstatConfig;
  readonly #context: PluginContext;
  readonly #machine: Machine;
  readonly #rapl: Rapl;
  readonly #cpus: Cpus;
  readonly #temperatures: Temperatures;
  readonly #troubles: TroubleLog;

  constructor(config: PowerstatConfig, context: PluginContext, machine: Machine) {
    this.#config = config;
    this.#context = context;
    this.#machine = machine;
    this.#rapl = new Rapl(config, machine);
    this.#cpus = new Cpus(machine);
    this.#temperatures = new Temperatures(machine);
    this.#troubles = new TroubleLog(context.log);
  }

  async gather(sink: Sink, signal: AbortSignal): Promise<void> {
    const { package_metrics: metrics, cpu_metrics: cpuMetrics, energy_counters: counters } = this.#config;
    const lines = new Lines(this.#context.interner, this.#context.clock.now());
    const found: Troubles = new Map();
    if (counters.length > 0 || metrics.some((metric) => !metric.endsWith('_frequency'))) {
      await this.#rapl.gather(await this.#folder(), lines, found);
    }
    if (metrics.includes('uncore_frequency') && (await addUncoreFrequencies(this.#machine, lines)) === 0) {
      found.set('uncore_frequency', troubles.uncore_frequency);
    }
    if (cpuMetrics.length > 0 || metrics.includes('cpu_base_frequency')) await this.#gatherCpus(lines, found);
    if (found.size > 0) this.#context.error();
    this.#troubles.report(found);
    if (lines.points.length > 0) await deliverPatiently(sink, lines.points, signal);
  }

  async #folder(): Promise<string> {
    const { powercap_path: path } = this.#config;
    return path === undefined ? powercapFolder(this.#machine.sys) : resolve(this.#context.baseDirectory, path);
  }

  async #gatherCpus(lines: Lines, found: Troubles): Promise<void> {
    const { package_metrics: metrics, cpu_metrics: cpuMetrics } = this.#config;
    const online = await this.#cpus.online();
    if (metrics.includes('cpu_base_frequency')) await this.#addBaseFrequencies(online, lines, found);
    if (cpuMetrics.length === 0) return;
    const cpus = this.#chosen(online, found);
    if (cpuMetrics.includes('cpu_frequency')) {
      const frequencies = await cpuFrequencies(this.#machine, cpus);
      for (const cpu of cpus) lines.addRounded(CORE, cpu.tags, 'cpu_frequency_mhz', frequencies.get(cpu.id));
      noteMissing('cpu_frequency', cpus, frequencies, found);
    }
    if (cpuMetrics.includes('cpu_temperature')) {
      const degrees = await this.#temperatures.of(cpus);
      for (const cpu of cpus) lines.addUnsigned(CORE, cpu.tags, 'cpu_temperature_celsius', degrees.get(cpu.id));
      noteMissing('cpu_temperature', cpus, degrees, found);
    }
  }

  /** One a package, by its first CPU. */
  async #addBaseFrequencies(online: readonly Cpu[], lines: Lines, found: Troubles): Promise<void> {
    for (const [packageId, cpus] of Map.groupBy(online, (cpu) => cpu.packageId)) {
      const mhz = await baseFrequency(this.#machine, cpus[0]);
      lines.addUnsigned(PACKAGE, [['package_id', packageId]], 'cpu_base_frequency_mhz', mhz);
      if (mhz === undefined) found.set('cpu_base_frequency', troubles.cpu_base_frequency);
    }
  }

  #chosen(online: readonly Cpu[], found: Troubles): readonly Cpu[] {
    const { included_cpus: included, excluded_cpus: excluded } = this.#config;
    if (included.length === 0) return online.filter(({ id }) => !excluded.includes(id));
    const cpus = online.filter(({ id }) => included.includes(id));
    const missing = included.filter((id) => !cpus.some((cpu) => cpu.id === id));
    if (missing.length > 0) found.set(`CPUs ${formatCpuList(missing)}`, troubles.offline);
    return cpus;
  }
}

function noteMissing(
  metric: 'cpu_frequency' | 'cpu_temperature',
  cpus: readonly Cpu[],
  values: ReadonlyMap<number, number>,
  found: Troubles,
): void {
  const missing = cpus.filter(({ id }) => !values.has(id)).map(({ id }) => id);
  if (missing.length > 0) found.set(`${metric} of CPUs ${formatCpuList(missing)}`, troubles[metric]);
}
