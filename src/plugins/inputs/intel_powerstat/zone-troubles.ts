import { FORBIDDEN, waysToRead } from '../../shared/powercap.ts';
import type { Log } from '../../../pipeline/plugin.ts';

/** What can be wrong with a zone, in words that say what happens then. */
export const troubles = {
  forbidden: `${FORBIDDEN}; any one of these lets this user: ${waysToRead().join(' ')}`,
  gone: 'the zone is gone; its power is gathered again when it is back',
  restarted: 'the energy counter moved as no power could move it, so it started again; there is no power for this interval',
  none: 'no processor packages among the powercap zones; in a VM there are none, elsewhere try: sudo modprobe intel_rapl_msr',
} as const;

/** Says what is wrong with which zone once, and once more when it is over, however many intervals it lasts. */
export class ZoneTroubles {
  readonly #log: Log;
  #known: ReadonlyMap<string, string> = new Map();

  constructor(log: Log) {
    this.#log = log;
  }

  /** `now`: a sentence on each zone that something is wrong with. */
  report(now: ReadonlyMap<string, string>): void {
    const fresh = [...now].filter(([zone, trouble]) => this.#known.get(zone) !== trouble);
    for (const [trouble, entries] of Map.groupBy(fresh, ([, text]) => text)) {
      this.#log.error(trouble, { zones: entries.map(([zone]) => zone).join(', ') });
    }
    const over = [...this.#known.keys()].filter((zone) => !now.has(zone));
    if (over.length > 0) this.#log.info('gathered again', { zones: over.join(', ') });
    this.#known = now;
  }
}
