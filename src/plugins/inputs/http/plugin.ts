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
      name_override: meter
      tagexclude: [url]
      data_format: json
      json_query: emeters
`,
  sample: {
    of: 'the answer `{"emeters":[{"power":412.5,"reactive":-37.1,"voltage":231.42,"is_valid":true,"total":1253877.2,"total_returned":0}, …]}`',
    gave: `meter,host=kvm-0 power=412.5,reactive=-37.1,total=1253877.2,total_returned=0,voltage=231.42 1796076505000000000
meter,host=kvm-0 power=88.25,reactive=4.6,total=402211.6,total_returned=0,voltage=231.42 1796076505000000000
`,
  },
  differences: [
    { verdict: 'better', why: 'Of line protocol only the bad lines are left out; an answer of more than 64 MiB is not read.' },
    { option: 'urls', verdict: 'better', why: 'The tag `url` has no user and password in it.' },
    { option: 'http_proxy_url', verdict: 'missing', why: 'Servers are asked directly.' },
    { option: 'data_format', verdict: 'missing', why: 'The formats that are not in the table.' },
  ],
  create: (config, context) => new HttpReader(config, context),
});
