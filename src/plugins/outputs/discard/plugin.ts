import { z } from 'zod';
import { defineOutput, type Output } from '../../../pipeline/plugin.ts';
import type { Payload } from '../../../queue/payload.ts';

const nothing = Buffer.alloc(0);

/** Payloads of no bytes: they are counted like any other, and nothing more. */
const discardOutput: Output = {
  encode(points, maxPoints) {
    const payloads: Payload[] = [];
    for (let at = 0; at < points.length; at += maxPoints) {
      const part = points.slice(at, at + maxPoints);
      let [{ ms: firstMs }] = part;
      let lastMs = firstMs;
      for (const { ms } of part) {
        firstMs = Math.min(firstMs, ms);
        lastMs = Math.max(lastMs, ms);
      }
      payloads.push({ destination: '', body: nothing, points: part.length, firstMs, lastMs });
    }
    return payloads;
  },
  send: () => Promise.resolve({ status: 'ok' }),
};

export const discard = defineOutput({
  id: 'discard',
  summary: 'Takes every metric and throws it away: for tests and measurements.',
  schema: z.strictObject({}),
  example: `outputs:
  - discard: {}
`,
  create: () => discardOutput,
});
