import { z } from 'zod';
import { listenAddress, secret } from '../../../config/options.ts';
import { parserType } from '../../shared/line-format.ts';
import { boundOptions } from '../../shared/listener/options.ts';
import { serverTlsOptions } from '../../shared/server-tls.ts';

export const ListenerOptions = z.strictObject({
  service_address: listenAddress()
    .prefault('127.0.0.1:8186')
    .describe(
      'Where to listen. `:8186` is every address of this machine, as by default in Telegraf; then set TLS and a password or token.',
    ),
  ...boundOptions,
  ...serverTlsOptions,
  database_tag: z.string().default('').describe('Tag that gets the database of a 1.x write (`db`); over one of that name in the line.'),
  retention_policy_tag: z.string().default('').describe('Tag that gets the retention policy of a 1.x write (`rp`).'),
  bucket_tag: z.string().default('').describe('Tag that gets the bucket of a 2.x write.'),
  basic_username: z.string().default('').describe('User that clients must give, by basic authentication or as `u`.'),
  basic_password: secret().prefault('').describe('Password of basic_username.'),
  token: secret().prefault('').describe('Token that clients may give instead: `Authorization: Token …` or `Bearer …`, as to InfluxDB 2.x.'),
  token_shared_secret: secret().prefault('').describe('Secret with which clients sign JSON Web Tokens (HS256, HS384, HS512).'),
  token_username: z.string().default('').describe('User that a JSON Web Token must name; any when empty.'),
  parser_type: parserType,
});
export type ListenerConfig = z.output<typeof ListenerOptions>;
