/** Lists of CPUs as Linux and Telegraf write them: `0-3,8`. */

/** A bound for numbers that somebody types; Linux has no more CPUs. */
const MAX_CPU = 8191;

/** The numbers in the list, in order; undefined when it is none. Empty for the empty text. */
export function parseCpuList(text: string): number[] | undefined {
  if (text.trim() === '') return [];
  const cpus: number[] = [];
  for (const part of text.split(',')) {
    const range = /^(\d+)(?:-(\d+))?$/.exec(part.trim());
    if (range === null) return undefined;
    const [first, last] = [Number(range[1]), Number(range[2] ?? range[1])];
    if (last < first || last > MAX_CPU) return undefined;
    for (let cpu = first; cpu <= last; cpu++) cpus.push(cpu);
  }
  return cpus;
}

/** The shortest text for these numbers: `0-3,8`. */
export function formatCpuList(cpus: readonly number[]): string {
  const ranges: [number, number][] = [];
  for (const cpu of cpus.toSorted((a, b) => a - b)) {
    const last = ranges.at(-1);
    if (last !== undefined && cpu === last[1] + 1) last[1] = cpu;
    else ranges.push([cpu, cpu]);
  }
  return ranges.map(([first, last]) => (first === last ? `${first}` : `${first}-${last}`)).join(',');
}
