import { defineInput } from '../../../pipeline/plugin.ts';
import { HttpListenerOptions } from './config.ts';
import { MetricsListener } from './listener.ts';

export const httpListenerV2 = defineInput({
  id: 'http_listener_v2',
  summary: 'Listens for metrics in any data format over HTTP, and answers once they are safe.',
  schema: HttpListenerOptions,
  example: `inputs:
  - http_listener_v2:
      service_address: "127.0.0.1:8080"
      paths: [/meters]
      http_header_tags: { X-Site: site }
      data_format: json
`,
  sample: `http_listener_v2,host=kvm-0,site=pau volts=229,watts=231.5 1796070062355699462
`,
  differences: [
    {
      verdict: 'better',
      why: "Answers only once the metrics are in every output's queue; 503 with Retry-After while the outputs are busy.",
    },
    {
      verdict: 'better',
      why: 'Of line protocol only the bad lines are refused (400), and the answer says which; Telegraf refuses all and says nothing.',
    },
    { option: 'service_address', verdict: 'better', why: 'Only this machine unless told otherwise; Telegraf listens on every address.' },
    { option: 'max_body_size', verdict: 'different', why: '32 MiB, Telegraf takes 500 MB; what a body may become is bounded too.' },
    { option: 'network', verdict: 'missing', why: 'Only `tcp`.' },
    { verdict: 'missing', why: 'Bodies compressed with snappy; gzip is taken.' },
  ],
  create: (config, context) => new MetricsListener(config, context),
});
