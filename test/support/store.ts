import { MemoryStore } from '../../src/queue/memory.ts';
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
