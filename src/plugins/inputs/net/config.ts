import { z } from 'zod';

export const NetOptions = z.strictObject({
  interfaces: z
    .array(z.string())
    .default([])
    .describe('Interfaces to read, up or down; `*`, `?` and `[…]` match several. Empty: all that are up, without the loopback.'),
  ignore_protocol_stats: z
    .boolean()
    .default(true)
    .describe('False: also the counters of IP, ICMP, TCP and UDP, with the tag `interface=all`, as Telegraf had them until 1.36.'),
});
export type NetConfig = z.output<typeof NetOptions>;
