import { ConfigError } from '../../../config/diagnostics.ts';
import { energyMetadata } from '../../../energy/metadata.ts';
import { defineOutput, type PluginContext } from '../../../pipeline/plugin.ts';
import { Exposer } from '../../shared/exposition-page/exposer.ts';
import { Page } from '../../shared/exposition-page/page.ts';
import { createTargetOf } from '../../shared/exposition-page/places.ts';
import { createTypeOf } from '../../shared/exposition-page/types.ts';
import { plainRefusal } from '../../shared/listener/answer.ts';
import { createBasicAuth } from '../../shared/listener/basic-auth.ts';
import { HttpListener } from '../../shared/listener/http-listener.ts';
import { createNetworkFilter } from '../../shared/networks.ts';
import { PrometheusClientOptions, type PrometheusClientConfig } from './config.ts';
import { KeptPage } from './kept-page.ts';
import { PrometheusClientOutput, type PageParts } from './output.ts';
import { createPageHandle } from './server.ts';

/** A Prometheus or two and a curious person; more is a mistake or an attack. */
const MAX_CONNECTIONS = 100;

export const prometheusClient = defineOutput({
  id: 'prometheus_client',
  summary: 'Shows the latest value of every metric on a page, for Prometheus to scrape.',
  schema: PrometheusClientOptions,
  toLines: ({ body }) => body,
  example: `outputs:
  - prometheus_client:
      listen: 127.0.0.1:9273
      metric_version: 2
`,
  sample: {
    of: '`cpu,cpu=cpu0,host=kvm-0 usage_idle=98.5,usage_user=1.25` and `mem,host=kvm-0 available_percent=71.25,total=67295563776i`',
    gave: `# HELP cpu_usage_idle Telegraf collected metric
# TYPE cpu_usage_idle untyped
cpu_usage_idle{cpu="cpu0",host="kvm-0"} 98.5
# HELP cpu_usage_user Telegraf collected metric
# TYPE cpu_usage_user untyped
cpu_usage_user{cpu="cpu0",host="kvm-0"} 1.25
# HELP mem_available_percent Telegraf collected metric
# TYPE mem_available_percent untyped
mem_available_percent{host="kvm-0"} 71.25
# HELP mem_total Telegraf collected metric
# TYPE mem_total untyped
mem_total{host="kvm-0"} 6.7295563776e+10
`,
  },
  differences: [
    { option: 'listen', verdict: 'better', why: 'Only this machine unless told otherwise; Telegraf listens on every address.' },
    { verdict: 'better', why: 'At most 200,000 series are on the page; what comes beyond is counted and said.' },
    { verdict: 'better', why: 'Tags whose label names are the same get a number (`_2`); Telegraf loses all but one.' },
    {
      verdict: 'different',
      why: 'A metric is a counter, gauge, histogram or summary where its source says so (a scrape, this machine) or `metric_types` does; otherwise it is untyped.',
    },
    { option: 'name_sanitization', verdict: 'missing', why: 'Only `legacy`.' },
    {
      option: 'collectors_exclude',
      verdict: 'different',
      why: 'There are no metrics of the bridge itself on this page; `admin` has them.',
    },
  ],
  create(config, context) {
    const { path } = config;
    if (/[?#]|[^\x21-\x7e]/.test(path)) throw new ConfigError(`"${path}" is no path; write for example /metrics`, ['path']);
    for (const [name, metadata] of energyMetadata) context.metadata.note(name, metadata);
    const parts = pagePartsOf(config, context);
    return new PrometheusClientOutput(context, createListener(config, context), parts);
  },
});

function createListener(config: PrometheusClientConfig, context: PluginContext): HttpListener {
  const isOpen = config.basic_username === '' && config.ip_range.length === 0 && config.tls_allowed_cacerts.length === 0;
  return new HttpListener(
    {
      address: config.listen,
      addressOption: 'listen',
      readTimeoutMs: config.read_timeout,
      writeTimeoutMs: config.write_timeout,
      maxConnections: MAX_CONNECTIONS,
      tls: config,
      refusalAnswer: plainRefusal,
      exposure: isOpen ? 'anyone may read (set ip_range, or basic_username and basic_password)' : undefined,
    },
    context,
  );
}

function pagePartsOf(config: PrometheusClientConfig, context: PluginContext): PageParts {
  const { metric_version: version, expiration_interval: expirationMs, export_timestamp: showsTimes, string_as_label: asLabel } = config;
  const targetOf = createTargetOf(version, createTypeOf(config.metric_types, context.metadata));
  const handleOptions = {
    path: config.path,
    headers: config.http_headers,
    isAllowed: createNetworkFilter('ip_range', config.ip_range),
    checkAccess: createBasicAuth(config.basic_username, config.basic_password),
  };
  const name = `page ${JSON.stringify([config.listen, version, expirationMs, showsTimes, asLabel, config.metric_types])}`;
  return {
    name,
    createPage: () => new KeptPage(name, new Page({ expirationMs, showsTimes, keepsLatest: version === 2 })),
    createExposer: (page) => new Exposer(context, page, targetOf, asLabel),
    createHandle: (page) => createPageHandle({ ...handleOptions, page: () => page.text(performance.now()) }),
  };
}
