import { z } from 'zod';
import { ConfigError } from '../../../config/diagnostics.ts';
import { secret } from '../../../config/options.ts';
import { defineOutput } from '../../../pipeline/plugin.ts';
import { basicAuthorization } from '../../shared/http-client.ts';
import { createInfluxdbOutput } from '../../shared/influxdb/create.ts';
import { bucketOptions, serverOptions, urlsOption } from '../../shared/influxdb/options.ts';
import { retentionDuration } from '../../shared/influxdb/retention-duration.ts';
import type { RouteOptions } from '../../shared/influxdb/routes.ts';
import { unsupportedOptions } from '../../shared/unsupported-options.ts';

const name = (text: string) => z.string().default('').describe(text);
const flag = (text: string) => z.boolean().default(false).describe(text);

/** Where it is 0, as in Telegraf: a server that never answers must not hold up the queue for ever. */
const DEFAULT_TIMEOUT_MS = 5000;

const schema = z.strictObject({
  urls: urlsOption,
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
  ...bucketOptions,
  ...serverOptions,
  timeout: serverOptions.timeout.describe('How long a request may take; 0 is 5s.'),
  ...unsupportedOptions({ 'only HTTP is spoken, which answers what became of the points': ['udp_payload'] }),
});
type Config = z.output<typeof schema>;

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
  sample: `powerstat_package,host=kvm-0,package_id=0 current_power_consumption_watts=74.9 1767225590000000000
net,host=kvm-0,interface=eno1 bytes_recv=1000u 1767225590000000000
`,
  create: (config, context) =>
    createInfluxdbOutput(
      { ...config, timeout: config.timeout || DEFAULT_TIMEOUT_MS },
      {
        routes: routesOf(config),
        setup: {
          createDatabase: !config.skip_database_creation,
          retentionPolicy: config.retention_policy,
          policies: new Map(Object.entries(config.retention_policies)),
        },
        authorization: authorizationOf(config),
      },
      context,
    ),
});

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

function authorizationOf({ token, username, password }: Config): string | undefined {
  if (token.reveal() !== '') return `Token ${token.reveal()}`;
  return username === '' ? undefined : basicAuthorization(username, password);
}
