import { describe, expect, it } from 'vitest';
import { runTicker } from '../../../src/pipeline/ticker.ts';

describe('a ticker', () => {
  it.each([-3_600_000, 3_600_000])('goes on when the clock is set by %i ms', async (step) => {
    const end = new AbortController();
    let offset = 1_760_000_000_000;
    const ticks: number[] = [];
    const nowMs = (): number => performance.now() + offset;
    const tick = (): Promise<void> => {
      ticks.push(nowMs());
      if (ticks.length === 3) offset += step;
      if (ticks.length === 6) end.abort();
      return Promise.resolve();
    };

    await runTicker({ intervalMs: 5, round: true, offsetMs: 0, jitterMs: 0, nowMs }, end.signal, tick, () => undefined);

    expect(ticks).toHaveLength(6);
  });
});
