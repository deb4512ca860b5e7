/** The frequencies of CPUs and of what is beside them in the processor (uncore), in MHz. */
import { namesIn } from '../../shared/host-folders.ts';
import { Kind } from '../../../metric/kind.ts';
import { cpusFolder, type Cpu } from './cpus.ts';
import { PACKAGE, round, type Lines, type Tags } from './lines.ts';
import { readIfThere, readInteger, type Machine } from './machine.ts';

const KHZ_PER_MHZ = 1000;

/** What each of these CPUs runs at, by its number: as cpufreq has it or, in VMs, /proc/cpuinfo. None of those that neither tells. */
export async function cpuFrequencies(machine: Machine, cpus: readonly Cpu[]): Promise<ReadonlyMap<number, number>> {
  const frequencies = new Map<number, number>();
  await Promise.all(
    cpus.map(async ({ id }) => {
      const khz = await readInteger(machine, `${cpusFolder(machine)}/cpu${id}/cpufreq/scaling_cur_freq`);
      if (khz !== undefined) frequencies.set(id, khz / KHZ_PER_MHZ);
    }),
  );
  return frequencies.size > 0 ? frequencies : frequenciesIn((await readIfThere(machine, `${machine.proc}/cpuinfo`)) ?? '');
}

function frequenciesIn(cpuinfo: string): ReadonlyMap<number, number> {
  const frequencies = new Map<number, number>();
  for (const [, id, mhz] of cpuinfo.matchAll(/^processor\s*:\s*(\d+)$(?:\n.+)*?\ncpu MHz\s*:\s*([\d.]+)$/gm)) {
    frequencies.set(Number(id), Number(mhz));
  }
  return frequencies;
}

/** What a package is sold as running at; undefined where cpufreq does not tell. */
export async function baseFrequency(machine: Machine, cpu: Cpu): Promise<number | undefined> {
  const khz = await readInteger(machine, `${cpusFolder(machine)}/cpu${cpu.id}/cpufreq/base_frequency`);
  return khz === undefined ? undefined : Math.round(khz / KHZ_PER_MHZ);
}

/** A die of a processor, as the kernel's driver intel_uncore_frequency has it. */
interface Die {
  readonly folder: string;
  readonly packageId: string;
  readonly die: string;
}

/** Telegraf's two lines a die: the limits that the processor came with, and those set now. */
const UNCORE_TYPES = { initial: 'initial_', current: '' } as const;

/** Adds the uncore frequencies of all dies. Returns how many dies there are. */
export async function addUncoreFrequencies(machine: Machine, lines: Lines): Promise<number> {
  const root = `${cpusFolder(machine)}/intel_uncore_frequency`;
  const dies = (await namesIn(root)).flatMap((name) => {
    const [, packageId, die] = /^package_(\d+)_die_(\d+)$/.exec(name) ?? [];
    if (packageId === undefined || die === undefined) return [];
    return [{ folder: `${root}/${name}`, packageId: `${Number(packageId)}`, die: `${Number(die)}` }];
  });
  for (const die of dies) {
    for (const type of ['initial', 'current'] as const) await addUncore(machine, die, type, lines);
  }
  return dies.length;
}

async function addUncore(machine: Machine, { folder, packageId, die }: Die, type: keyof typeof UNCORE_TYPES, lines: Lines): Promise<void> {
  const mhz = async (name: string): Promise<number | undefined> => {
    const khz = await readInteger(machine, `${folder}/${name}_freq_khz`);
    return khz === undefined ? undefined : khz / KHZ_PER_MHZ;
  };
  const [max, min] = await Promise.all(['max', 'min'].map((limit) => mhz(`${UNCORE_TYPES[type]}${limit}`)));
  if (max === undefined || min === undefined) return;
  // Linux 5.18 and later tell it; Telegraf reads it from an MSR on earlier ones.
  const now = type === 'current' ? await mhz('current') : undefined;
  const tags: Tags = [
    ['die', die],
    ['package_id', packageId],
    ['type', type],
  ];
  lines.add(PACKAGE, tags, [
    ['uncore_frequency_limit_mhz_max', Kind.Float, round(max)],
    ['uncore_frequency_limit_mhz_min', Kind.Float, round(min)],
    ...(now === undefined ? [] : [['uncore_frequency_mhz_cur', Kind.Uint, Math.round(now)] as const]),
  ]);
}
