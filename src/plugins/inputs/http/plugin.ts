import { defineInput } from '../../../pipeline/plugin.ts';
import { HttpInputOptions } from './config.ts';
import { HttpReader } from './reader.ts';

export const http = defineInput({
  id: 'http',
  summary: 'Reads metrics in any data format from servers that speak HTTP, at every interval.',
  schema: HttpInputOptions,
  example: `inputs:
  - http:
      urls: ["http://192.168.1.7/status"]
      data_format: json
      json_query: emeters
`,
  differences: [
    { verdict: 'better', why: 'Of line protocol only the bad lines are left out; an answer of more than 64 MiB is not read.' },
    { option: 'urls', verdict: 'better', why: 'The tag `url` has no user and password in it.' },
    { option: 'http_proxy_url', verdict: 'missing', why: 'Servers are asked directly.' },
    { option: 'data_format', verdict: 'missing', why: 'The formats that are not in the table.' },
  ],
  create: (config, context) => new HttpReader(config, context),
});
