import { z } from 'zod';
import { duration, listenAddress, secret, size } from '../../../config/options.ts';
import { parserType } from '../../shared/line-format.ts';
import { serverTlsOptions } from '../../shared/server-tls.ts';

const MIB = 1024 * 1024;
const DEFAULT_BODY_BYTES = 32 * MIB;
/** Line protocol packs ten to one; larger bodies than this hold up everybody else. */
const DEFAULT_DECOMPRESSED_BYTES = 128 * MIB;

/** Telegraf reads shorter timeouts than a second as a mistake and takes ten seconds. */
const SHORTEST_TIMEOUT_MS = 1000;
const DEFAULT_TIMEOUT_MS = 10_000;

const timeout = () =>
  duration()
    .transform((ms) => (ms < SHORTEST_TIMEOUT_MS ? DEFAULT_TIMEOUT_MS : ms))
    .prefault('10s');

const limit = (defaultBytes: number) =>
  size()
    .transform((bytes) => (bytes === 0 ? defaultBytes : bytes))
    .prefault(0);

export const ListenerOptions = z.strictObject({
  service_address: listenAddress()
    .prefault('127.0.0.1:8186')
    .describe(
      'Where to listen. `:8186` is every address of this machine, as by default in Telegraf; then set TLS and a password or token.',
    ),
  read_timeout: timeout().describe('How long a client may take to send a request; below 1s: 10s.'),
  write_timeout: timeout().describe('How long a client may take to read an answer; below 1s: 10s.'),
  max_body_size: limit(DEFAULT_BODY_BYTES).describe('Largest request body, as sent; 0: 32MiB.'),
  max_decompressed_size: limit(DEFAULT_DECOMPRESSED_BYTES).describe('Largest request body once decompressed; 0: 128MiB.'),
  max_connections: z.int().positive().default(1000).describe('Connections served at one time; what comes beyond is refused with 503.'),
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
