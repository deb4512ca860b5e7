import { z } from 'zod';
import { listenAddress, secret } from '../../../config/options.ts';
import { influxListenerOptions, tokenText } from '../../shared/influxdb-listener/config.ts';

export const V2ListenerOptions = z.strictObject({
  service_address: listenAddress()
    .prefault('127.0.0.1:8086')
    .describe('Where to listen. `:8086` is every address of this machine, as by default in Telegraf; then set TLS and a token.'),
  ...influxListenerOptions,
  max_undelivered_metrics: z
    .int()
    .min(0)
    .default(0)
    .describe("Metrics that may be on their way to the outputs' queues at one time; beyond, requests are answered 429. 0: no such bound."),
  token: secret().prefault('').describe(tokenText('must give')),
  use_internal_statistics: z
    .boolean()
    .optional()
    .describe("Taken for Telegraf's sake.")
    .meta({ noEffect: 'inputs.internal tells of this input as of every other' }),
});
