import { ConfigError } from '../../../config/diagnostics.ts';
import { Secret } from '../../../config/secret.ts';
import { jsonToLines } from '../../../formats/json/to-lines.ts';
import { LineWriter } from '../../../formats/line-protocol/write.ts';
import { defineOutput, type PluginContext } from '../../../pipeline/plugin.ts';
import { createExpositionText } from '../../shared/exposition-output.ts';
import { checkClientTls } from '../../shared/client-tls.ts';
import { basicAuthorization, parseServerUrl, USER_AGENT, type ServerUrl } from '../../shared/http-client.ts';
import { HttpSender } from '../../shared/http-sender.ts';
import { lineWriterOptions } from '../../shared/influx-options.ts';
import { createJsonWriter, jsonBatch } from '../../shared/json-output.ts';
import type { PointWriter } from '../../shared/line-payload.ts';
import { systemProxy } from '../../shared/system-proxy.ts';
import { HttpOptions, type HttpConfig } from './config.ts';
import type { Format } from './lines.ts';
import { HttpOutput } from './output.ts';

export const http = defineOutput({
  id: 'http',
  summary: "Sends metrics as line protocol, JSON or Prometheus' text format to any server that speaks HTTP.",
  schema: HttpOptions,
  toLines: ({ destination: format, body }) => (format === 'json' ? jsonToLines(body) : body),
  example: `outputs:
  - http:
      url: https://metrics.example.org/ingest
      data_format: json
      headers: { Content-Type: application/json, X-Site: pau }
`,
  sample: `cpu,cpu=cpu0,host=kvm-0 usage_idle=98.5 1767225590000000000
mem,host=kvm-0 available_percent=71.25,total=67295563776i 1767225590000000000
`,
  differences: [
    {
      verdict: 'better',
      why: 'Metrics that the server refuses (400, 422 and the like) are found, kept as dead letters, and hold up nothing; Telegraf sends them again for ever, and all others wait.',
    },
    { verdict: 'better', why: 'A request that is too large (413) is sent in halves.' },
    {
      option: 'data_format',
      verdict: 'missing',
      why: 'Only `influx`, `json` and `prometheus`; a `telegraf.conf` with `prometheusremotewrite` is read as the output prometheus_remote_write.',
    },
    { option: 'json_transformation', verdict: 'missing', why: 'There is no JSONata.' },
  ],
  create(config, context) {
    checkClientTls(config);
    const server = checkedUrl(config.url, 'url');
    if (config.http_proxy_url !== '') checkedUrl(config.http_proxy_url, 'http_proxy_url');
    const sender = new HttpSender({
      url: server.base,
      method: config.method,
      headers: headersOf(config, server),
      timeoutMs: config.timeout,
      proxy: config.use_system_proxy ? systemProxy(server.base, ['url']) : config.http_proxy_url,
      tls: config,
      baseDirectory: context.baseDirectory,
    });
    const format: Format = config.data_format === 'json' ? 'json' : 'influx';
    const writer = writerOf(config, context);
    const options = {
      format,
      textOf: textOf(config, context),
      batches: config.use_batch_format,
      gzip: config.content_encoding === 'gzip',
      nonRetryable: config.non_retryable_statuscodes,
    };
    return new HttpOutput(context, options, writer, sender);
  },
});

function writerOf(config: HttpConfig, context: PluginContext): PointWriter {
  switch (config.data_format) {
    case 'influx':
      return new LineWriter(context.interner, lineWriterOptions(config));
    case 'json':
      return createJsonWriter(config, context);
    case 'prometheus':
      return new LineWriter(context.interner, { uintSupport: true });
  }
}

function textOf(config: HttpConfig, context: PluginContext): (lines: Buffer) => Buffer {
  if (config.data_format === 'prometheus') return createExpositionText(config, context);
  return config.data_format === 'json' && config.use_batch_format ? jsonBatch : (lines) => lines;
}

function checkedUrl(text: string, option: 'url' | 'http_proxy_url'): ServerUrl {
  const url = parseServerUrl(text);
  if (url !== undefined) return url;
  throw new ConfigError(`"${text}" is no http or https URL; write for example http://127.0.0.1:8080/telegraf`, [option]);
}

/** By small letters, so that what a user sets stands in place of our own. */
function headersOf(config: HttpConfig, url: ServerUrl): Record<string, string> {
  const [username, password] =
    config.username.reveal() === '' ? [url.username, new Secret(url.password)] : [config.username.reveal(), config.password];
  return {
    'user-agent': USER_AGENT,
    'content-type': 'text/plain; charset=utf-8',
    ...(username === '' ? {} : { authorization: basicAuthorization(username, password) }),
    ...Object.fromEntries(Object.entries(config.headers).map(([name, value]) => [name.toLowerCase(), value])),
    ...(config.content_encoding === 'gzip' ? { 'content-encoding': 'gzip' } : {}),
  };
}
