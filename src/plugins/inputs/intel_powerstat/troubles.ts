import { FORBIDDEN, waysToRead } from '../../shared/powercap.ts';
import type { Log } from '../../../pipeline/plugin.ts';

/** What can be wrong, in words that say what happens then. */
export const troubles = {
  forbidden: `${FORBIDDEN}; any one of these lets this user: ${waysToRead().join(' ')}`,
  gone: 'the zone is gone; its power is gathered again when it is back',
  restarted: 'the energy counter moved as no power could move it, so it started again; there is no power for this interval',
  none: 'no processor packages among the powercap zones; in a VM there are none, elsewhere try: sudo modprobe intel_rapl_msr',
  tooLittle: 'the platform counter says less than the packages that it should contain: this board does not feed it; left out',
  uncore_frequency: 'no uncore frequencies; try: sudo modprobe intel_uncore_frequency (Intel servers, Linux 5.6 and later)',
  cpu_base_frequency: 'no base frequency: only the cpufreq driver intel_pstate tells it (Linux 4.18 and later)',
  cpu_frequency: 'no frequency of these CPUs: neither cpufreq nor /proc/cpuinfo has it',
  cpu_temperature: 'no temperature of these CPUs; try: sudo modprobe coretemp (Intel) or k10temp (AMD)',
  offline: 'these CPUs of included_cpus are not there or offline; gathered when they come online',
} as const;

/** What is wrong now, as a sentence, by what it is wrong with: a zone, a list of CPUs, a folder. */
export type Troubles = Map<string, string>;

/** Says what is wrong with what once, and once more when it is over, however many intervals it lasts. */
export class TroubleLog {
  readonly #log: Log;
  #known: ReadonlyMap<string, string> = new Map();

  constructor(log: Log) {
    this.#log = log;
  }

  /** Takes all that is wrong in this interval. */
  report(now: ReadonlyMap<string, string>): void {
    const fresh = [...now].filter(([subject, trouble]) => this.#known.get(subject) !== trouble);
    for (const [trouble, entries] of Map.groupBy(fresh, ([, text]) => text)) {
      this.#log.error(trouble, { of: entries.map(([subject]) => subject).join(', ') });
    }
    const over = [...this.#known.keys()].filter((subject) => !now.has(subject));
    if (over.length > 0) this.#log.info('gathered again', { of: over.join(', ') });
    this.#known = now;
  }
}
