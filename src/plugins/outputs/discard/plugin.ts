import { z } from 'zod';
import { defineOutput } from '../../../pipeline/plugin.ts';

export const discard = defineOutput({
  id: 'discard',
  summary: 'Throws everything away, for measuring and for trying out a configuration.',
  schema: z.strictObject({}),
  example: `outputs:
  - discard: {}
`,
  create: () => ({
    // Nothing is queued, so nothing is ever sent.
    encode: () => [],
    send: () => Promise.resolve({ status: 'ok' }),
  }),
});
