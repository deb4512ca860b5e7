/** TLS of a client, with the options of Telegraf's `common/tls.ClientConfig`. */
import type { ConnectionOptions } from 'node:tls';
import { z } from 'zod';
import { ConfigError } from '../../config/diagnostics.ts';
import { secret } from '../../config/options.ts';
import type { Secret } from '../../config/secret.ts';
import { readPem, secureVersion, tlsVersions, type TlsVersion } from './tls.ts';

/** The options, for a plugin's schema. */
export const clientTlsOptions = {
  tls_ca: z.string().default('').describe("File with the authorities (PEM) to trust instead of the system's."),
  tls_cert: z.string().default('').describe('File with the certificate (PEM) to show to the server; needs tls_key.'),
  tls_key: z.string().default('').describe('File with the private key (PEM) of tls_cert.'),
  tls_key_pwd: secret().prefault('').describe('Password of an encrypted tls_key.'),
  tls_server_name: z.string().default('').describe("Name to expect in the server's certificate, when it is not that of the URL."),
  tls_min_version: z.enum(tlsVersions).default('TLS12').describe('Oldest TLS version to speak.'),
  insecure_skip_verify: z
    .boolean()
    .default(false)
    .describe('Trust any certificate: whoever sits in between can read and change everything.'),
} as const;

export interface ClientTlsConfig {
  readonly tls_ca: string;
  readonly tls_cert: string;
  readonly tls_key: string;
  readonly tls_key_pwd: Secret;
  readonly tls_server_name: string;
  readonly tls_min_version: TlsVersion;
  readonly insecure_skip_verify: boolean;
}

/** The part of `tls.connect`'s options that these options decide. */
export type ClientTls = Pick<ConnectionOptions, 'ca' | 'cert' | 'key' | 'passphrase' | 'minVersion' | 'rejectUnauthorized' | 'servername'>;

/** Throws `ConfigError` when the options contradict each other. */
export function checkClientTls(config: ClientTlsConfig): void {
  if ((config.tls_cert === '') === (config.tls_key === '')) return;
  const missing = config.tls_cert === '' ? 'tls_cert' : 'tls_key';
  throw new ConfigError(`${missing} is missing; a client certificate needs both tls_cert and tls_key`);
}

/** What `node:tls` needs, files read. Throws an error that names the file when one can't be read. */
export async function loadClientTls(config: ClientTlsConfig, baseDirectory: string): Promise<ClientTls> {
  const read = (option: 'tls_ca' | 'tls_cert' | 'tls_key'): Promise<Buffer> | undefined => {
    return config[option] === '' ? undefined : readPem(option, config[option], baseDirectory);
  };
  const [ca, cert, key] = await Promise.all([read('tls_ca'), read('tls_cert'), read('tls_key')]);
  return {
    minVersion: secureVersion(config.tls_min_version),
    rejectUnauthorized: !config.insecure_skip_verify,
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined || key === undefined ? {} : { cert, key, passphrase: config.tls_key_pwd.reveal() }),
    ...(config.tls_server_name === '' ? {} : { servername: config.tls_server_name }),
  };
}
