/** Options that listeners for HTTP have in common. */
import { z } from 'zod';
import { duration, size } from '../../../config/options.ts';

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

export const boundOptions = {
  read_timeout: timeout().describe('How long a client may take to send a request; below 1s: 10s.'),
  write_timeout: timeout().describe('How long a client may take to read an answer; below 1s: 10s.'),
  max_body_size: limit(DEFAULT_BODY_BYTES).describe('Largest request body, as sent; 0: 32MiB.'),
  max_decompressed_size: limit(DEFAULT_DECOMPRESSED_BYTES).describe('Largest request body once decompressed; 0: 128MiB.'),
  max_connections: z.int().positive().default(1000).describe('Connections served at one time; what comes beyond is refused with 503.'),
} as const;
