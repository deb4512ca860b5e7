/** What all readers of Linux' RAPL counters have in common. */
import type { SourceFacts } from './source.ts';

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
