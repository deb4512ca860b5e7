import { z } from 'zod';
import { ConfigError } from '../../../config/diagnostics.ts';
import { duration, secret } from '../../../config/options.ts';
import { checkClientTls, clientTlsOptions } from '../../shared/client-tls.ts';
import { textFormatOptions } from '../../shared/text-format.ts';
import { CONNECTION_OPTIONS, COOKIE_OPTIONS, OAUTH_OPTIONS } from '../../shared/unsupported-http.ts';
import { unsupportedOptions } from '../../shared/unsupported-options.ts';

export const HttpInputOptions = z.strictObject({
  urls: z.array(z.string()).min(1).describe('Where to read metrics from, all at once.'),
  method: z
    .string()
    .regex(/^[A-Za-z]+$/, 'write GET, POST or PUT')
    .transform((method) => method.toUpperCase())
    .prefault('GET')
    .describe('Method of the requests.'),
  body: z.string().default('').describe('Body to send along, for POST and PUT.'),
  content_encoding: z.enum(['', 'identity', 'gzip']).default('identity').describe('`gzip` compresses that body.'),
  headers: z.record(z.string(), z.string()).default({}).describe('More headers; Host may be among them.'),
  username: secret().prefault('').describe('User for basic authentication.'),
  password: secret().prefault('').describe('Password for basic authentication.'),
  token: secret().prefault('').describe('Token for bearer authentication.'),
  token_file: z.string().default('').describe('File with that token, read at every interval.'),
  bearer_token: z.string().default('').describe('Old spelling of token_file.'),
  timeout: duration()
    .refine((ms) => ms > 0, 'must be longer than 0s')
    .prefault('5s')
    .describe('How long a request may take.'),
  success_status_codes: z
    .array(z.int())
    .default([])
    .transform((codes) => (codes.length === 0 ? [200] : codes))
    .describe('Statuses of answers that are read; 200 when empty.'),
  ...clientTlsOptions,
  tls_enable: z.boolean().optional().describe("Taken for Telegraf's sake: the URL says whether TLS is spoken."),
  ...textFormatOptions,
  ...unsupportedOptions({
    'Wattbridge has basic and bearer authentication, headers and TLS certificates, and goes to servers directly': [
      ...OAUTH_OPTIONS,
      'use_system_proxy',
      'http_proxy_url',
      'local_address',
      ...COOKIE_OPTIONS,
    ],
    'connections are kept between requests; remove it': CONNECTION_OPTIONS,
  }),
});
export type HttpInputConfig = z.output<typeof HttpInputOptions>;

/** Throws `ConfigError` when options contradict each other. */
export function checkOptions(config: HttpInputConfig): void {
  checkClientTls(config);
  const { token, token_file: file, bearer_token: old, username } = config;
  const ways = [token.reveal() !== '', file !== '', old !== '', username.reveal() !== ''].filter(Boolean).length;
  if (ways > 1) throw new ConfigError('token, token_file and username exclude each other; keep one of them');
}
