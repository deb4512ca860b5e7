/** What listeners that speak as InfluxDB are told. */
import { z } from 'zod';
import type { ListenAddress } from '../../../config/listen-address.ts';
import type { Dialect } from '../../../formats/line-protocol/parse.ts';
import { parserType } from '../line-format.ts';
import { boundOptions } from '../listener/options.ts';
import { serverTlsOptions, type ServerTlsConfig } from '../server-tls.ts';
import type { Api } from './answer.ts';
import type { AuthConfig } from './auth.ts';

/** Options of all of them. */
export const influxListenerOptions = {
  ...boundOptions,
  ...serverTlsOptions,
  bucket_tag: z.string().default('').describe('Tag that gets the bucket of a 2.x write; over one of that name in the line.'),
  parser_type: parserType,
} as const;

/** What there is to say of the option `token`, of which clients this: `must give`. */
export function tokenText(clients: string): string {
  return `Token that clients ${clients}: \`Authorization: Token …\` or \`Bearer …\`, as to InfluxDB 2.x.`;
}

export interface WriterConfig {
  readonly max_body_size: number;
  readonly max_decompressed_size: number;
  /** Points that may be on their way at one time; 0, or left out: as many as bodies fit in memory. */
  readonly max_undelivered_metrics?: number;
  readonly database_tag?: string;
  readonly retention_policy_tag?: string;
  readonly bucket_tag: string;
  readonly parser_type: Dialect;
}

export interface InfluxListenerConfig extends WriterConfig, AuthConfig, ServerTlsConfig {
  readonly service_address: ListenAddress;
  readonly read_timeout: number;
  readonly write_timeout: number;
  readonly max_connections: number;
}

/** Which of InfluxDB's endpoints there are, in whose form what is nobody's is answered, and how it is kept from strangers. */
export interface Face {
  readonly apis: readonly Api[];
  readonly unknown: Api;
  /** What to set so that not anyone may write. */
  readonly lock: string;
}
