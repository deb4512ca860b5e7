import { z } from 'zod';
import { duration, listenAddress, secret } from '../../../config/options.ts';
import { metricTypes } from '../../shared/exposition-page/types.ts';
import { serverTlsOptions } from '../../shared/server-tls.ts';

export const PrometheusClientOptions = z.strictObject({
  listen: listenAddress()
    .prefault('127.0.0.1:9273')
    .describe(
      'Where to listen. `:9273` is every address of this machine, as by default in Telegraf; then set ip_range, or TLS and a password.',
    ),
  path: z
    .string()
    .default('/metrics')
    .transform((path) => (path.startsWith('/') ? path : `/${path}`))
    .describe('Path of the page.'),
  metric_version: z
    .literal([1, 2])
    .default(1)
    .describe(
      'How metrics are named: 1 is `measurement_field`, but `measurement` for the fields `value`, and `counter` and `gauge` of what is known to be one; booleans are left out. 2 is `measurement_field` always, or the field alone for the measurement `prometheus`.',
    ),
  expiration_interval: duration()
    .prefault('60s')
    .describe('How long a series that nothing more comes of stays on the page, also over a reload; 0: for ever.'),
  string_as_label: z
    .boolean()
    .default(true)
    .describe("Make string fields labels of the point's other fields; otherwise they are left out."),
  export_timestamp: z
    .boolean()
    .default(false)
    .describe('Put the times of the points on the page; otherwise the time of the scrape counts.'),
  name_sanitization: z
    .literal('legacy', { error: 'names in UTF-8 need another format than this page has; use prometheus_remote_write with `names: utf8`' })
    .default('legacy')
    .describe('Only `legacy`: names are made of ASCII letters, digits and `_`.'),
  metric_types: metricTypes.describe('Types of metrics, over what their sources say of them.'),
  collectors_exclude: z
    .array(z.enum(['gocollector', 'process']))
    .default([])
    .describe("Taken for Telegraf's sake: the page has no metrics of the bridge itself, which `admin` shows under /metrics."),
  ip_range: z
    .array(z.string())
    .default([])
    .describe('Only clients from these networks (`10.0.0.0/8`, `::1`) are answered; all when empty.'),
  basic_username: z.string().default('').describe('User that clients must give by basic authentication.'),
  basic_password: secret().prefault('').describe('Password of basic_username.'),
  read_timeout: duration().prefault('10s').describe('How long a client may take to send a request.'),
  write_timeout: duration().prefault('10s').describe('How long a client may take to read an answer.'),
  http_headers: z.record(z.string(), z.string()).default({}).describe('More headers of the answers.'),
  ...serverTlsOptions,
});
export type PrometheusClientConfig = z.output<typeof PrometheusClientOptions>;
