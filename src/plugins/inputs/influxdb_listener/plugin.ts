import { defineInput } from '../../../pipeline/plugin.ts';
import type { Face } from '../../shared/influxdb-listener/config.ts';
import { InfluxdbListener } from '../../shared/influxdb-listener/listener.ts';
import { ListenerOptions } from './config.ts';

const FACE: Face = { apis: ['v1', 'v2'], unknown: 'v1', lock: 'basic_username and basic_password, or token' };

/**
 * Takes what Telegraf and InfluxDB's client libraries push, and answers once it is safe. The
 * endpoints are those of InfluxDB 1.x (`/write`, `/query`, `/ping`) and 2.x (`/api/v2/write`, `/health`, `/ready`).
 */
export const influxdbListener = defineInput({
  id: 'influxdb_listener',
  summary: 'Listens for line protocol over HTTP, as InfluxDB 1.x and 2.x do: point a Telegraf at it by changing one URL.',
  schema: ListenerOptions,
  example: `inputs:
  - influxdb_listener:
      service_address: "127.0.0.1:8186"
      retention_policy_tag: rp
`,
  sample: `cpu,cpu=cpu0,host=kvm-0,rp=forever usage_idle=98.5 1767225590000000000
`,
  create: (config, context) => new InfluxdbListener(config, FACE, context),
});
