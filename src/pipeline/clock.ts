import { NS_PER_MS } from '../metric/time.ts';
import type { Clock } from './plugin.ts';

/** How far the two clocks may drift apart before the wall clock is believed again: it was set. */
const MAX_DRIFT_MS = 5;

/** Node's timers hold no more than this (2^31 - 1 ms, 24.8 days); a longer one would fire at once. */
export const MAX_TIMER_MS = 2_147_483_647;

/** The machine's time with the sub-millisecond part that `Date.now()` lacks; follows the wall clock when that is set. */
export function systemClock(): Clock {
  let originMs = performance.timeOrigin;
  return {
    now() {
      const wallMs = Date.now();
      if (Math.abs(originMs + performance.now() - wallMs) > MAX_DRIFT_MS) originMs = wallMs - performance.now();
      const exactMs = originMs + performance.now();
      const ms = Math.floor(exactMs);
      return { ms, ns: Math.floor((exactMs - ms) * NS_PER_MS) };
    },
  };
}
