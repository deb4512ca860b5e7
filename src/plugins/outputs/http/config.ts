import { z } from 'zod';
import { duration, secret } from '../../../config/options.ts';
import { clientTlsOptions } from '../../shared/client-tls.ts';
import { influxOptions } from '../../shared/influx-options.ts';
import { expositionOutputOptions } from '../../shared/exposition-output.ts';
import { jsonOutputOptions } from '../../shared/json-output.ts';
import { unsupportedHttpOptions } from '../../shared/unsupported-http.ts';

const FORMATS = ['influx', 'json', 'prometheus'] as const;

/** Formats of Telegraf's that another output of ours is better at. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  prometheusremotewrite:
    'use the output prometheus_remote_write, with this url: it keeps samples in order and finds those that are refused',
};

export const HttpOptions = z.strictObject({
  url: z.string().default('http://127.0.0.1:8080/telegraf').describe('Where to send to.'),
  method: z
    .string()
    .transform((text) => text.toUpperCase())
    .pipe(z.enum(['POST', 'PUT', 'PATCH']))
    .prefault('POST')
    .describe('`POST`, `PUT` or `PATCH`.'),
  timeout: duration().prefault('5s').describe('How long a request may take; 0 is without end.'),
  username: secret().prefault('').describe('User for basic authentication.'),
  password: secret().prefault('').describe('Password for basic authentication.'),
  headers: z
    .record(z.string(), z.union([z.string(), z.array(z.string()).transform((values) => values.join(', '))]))
    .default({})
    .describe('More headers. Content-Type is `text/plain; charset=utf-8` when unset, whatever the format, as in Telegraf.'),
  content_encoding: z.enum(['', 'identity', 'gzip']).default('identity').describe('`gzip` compresses requests.'),
  use_batch_format: z
    .boolean()
    .default(true)
    .describe('Several metrics in a request; JSON is then `{"metrics": […]}`. False: a request for each metric.'),
  non_retryable_statuscodes: z
    .array(z.int())
    .default([])
    .describe('Statuses after which the metrics of a request are given up at once, and become dead letters.'),
  data_format: z
    .enum(FORMATS, { error: ({ input }) => unsupportedFormat(input) })
    .default('influx')
    .describe(
      'How metrics are written: `influx` is line protocol, `prometheus` its text format, in which of each series the latest value in a request is sent.',
    ),
  ...influxOptions,
  ...jsonOutputOptions,
  ...expositionOutputOptions,
  ...clientTlsOptions,
  http_proxy_url: z.string().default('').describe('HTTP proxy to go through, such as http://proxy:3128.'),
  use_system_proxy: z
    .boolean()
    .default(false)
    .describe('Go through the proxy that the environment names (`HTTP_PROXY`, `HTTPS_PROXY`, `NO_PROXY`), whatever `http_proxy_url` says.'),
  ...unsupportedHttpOptions(),
});
export type HttpConfig = z.output<typeof HttpOptions>;

function unsupportedFormat(input: unknown): string {
  const format = String(input);
  const advice = Object.hasOwn(ELSEWHERE, format) ? ELSEWHERE[format] : `supported: ${FORMATS.join(', ')}`;
  return `data_format ${JSON.stringify(input)} is not supported here; ${advice}`;
}
