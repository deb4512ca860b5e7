/** What `outputs.influxdb` and `outputs.influxdb_v2` have in common: the options of a server and of its buckets. */
import { z } from 'zod';
import { duration, secret } from '../../../config/options.ts';
import { clientTlsOptions, type ClientTlsConfig } from '../client-tls.ts';
import { USER_AGENT } from '../http-client.ts';
import { unsupportedOptions } from '../unsupported-options.ts';

const text = (description: string) => z.string().default('').describe(description);
const flag = (description: string) => z.boolean().default(false).describe(description);

/** How a server is reached and how lines are written for it. */
export const serverOptions = {
  timeout: duration().prefault('5s').describe('How long a request may take; 0 is without end.'),
  user_agent: z.string().default(USER_AGENT).describe('User-Agent header.'),
  http_headers: z.record(z.string(), z.string()).default({}).describe('More headers.'),
  http_proxy: text(
    'HTTP proxy to go through, with its user and password if it asks for them: http://user:password@host:3128. Unset, the one that the environment names (`HTTP_PROXY`, `HTTPS_PROXY`, `NO_PROXY`).',
  ),
  content_encoding: z.enum(['gzip', 'identity']).default('gzip').describe('`gzip` compresses requests; `identity` does not.'),
  gzip_level: z
    .int()
    .min(1)
    .max(9)
    .default(1)
    .describe('1 to 9. Level 1 costs half of level 6, and makes requests of line protocol a tenth larger.'),
  number_kinds: z
    .enum(['keep', 'as_they_come'])
    .default('keep')
    .describe(
      'InfluxDB takes a field as a float or as an integer, whichever came first, and refuses the other. `keep` writes whole numbers in the kind in which the field came first, where that is exact; `as_they_come` leaves them as they are.',
    ),
  influx_uint_support: flag('Write unsigned integers as such (InfluxDB 2); otherwise as integers, cut off at their largest value.'),
  influx_omit_timestamp: flag('Leave times out: the server stamps points when they arrive, and a repeated request stores them twice.'),
  ...clientTlsOptions,
  ...unsupportedOptions({ 'the system chooses the local address': ['local_address'] }),
} as const;

/** Where points go in InfluxDB 2.x. */
export const bucketOptions = {
  organization: text('2.x: organization of the bucket.'),
  bucket: text('2.x: bucket to write to.'),
  bucket_tag: text('2.x: tag whose value is the bucket, for points that have it.'),
  exclude_bucket_tag: flag("2.x: don't write the bucket_tag."),
  token: secret().prefault('').describe('2.x: token for authentication.'),
} as const;

/** The addresses; one server or one cluster. */
export const urlsOption = z
  .array(z.string())
  .min(1)
  .default(['http://localhost:8086'])
  .describe('Addresses of one server or one cluster; each request goes to one of them, the others stand in when it fails.');

/** What `serverOptions` and `urlsOption` are read as. */
export interface ServerConfig extends ClientTlsConfig {
  readonly urls: readonly string[];
  readonly timeout: number;
  readonly user_agent: string;
  readonly http_headers: Readonly<Record<string, string>>;
  readonly http_proxy: string;
  readonly content_encoding: 'gzip' | 'identity';
  readonly gzip_level: number;
  readonly number_kinds: 'keep' | 'as_they_come';
  readonly influx_uint_support: boolean;
  readonly influx_omit_timestamp: boolean;
}
