/** The seconds that each processor spent in each state since boot, from `/proc/stat` (proc_stat(5)). */

/** In the order of the columns. Old kernels end sooner: `steal` came with 2.6.11, `guest` with 2.6.24, `guest_nice` with 3.2. */
export const STATES = ['user', 'nice', 'system', 'idle', 'iowait', 'irq', 'softirq', 'steal', 'guest', 'guest_nice'] as const;
export type CpuState = (typeof STATES)[number];

/** Columns that every kernel has had since 2.6. */
const FEWEST_STATES = 7;

/** The kernel counts in hundredths of a second towards programs, whatever its own tick is (USER_HZ). */
const TICKS_PER_SECOND = 100;

export interface CpuTimes {
  /** `cpu0`, `cpu1`, …, or `cpu-total` for all of them together. */
  readonly cpu: string;
  readonly seconds: Readonly<Record<CpuState, number>>;
}

/** All processors that are online, in the kernel's order, and `cpu-total` last; lines that are none of theirs are left out. */
export function parseCpuTimes(stat: string): CpuTimes[] {
  const all: CpuTimes[] = [];
  let total: CpuTimes | undefined;
  for (const line of stat.split('\n')) {
    if (!line.startsWith('cpu')) break;
    const times = parseLine(line);
    if (times?.cpu === 'cpu-total') total = times;
    else if (times !== undefined) all.push(times);
  }
  return total === undefined ? all : [...all, total];
}

function parseLine(line: string): CpuTimes | undefined {
  const [name, ...ticks] = line.trim().split(/\s+/);
  if (ticks.length < FEWEST_STATES || !ticks.every((text) => /^\d+$/.test(text))) return undefined;
  const seconds = Object.fromEntries(STATES.map((state, column) => [state, Number(ticks[column] ?? 0) / TICKS_PER_SECOND]));
  return { cpu: name === 'cpu' ? 'cpu-total' : name, seconds: seconds as Record<CpuState, number> };
}

/** All of a processor's time. A guest's is left out, since `user` and `nice` have it already. */
function totalSeconds({ seconds: s }: CpuTimes): number {
  // Telegraf's order, so that the last digit of a sum is the same.
  return s.user + s.system + s.nice + s.iowait + s.irq + s.softirq + s.steal + s.idle;
}

/** The time in which there was something to do; as in Telegraf, waiting for a disk counts. */
export function activeSeconds(times: CpuTimes): number {
  return totalSeconds(times) - times.seconds.idle;
}

/**
 * What part of the time between two readings went into each state, in per cent, by Telegraf's formula: the guests' time is taken
 * out of `user` and `nice`. A state that the kernel corrected downwards (it says of `iowait` that it may) gives a negative part, as
 * in Telegraf. Undefined when no time has passed; `backwards` when the processor was reset, so that nothing can be said.
 */
export function usage(before: CpuTimes, now: CpuTimes): Readonly<Record<CpuState | 'active', number>> | 'backwards' | undefined {
  const passed = totalSeconds(now) - totalSeconds(before);
  if (passed < 0) return 'backwards';
  if (passed === 0) return undefined;
  const [from, to] = [before.seconds, now.seconds];
  const guest = to.guest - from.guest;
  const guestNice = to.guest_nice - from.guest_nice;
  const percent = (seconds: number): number => (100 * seconds) / passed;
  return {
    user: percent(to.user - from.user - guest),
    nice: percent(to.nice - from.nice - guestNice),
    system: percent(to.system - from.system),
    idle: percent(to.idle - from.idle),
    iowait: percent(to.iowait - from.iowait),
    irq: percent(to.irq - from.irq),
    softirq: percent(to.softirq - from.softirq),
    steal: percent(to.steal - from.steal),
    guest: percent(guest),
    guest_nice: percent(guestNice),
    active: percent(activeSeconds(now) - activeSeconds(before)),
  };
}
