import { z } from 'zod';
import { ConfigError } from '../../../config/diagnostics.ts';
import { duration, secret, size } from '../../../config/options.ts';
import { Secret } from '../../../config/secret.ts';
import { energyMetadata } from '../../../energy/metadata.ts';
import { requestLines } from '../../../formats/remote-write/lines.ts';
import { nameRules } from '../../../formats/remote-write/names.ts';
import { unpackRequest } from '../../../formats/remote-write/packed-request.ts';
import { defineOutput } from '../../../pipeline/plugin.ts';
import { checkClientTls, clientTlsOptions } from '../../shared/client-tls.ts';
import { basicAuthorization, parseServerUrl } from '../../shared/http-client.ts';
import { unsupportedHttpOptions } from '../../shared/unsupported-http.ts';
import { systemProxy } from '../../shared/system-proxy.ts';
import { PROTOCOL_HEADERS, RemoteWriteClient } from './client.ts';
import { RemoteWriteEncoder } from './encode.ts';
import { Negotiator } from './negotiator.ts';
import { RemoteWriteOutput } from './output.ts';

const schema = z.strictObject({
  url: z
    .string()
    .describe(
      'Address of the receiver: `http://127.0.0.1:9090/api/v1/write` of a Prometheus started with --web.enable-remote-write-receiver.',
    ),
  timeout: duration().prefault('10s').describe('How long a request may take; 0 is without end.'),
  username: z.string().default('').describe('User for basic authentication.'),
  password: secret().prefault('').describe('Password for basic authentication.'),
  bearer_token: secret().prefault('').describe('Token for bearer authentication, instead of user and password.'),
  headers: z
    .record(z.string(), z.string())
    .default({})
    .describe("More headers, such as X-Scope-OrgID; those of the protocol can't be changed."),
  protocol: z
    .union([z.literal(1), z.literal(2), z.literal('auto')])
    .default(1)
    .describe(
      'Version of remote write: `1`, which every receiver takes; `2`, with types, units, help and start times of metrics where they are known (Prometheus 3); `auto`: 2, or 1 where the receiver shows that it knows only that.',
    ),
  names: z
    .enum(nameRules)
    .default('legacy')
    .describe(
      'Names of metrics and labels: `legacy` makes them of ASCII letters, digits and `_` as Telegraf does; `utf8` keeps dots, dashes and all else, for Prometheus 3 and receivers like it.',
    ),
  max_samples: z
    .int()
    .nonnegative()
    .default(0)
    .describe('Most samples in one request, for receivers that limit them; 0: as many as there are in `metric_batch_size` points.'),
  max_request_bytes: size()
    .prefault('16MiB')
    .describe('Largest request, before compression. A receiver that answers 413 gets smaller ones.'),
  http_proxy: z.string().default('').describe('HTTP proxy to go through, such as http://proxy:3128.'),
  string_as_label: z
    .boolean()
    .default(false)
    .describe("Make string fields labels of the point's other fields; otherwise they are left out."),
  max_future: duration()
    .prefault('10m')
    .describe(
      'Samples further ahead of the clock are left out: one of them makes Prometheus refuse every later one until that time has come.',
    ),
  ...clientTlsOptions,
  use_system_proxy: z
    .boolean()
    .default(false)
    .describe('Go through the proxy that the environment names (`HTTP_PROXY`, `HTTPS_PROXY`, `NO_PROXY`), whatever `http_proxy` says.'),
  ...unsupportedHttpOptions(),
});

export const prometheusRemoteWrite = defineOutput({
  id: 'prometheus_remote_write',
  summary:
    'Sends every numeric field as a series `measurement_field` by Prometheus remote write 1.0 or 2.0, with the exemplars that a scrape came with, and points that are native histograms as such; windows of energy, which are written again as they grow, are left to InfluxDB.',
  schema,
  toLines: ({ body }) => requestLines(unpackRequest(body)),
  example: `outputs:
  - prometheus_remote_write:
      url: http://127.0.0.1:9090/api/v1/write
`,
  sample: `powerstat_package,host=kvm-0,package_id=0 current_power_consumption_watts=74.9 1767225590000000000
`,
  create(config, context) {
    const server = parseServerUrl(config.url);
    if (server === undefined) {
      throw new ConfigError(`"${config.url}" is no URL of a server; write for example http://127.0.0.1:9090/api/v1/write`, ['url']);
    }
    checkClientTls(config);
    const client = new RemoteWriteClient({
      url: server.base,
      headers: { ...checkedHeaders(config.headers), ...authorization(config, server) },
      timeoutMs: config.timeout,
      proxy: config.use_system_proxy ? systemProxy(server.base, ['url']) : checkedProxy(config.http_proxy),
      tls: config,
      baseDirectory: context.baseDirectory,
    });
    const encoder = new RemoteWriteEncoder(context, {
      stringAsLabel: config.string_as_label,
      maxFutureMs: config.max_future,
      names: config.names,
      startTimes: config.protocol !== 1,
    });
    for (const [name, metadata] of energyMetadata) context.metadata.note(name, metadata);
    const negotiator = new Negotiator(client, config.protocol, context);
    const limits = { samples: config.max_samples, bytes: config.max_request_bytes };
    return new RemoteWriteOutput(context, { encoder, client, negotiator, limits });
  },
});

function checkedProxy(url: string): string {
  if (url === '' || parseServerUrl(url) !== undefined) return url;
  throw new ConfigError(`"${url}" is no URL of a proxy; write for example http://proxy:3128`, ['http_proxy']);
}

function checkedHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  for (const name of Object.keys(headers)) {
    if (name.toLowerCase() in PROTOCOL_HEADERS[1]) {
      throw new ConfigError(`${name} belongs to the protocol and can't be set`, ['headers', name]);
    }
  }
  return headers;
}

function authorization(config: z.output<typeof schema>, server: { username: string; password: string }): Record<string, string> {
  const token = config.bearer_token.reveal();
  const username = config.username === '' ? server.username : config.username;
  if (token !== '' && username !== '') {
    throw new ConfigError('bearer_token and username exclude each other; remove one of them', ['bearer_token']);
  }
  if (token !== '') return { authorization: `Bearer ${token}` };
  if (username === '') return {};
  return { authorization: basicAuthorization(username, config.username === '' ? new Secret(server.password) : config.password) };
}
