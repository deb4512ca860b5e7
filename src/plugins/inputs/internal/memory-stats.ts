/** The memory of this process, under Telegraf's names where Node's figures mean the same. */
import { constants, PerformanceObserver, type PerformanceEntry } from 'node:perf_hooks';
import { memoryUsage } from 'node:process';
import { getHeapStatistics } from 'node:v8';

/** Counts the collections of garbage from now on. */
export class GcCounter {
  count = 0;
  readonly #observer: PerformanceObserver;

  constructor() {
    this.#observer = new PerformanceObserver((list) => {
      this.count += list.getEntries().filter(isWhole).length;
    });
    this.#observer.observe({ entryTypes: ['gc'] });
  }

  close(): void {
    this.#observer.disconnect();
  }
}

/** A collection of the young generation, many a second, is no counterpart of Go's, which collects everything. */
function isWhole(entry: PerformanceEntry): boolean {
  const { detail } = entry as PerformanceEntry & { readonly detail?: { readonly kind?: number } };
  return detail?.kind === constants.NODE_PERFORMANCE_GC_MAJOR;
}

/** Bytes, and the number of collections. Go counts allocations, objects and lookups, which V8 does not tell. */
export function memoryStats(collections: number): Readonly<Record<string, number>> {
  const { rss, heapUsed, heapTotal } = memoryUsage();
  const { total_physical_size: inUse } = getHeapStatistics();
  return {
    alloc_bytes: heapUsed,
    sys_bytes: rss,
    heap_alloc_bytes: heapUsed,
    heap_sys_bytes: heapTotal,
    heap_in_use_bytes: inUse,
    heap_idle_bytes: Math.max(0, heapTotal - inUse),
    num_gc: collections,
  };
}
