import { z } from 'zod';
import { secret } from './options.ts';

/** `agent.redis`: where bridges and senders on several machines meet. */
export const RedisConfig = z.strictObject({
  url: z
    .string()
    .regex(/^rediss?:\/\/[^\s]+$/, 'write redis://host:6379, with /1 for database 1, or rediss:// for TLS')
    .default('redis://127.0.0.1:6379')
    .describe('Where Redis is: `redis://host:6379`, `redis://host:6379/1` for database 1, `rediss://` for TLS.'),
  username: z.string().default('').describe('User of Redis; the default one when empty.'),
  password: secret().prefault('').describe('Password of Redis.'),
  prefix: z
    .string()
    .regex(/^[\w.-]+$/, 'may have letters, digits and . _ - only')
    .default('wattbridge')
    .describe('Put before every key. Bridges and senders with the same one work together, so give each pipeline its own.'),
  node: z.string().default('').describe("Name of this bridge among others; the agent's hostname when empty."),
  senders: z
    .boolean()
    .default(true)
    .describe('Whether this bridge sends, too. If not, it only hands on, and `wattbridge send` sends elsewhere.'),
  tls_ca: z.string().default('').describe("File with the authorities (PEM) to trust instead of the system's."),
  tls_cert: z.string().default('').describe('File with the certificate (PEM) to show to Redis; needs tls_key.'),
  tls_key: z.string().default('').describe('File with the private key (PEM) of tls_cert.'),
  insecure_skip_verify: z
    .boolean()
    .default(false)
    .describe('Trust any certificate: whoever sits in between can read and change everything.'),
});
export type RedisConfig = z.output<typeof RedisConfig>;
