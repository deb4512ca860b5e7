import { defineInput } from '../../../pipeline/plugin.ts';
import type { Face } from '../../shared/influxdb-listener/config.ts';
import { InfluxdbListener } from '../../shared/influxdb-listener/listener.ts';
import { V2ListenerOptions } from './config.ts';

const FACE: Face = { apis: ['v2'], unknown: 'v2', lock: 'token' };

/** Takes what client libraries of InfluxDB 2.x and `outputs.influxdb_v2` push (`/api/v2/write`, `/health`, `/ready`), and answers once it is safe. */
export const influxdbV2Listener = defineInput({
  id: 'influxdb_v2_listener',
  summary: 'Listens for line protocol over HTTP, as InfluxDB 2.x does; `influxdb_listener` takes the writes of 1.x and 2.x.',
  schema: V2ListenerOptions,
  example: `inputs:
  - influxdb_v2_listener:
      service_address: "127.0.0.1:8087"
      bucket_tag: bucket
      token: "\${INFLUX_TOKEN:-}"
`,
  sample: `cpu,bucket=site,cpu=cpu0,host=kvm-0 usage_idle=98.5 1796074461000000000
`,
  differences: [
    { option: 'service_address', verdict: 'better', why: 'Only this machine unless told otherwise; Telegraf listens on every address.' },
    {
      verdict: 'better',
      why: 'Good lines of a request that has bad ones are kept, and the answer (400) says how many were not; Telegraf takes none of them.',
    },
    {
      verdict: 'better',
      why: 'A request is answered once its points are in the queues, on the disk; Telegraf answers when they are in memory.',
    },
    {
      option: 'max_undelivered_metrics',
      verdict: 'different',
      why: 'A metric counts until it is in the queues, in Telegraf until it is at the servers; how much may wait in the queues is said by `metric_buffer_limit`.',
    },
    { option: 'token', verdict: 'different', why: '`Bearer` is taken too.' },
    { option: 'use_internal_statistics', verdict: 'different', why: 'Changes nothing.' },
  ],
  create: (config, context) => new InfluxdbListener(config, FACE, context),
});
