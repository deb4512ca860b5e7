import { describe, expect, it } from 'vitest';
import { waitFor } from '../../../src/pipeline/wait-for.ts';

const never = new AbortController().signal;

describe('waitFor', () => {
  it('says whether it waited', async () => {
    expect(await waitFor(0, never)).toBe(true);
    expect(await waitFor(1, AbortSignal.abort())).toBe(false);
  });

  it('takes longer times than a timer can', async () => {
    const abort = new AbortController();
    const waiting = waitFor(2 ** 40, abort.signal);
    const early = await Promise.race([waiting, waitFor(20, never).then(() => 'still waiting')]);
    expect(early).toBe('still waiting');
    abort.abort();
    expect(await waiting).toBe(false);
  });
});
