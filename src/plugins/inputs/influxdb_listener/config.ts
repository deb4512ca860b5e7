import { z } from 'zod';
import { listenAddress, secret } from '../../../config/options.ts';
import { influxListenerOptions, tokenText } from '../../shared/influxdb-listener/config.ts';

const { bucket_tag: bucketTag, parser_type: parserType, ...bounds } = influxListenerOptions;

export const ListenerOptions = z.strictObject({
  service_address: listenAddress()
    .prefault('127.0.0.1:8186')
    .describe(
      'Where to listen. `:8186` is every address of this machine, as by default in Telegraf; then set TLS and a password or token.',
    ),
  ...bounds,
  database_tag: z.string().default('').describe('Tag that gets the database of a 1.x write (`db`); over one of that name in the line.'),
  retention_policy_tag: z.string().default('').describe('Tag that gets the retention policy of a 1.x write (`rp`).'),
  bucket_tag: bucketTag,
  basic_username: z.string().default('').describe('User that clients must give, by basic authentication or as `u`.'),
  basic_password: secret().prefault('').describe('Password of basic_username.'),
  token: secret().prefault('').describe(tokenText('may give instead')),
  token_shared_secret: secret().prefault('').describe('Secret with which clients sign JSON Web Tokens (HS256, HS384, HS512).'),
  token_username: z.string().default('').describe('User that a JSON Web Token must name; any when empty.'),
  parser_type: parserType,
});
