import { z } from 'zod';
import { ConfigError } from '../../../config/diagnostics.ts';
import { duration, secret } from '../../../config/options.ts';
import { Secret } from '../../../config/secret.ts';
import { defineOutput, type PluginContext } from '../../../pipeline/plugin.ts';
import { checkClientTls, clientTlsOptions, loadClientTls } from '../../shared/client-tls.ts';
import { basicAuthorization, parseServerUrl, USER_AGENT, type ServerUrl } from '../../shared/http-client.ts';
import { InfluxdbEncoder } from './encode.ts';
import { Mender } from './mender.ts';
import { NumberPromises } from './number-promises.ts';
import { InfluxdbOutput, type InfluxdbOptions } from './output.ts';
import { retentionDuration } from './retention-duration.ts';
import type { RouteOptions } from './routes.ts';
import { InfluxServer } from './server.ts';

const name = (text: string) => z.string().default('').describe(text);
const flag = (text: string) => z.boolean().default(false).describe(text);

const schema = z.strictObject({
  urls: z
    .array(z.string())
    .min(1)
    .default(['http://localhost:8086'])
    .describe('Addresses of one server or one cluster; each request goes to one of them, the others stand in when it fails.'),
  database: z.string().default('telegraf').describe('1.x: database to write to.'),
  database_tag: name('1.x: tag whose value is the database, for points that have it.'),
  exclude_database_tag: flag("1.x: don't write the database_tag."),
  skip_database_creation: flag("1.x: don't create databases."),
  retention_policy: name(
    "1.x: retention policy to write to; the database's default when empty. It becomes the default of a database created here.",
  ),
  retention_policy_tag: name('1.x: tag whose value is the retention policy, for points that have it.'),
  exclude_retention_policy_tag: flag("1.x: don't write the retention_policy_tag."),
  retention_policies: z
    .record(z.string(), retentionDuration)
    .default({})
    .describe('1.x: retention policies to create where they are missing, with how long they keep data: 52w, 720h, inf.'),
  write_consistency: z.enum(['', 'any', 'one', 'quorum', 'all']).default('').describe('1.x: how many nodes of a cluster must have it.'),
  username: name('1.x: user for basic authentication.'),
  password: secret().prefault('').describe('1.x: password for basic authentication.'),
  organization: name('2.x: organization of the bucket.'),
  bucket: name('2.x: bucket to write to; with it, token or organization the 2.x interface is used.'),
  bucket_tag: name('2.x: tag whose value is the bucket, for points that have it.'),
  exclude_bucket_tag: flag("2.x: don't write the bucket_tag."),
  token: secret().prefault('').describe('2.x: token for authentication.'),
  timeout: duration().prefault('5s').describe('How long a request may take; 0 is without end.'),
  user_agent: z.string().default(USER_AGENT).describe('User-Agent header.'),
  http_headers: z.record(z.string(), z.string()).default({}).describe('More headers.'),
  http_proxy: name('HTTP proxy to go through, with its user and password if it asks for them: http://user:password@host:3128.'),
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
});
type Config = z.output<typeof schema>;

/**
 * InfluxDB keeps keys of 65,535 bytes, four of them its own, and refuses longer ones. Mixed with other refusals it does not
 * count them, so they are left out, and counted, here (measured on 1.6.7).
 */
const MAX_KEY_BYTES = 65_531;

export const influxdb = defineOutput({
  id: 'influxdb',
  summary: 'Writes line protocol to InfluxDB 1.x databases and retention policies, or to buckets of InfluxDB 2.x and databases of 3.',
  schema,
  toLines: ({ body }) => body,
  example: `outputs:
  - influxdb:
      urls: ["http://127.0.0.1:8086"]
      database: energy
      retention_policy: raw
      retention_policy_tag: rp
      retention_policies: { raw: 52w, h1: inf }
`,
  create(config, context) {
    checkClientTls(config);
    checkProxy(config);
    const routes = routesOf(config);
    const lines = { uintSupport: config.influx_uint_support, omitTimestamp: config.influx_omit_timestamp, maxKeyBytes: MAX_KEY_BYTES };
    const promises = config.number_kinds === 'keep' ? new NumberPromises(context, config.influx_uint_support) : undefined;
    const encoder = new InfluxdbEncoder(context, routes, lines, promises);
    return new InfluxdbOutput(context, outputOptions(config, routes, context), encoder, new Mender(context, lines, promises));
  },
});

function outputOptions(config: Config, { version, fallback }: RouteOptions, context: PluginContext): InfluxdbOptions {
  const urls = config.urls.map((text, at) => checkedUrl(text, at));
  return {
    version,
    fallback,
    gzipLevel: config.content_encoding === 'gzip' ? config.gzip_level : 0,
    setup: {
      createDatabase: !config.skip_database_creation,
      retentionPolicy: config.retention_policy,
      policies: new Map(Object.entries(config.retention_policies)),
    },
    openServers: async () => {
      const tls = await loadClientTls(config, context.baseDirectory);
      const common = { timeoutMs: config.timeout, proxy: config.http_proxy, tls };
      return urls.map((url) => new InfluxServer({ ...common, url: url.base, headers: headersOf(config, url) }));
    },
  };
}

function routesOf(config: Config): RouteOptions {
  const version = usesBuckets(config) ? 2 : 1;
  const excluded = [
    config.exclude_database_tag ? config.database_tag : '',
    config.exclude_retention_policy_tag ? config.retention_policy_tag : '',
    config.exclude_bucket_tag ? config.bucket_tag : '',
  ];
  return {
    version,
    fallback: {
      database: version === 1 ? config.database || 'telegraf' : '',
      retentionPolicy: config.retention_policy,
      bucket: config.bucket,
    },
    databaseTag: config.database_tag,
    retentionPolicyTag: config.retention_policy_tag,
    bucketTag: config.bucket_tag,
    excludedTags: new Set(excluded.filter((tag) => tag !== '')),
    consistency: config.write_consistency,
    organization: config.organization,
  };
}

/** Whether the options are those of InfluxDB 2.x. Throws `ConfigError` when they are of both or lack the bucket. */
function usesBuckets(config: Config): boolean {
  const hasToken = config.token.reveal() !== '';
  if (config.bucket === '' && config.bucket_tag === '' && config.organization === '' && !hasToken) return false;
  if (config.bucket === '' && config.bucket_tag === '') {
    throw new ConfigError('bucket is missing; InfluxDB 2.x needs it beside token and organization', ['bucket']);
  }
  const foreign = (['username', 'database_tag', 'retention_policy', 'retention_policy_tag'] as const).find(
    (option) => config[option] !== '',
  );
  if (foreign !== undefined) {
    throw new ConfigError(`${foreign} is for InfluxDB 1.x, bucket and token are for 2.x; remove one or the other`, [foreign]);
  }
  return true;
}

function checkedUrl(text: string, at: number): ServerUrl {
  const url = parseServerUrl(text);
  if (url === undefined) {
    throw new ConfigError(`"${text}" is no http or https URL; unix sockets and UDP are not supported`, ['urls', at]);
  }
  return url;
}

/** The proxy's URL as it stands. */
function checkProxy({ http_proxy: proxy }: Config): void {
  if (proxy === '' || parseServerUrl(proxy) !== undefined) return;
  throw new ConfigError('http_proxy is no http or https URL', ['http_proxy']);
}

function headersOf(config: Config, url: ServerUrl): Record<string, string> {
  const headers: Record<string, string> = { 'User-Agent': config.user_agent || USER_AGENT, ...config.http_headers };
  const token = config.token.reveal();
  if (token !== '') headers['authorization'] = `Token ${token}`;
  else if (config.username !== '') headers['authorization'] = basicAuthorization(config.username, config.password);
  else if (url.username !== '') headers['authorization'] = basicAuthorization(url.username, new Secret(url.password));
  return headers;
}
