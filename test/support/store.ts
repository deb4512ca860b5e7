import { openDiskStore, type DiskStore } from '../../src/queue/disk/disk-store.ts';
import { MemoryStore } from '../../src/queue/memory/memory-store.ts';
import type { QueueBounds, StoreDrop } from '../../src/queue/store.ts';

const UNBOUNDED: QueueBounds = { maxPoints: Infinity, maxBytes: Infinity, maxAgeMs: Infinity, overflow: 'block' };

/** A store in memory, without bounds unless some are given; `dropped` is told of every loss. */
export function memoryStore(
  bounds: Partial<QueueBounds> = {},
  dropped: (reason: StoreDrop, points: number) => void = () => undefined,
): MemoryStore {
  return new MemoryStore({
    bounds: () => ({ ...UNBOUNDED, ...bounds }),
    onDrop: (_output, reason, points) => dropped(reason, points),
  });
}

export interface DiskStoreOptions {
  readonly directory: string;
  readonly bounds?: Partial<QueueBounds>;
  readonly now?: () => number;
  readonly outputs?: readonly string[];
}

/** A store on the disk, without bounds unless some are given, and what it lost, by reason, in points. */
export async function diskStore(options: DiskStoreOptions): Promise<{ store: DiskStore; dropped: Map<StoreDrop, number> }> {
  const dropped = new Map<StoreDrop, number>();
  const silent = (): void => undefined;
  const store = await openDiskStore({
    directory: options.directory,
    outputs: options.outputs ?? ['out'],
    bounds: () => ({ ...UNBOUNDED, ...options.bounds }),
    onDrop: (_output, reason, points) => dropped.set(reason, (dropped.get(reason) ?? 0) + points),
    log: { debug: silent, info: silent, warn: silent, error: silent },
    ...(options.now && { now: options.now }),
  });
  return { store, dropped };
}
