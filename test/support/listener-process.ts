/** A listener in a process of its own, for tests that watch its memory: forked, it tells its port and, when asked, what it uses. */
import type { Sink } from '../../src/pipeline/plugin.ts';
import { startListener } from './listener.ts';

export interface ListenerUsage {
  /** After a garbage collection, in bytes. */
  readonly heap: number;
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
process.on('message', () => {
  // What the test context remembers is not the listener's memory.
  context.logged.length = 0;
  globalThis.gc?.();
  const { heapUsed, rss } = process.memoryUsage();
  console.log(process.memoryUsage(), context.interner.size);
  process.send?.({ heap: heapUsed, resident: rss, points } satisfies ListenerUsage);
});
process.send?.(port);
