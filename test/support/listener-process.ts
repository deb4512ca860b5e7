/** A listener in a process of its own, for tests that watch its memory: forked, it tells its port and, when asked, what it uses. */
import { setImmediate } from 'node:timers/promises';
import type { Sink } from '../../src/pipeline/plugin.ts';
import { startListener } from './listener.ts';

export interface ListenerUsage {
  /** What objects and buffers hold after a garbage collection, in bytes. */
  readonly held: number;
  /** What the process has of the system, in bytes; V8 gives little of it back. */
  readonly resident: number;
  readonly points: number;
}

let points = 0;
const counting: Sink = {
  deliver(delivered) {
    points += delivered.length;
    return Promise.resolve({ status: 'ok' });
  },
};

const { port, context } = await startListener({ read_timeout: '1s', max_body_size: '256KiB', max_decompressed_size: '8MiB' }, counting);
process.on('message', async () => {
  // What the test context remembers is not the listener's memory.
  context.logged.length = 0;
  // The memory of buffers is given back after the collection that found them unused.
  for (let round = 0; round < 3; round++) {
    globalThis.gc?.();
    await setImmediate();
  }
  const { heapUsed, arrayBuffers, rss } = process.memoryUsage();
  process.send?.({ held: heapUsed + arrayBuffers, resident: rss, points } satisfies ListenerUsage);
});
process.send?.(port);
