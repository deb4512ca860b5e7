import { z } from 'zod';
import { ConfigError } from '../../../config/diagnostics.ts';
import { defineOutput } from '../../../pipeline/plugin.ts';
import { createInfluxdbOutput } from '../../shared/influxdb/create.ts';
import { bucketOptions, serverOptions, urlsOption } from '../../shared/influxdb/options.ts';
import type { RouteOptions } from '../../shared/influxdb/routes.ts';
import { unsupportedOptions } from '../../shared/unsupported-options.ts';

const schema = z.strictObject({
  urls: urlsOption,
  ...bucketOptions,
  ...serverOptions,
  concurrent_writes: z
    .int()
    .positive()
    .optional()
    .describe("Accepted for Telegraf's sake: `max_parallel_requests` says how many requests may be under way.")
    .meta({ noEffect: 'max_parallel_requests says how many requests may be under way; each series stays in order' }),
  ...unsupportedOptions({
    'HTTP/1.1 is spoken; timeout bounds a request': ['ping_timeout', 'read_idle_timeout'],
    'requests are as many as the server takes; its 429 and Retry-After are heeded': ['rate_limit', 'rate_limit_period'],
  }),
});
type Config = z.output<typeof schema>;

export const influxdbV2 = defineOutput({
  id: 'influxdb_v2',
  summary: 'Writes line protocol to buckets of InfluxDB 2.x, and to whatever else takes `/api/v2/write`.',
  schema,
  toLines: ({ body }) => body,
  example: `outputs:
  - influxdb_v2:
      urls: ["http://127.0.0.1:8086"]
      token: "@{env:INFLUX_TOKEN}"
      organization: pau
      bucket: energy
`,
  sample: `powerstat_package,host=kvm-0,package_id=0 current_power_consumption_watts=74.9 1767225590000000000
`,
  differences: [
    { verdict: 'better', why: 'What the server refuses for good is kept as dead letters with its words; Telegraf logs and drops it.' },
    { option: 'concurrent_writes', verdict: 'different', why: 'Requests are parallel by themselves, and each series stays in order.' },
  ],
  create: (config, context) => {
    const token = config.token.reveal();
    const authorization = token === '' ? undefined : `Token ${token}`;
    // Buckets are the server's own affair: there is nothing to set up.
    const setup = { createDatabase: false, retentionPolicy: '', policies: new Map() };
    return createInfluxdbOutput(config, { routes: routesOf(config), setup, authorization }, context);
  },
});

function routesOf(config: Config): RouteOptions {
  const { bucket, bucket_tag: bucketTag } = config;
  if (bucket === '' && bucketTag === '') throw new ConfigError('bucket is missing: where are the points to go?', ['bucket']);
  return {
    version: 2,
    fallback: { database: '', retentionPolicy: '', bucket },
    databaseTag: '',
    retentionPolicyTag: '',
    bucketTag,
    excludedTags: new Set(config.exclude_bucket_tag && bucketTag !== '' ? [bucketTag] : []),
    consistency: '',
    organization: config.organization,
  };
}
