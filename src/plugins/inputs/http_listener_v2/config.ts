import { z } from 'zod';
import { listenAddress, secret } from '../../../config/options.ts';
import { boundOptions } from '../../shared/listener/options.ts';
import { serverTlsOptions } from '../../shared/server-tls.ts';
import { textFormatOptions } from '../../shared/text-format.ts';
import { unsupportedOptions } from '../../shared/unsupported-options.ts';

const UNIX = 'Wattbridge listens for HTTP on TCP only; a Unix socket is what socket_listener has';

const names = () => z.record(z.string(), z.string()).default({});

export const HttpListenerOptions = z.strictObject({
  service_address: listenAddress()
    .prefault('127.0.0.1:8080')
    .describe('Where to listen. `:8080` is every address of this machine, as by default in Telegraf; then set TLS and a password.'),
  network: z.literal('tcp', { error: UNIX }).default('tcp').describe('Only `tcp`.'),
  paths: z.array(z.string()).default(['/telegraf']).describe('Paths that take metrics; others answer 404.'),
  path: z.string().default('').describe('Old spelling of one more path.'),
  path_tag: z.boolean().default(false).describe('Tag `http_listener_v2_path` with the path.'),
  methods: z
    .array(z.string().transform((method) => method.toUpperCase()))
    .default(['POST', 'PUT'])
    .describe('Methods that are taken; others answer 405.'),
  http_headers: names().describe('More headers of the answers.'),
  http_success_code: z.int().min(200).max(299).default(204).describe('Status of the answer once the metrics are safe.'),
  data_source: z
    .enum(['body', 'query'])
    .default('body')
    .describe('Where the metrics are: in the body, or in what follows the `?` of the address.'),
  basic_username: z.string().default('').describe('User that clients must give by basic authentication.'),
  basic_password: secret().prefault('').describe('Password of basic_username.'),
  http_header_tags: names().describe('Tags from headers, each `header: tag`; of a header that comes several times the first counts.'),
  ...boundOptions,
  ...serverTlsOptions,
  ...textFormatOptions,
  ...unsupportedOptions({ [UNIX]: ['socket_mode'] }),
});
export type HttpListenerConfig = z.output<typeof HttpListenerOptions>;
