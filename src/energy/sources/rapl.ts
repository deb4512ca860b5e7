/** What all readers of Linux' RAPL counters have in common. */
import type { Source, SourceFacts } from './source.ts';

/**
 * Where a counter may wrap, in joules: 2^32 - 1 of the processor's energy unit (15.258, 30.517 or 61.035 uJ), and of the fixed unit
 * of a server's memory (15.3 uJ). Source: Linux, drivers/powercap/intel_rapl_common.c.
 */
export const RAPL_RANGES: readonly number[] = [65_532.610987, 65_712.999613, 131_069.516941, 262_143.32885];

/** The facts of a source that reads them. */
export function raplFacts(tool: string, lies: string): SourceFacts {
  return {
    tool,
    overlaps:
      'the RAPL counters that every other reader of them reads; psys contains packages and memory, packages contain core and uncore',
    leavesOut: 'power supply, fans, disks, network, accelerators',
    lies,
  };
}

/**
 * And the same by die, where a package has several: a source of its own, an alternative to another reader's (an older Telegraf's) that
 * knows the package as a whole. As one source, both would be in the host total.
 */
export function withDies(sources: readonly Source[]): readonly Source[] {
  return sources.flatMap((source) => {
    return source.scope === 'platform' ? [source] : [{ ...source, name: `${source.name}_die`, unless: { die: [''] } }, source];
  });
}
