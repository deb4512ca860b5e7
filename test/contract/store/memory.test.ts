import type { StoreDrop } from '../../../src/queue/store.ts';
import { MemoryStore } from '../../../src/queue/memory/memory-store.ts';
import { describeLetterBound, describeStore, type OpenStore } from './contract.ts';

const open: OpenStore = (options = {}) => {
  const dropped = new Map<StoreDrop, number>();
  const store = new MemoryStore({
    bounds: () => ({ maxPoints: Infinity, maxBytes: Infinity, maxAgeMs: Infinity, overflow: 'block', ...options.bounds }),
    onDrop: (_output, reason, points) => dropped.set(reason, (dropped.get(reason) ?? 0) + points),
    ...(options.now && { now: options.now }),
  });
  return Promise.resolve({ store, dropped });
};

describeStore('memory', open);
describeLetterBound('memory', open);
