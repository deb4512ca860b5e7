/** What is wrong with which source, in words that say what to do. */
import type { PluginContext } from '../../../pipeline/plugin.ts';

/** By what `FreshnessCheck` found. */
export const lies = {
  repeated:
    'Scaphandre repeats itself: it measures at most every two seconds, and when asked more often never again; use an interval of 3s or more',
  frozen: 'the energy counters stand still, so nothing of them counts; in a VM, is `scaphandre qemu` still running on its host?',
  zero: "the VM's share reads 0, as after a restart of its host; run `scaphandre qemu` there, and attach the share again",
  unreadable: 'Scaphandre may not read the energy counters and says 0 W; run it as root, or give it the right to read energy_uj',
} as const;

/** Says what is wrong once, and once more when it is over, however many intervals it lasts; counts an error each time. */
export class Troubles {
  readonly #context: Pick<PluginContext, 'log' | 'error'>;
  /** By source and kind; as many as there are sources. */
  readonly #known = new Map<string, string>();

  constructor(context: Pick<PluginContext, 'log' | 'error'>) {
    this.#context = context;
  }

  tell(source: string, kind: string, text: string): void {
    const key = `${kind} ${source}`;
    this.#context.error();
    if (this.#known.get(key) === text) return;
    this.#known.set(key, text);
    this.#context.log.error(text, { source });
  }

  over(source: string, kind: string): void {
    if (this.#known.delete(`${kind} ${source}`)) this.#context.log.info('gathered again', { source });
  }
}
