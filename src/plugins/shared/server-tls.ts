/** TLS of a server, with the options of Telegraf's `common/tls.ServerConfig`. */
import type { ServerOptions } from 'node:https';
import type { PeerCertificate } from 'node:tls';
import { z } from 'zod';
import { ConfigError } from '../../config/diagnostics.ts';
import { secret } from '../../config/options.ts';
import type { Secret } from '../../config/secret.ts';
import { readPem, secureVersion, tlsVersions, type TlsVersion } from './tls.ts';

/** Go's names of the cipher suites that are still sound, and OpenSSL's. Those of TLS 1.3 have one name for both. */
const CIPHERS: Readonly<Record<string, string>> = {
  TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256: 'ECDHE-ECDSA-AES128-GCM-SHA256',
  TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384: 'ECDHE-ECDSA-AES256-GCM-SHA384',
  TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305: 'ECDHE-ECDSA-CHACHA20-POLY1305',
  TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256: 'ECDHE-ECDSA-CHACHA20-POLY1305',
  TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256: 'ECDHE-RSA-AES128-GCM-SHA256',
  TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384: 'ECDHE-RSA-AES256-GCM-SHA384',
  TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305: 'ECDHE-RSA-CHACHA20-POLY1305',
  TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256: 'ECDHE-RSA-CHACHA20-POLY1305',
  TLS_AES_128_GCM_SHA256: 'TLS_AES_128_GCM_SHA256',
  TLS_AES_256_GCM_SHA384: 'TLS_AES_256_GCM_SHA384',
  TLS_CHACHA20_POLY1305_SHA256: 'TLS_CHACHA20_POLY1305_SHA256',
};

const cipher = z.string().refine((name) => Object.hasOwn(CIPHERS, name), {
  error: ({ input }) => `cipher suite "${String(input)}" is not supported; supported: ${Object.keys(CIPHERS).join(', ')}`,
});

/** The options, for a plugin's schema. */
export const serverTlsOptions = {
  tls_cert: z.string().default('').describe("File with the server's certificate and its chain (PEM); with tls_key, the server speaks TLS."),
  tls_key: z.string().default('').describe("File with the certificate's private key (PEM)."),
  tls_key_pwd: secret().prefault('').describe('Password of an encrypted tls_key.'),
  tls_allowed_cacerts: z
    .array(z.string())
    .default([])
    .describe('Files with authorities (PEM); clients must show a certificate by one of them.'),
  tls_allowed_dns_names: z
    .array(z.string())
    .default([])
    .describe('Only clients whose certificate has one of these DNS names; needs tls_allowed_cacerts.'),
  tls_cipher_suites: z.array(cipher).default([]).describe("Cipher suites offered, by Go's names; Node's default when empty."),
  tls_min_version: z.enum(tlsVersions).default('TLS12').describe('Oldest TLS version accepted.'),
  tls_max_version: z.enum(tlsVersions).default('TLS13').describe('Newest TLS version accepted.'),
} as const;

export interface ServerTlsConfig {
  readonly tls_cert: string;
  readonly tls_key: string;
  readonly tls_key_pwd: Secret;
  readonly tls_allowed_cacerts: readonly string[];
  readonly tls_allowed_dns_names: readonly string[];
  readonly tls_cipher_suites: readonly string[];
  readonly tls_min_version: TlsVersion;
  readonly tls_max_version: TlsVersion;
}

/** Whether the options ask for TLS. Throws `ConfigError` when they contradict each other. */
export function wantsTls(config: ServerTlsConfig): boolean {
  if ((config.tls_cert === '') !== (config.tls_key === '')) {
    const missing = config.tls_cert === '' ? 'tls_cert' : 'tls_key';
    throw new ConfigError(`${missing} is missing; TLS needs both tls_cert and tls_key`);
  }
  const tls = config.tls_cert !== '';
  if (!tls && config.tls_allowed_cacerts.length > 0) {
    throw new ConfigError('client certificates need TLS; set tls_cert and tls_key too', ['tls_allowed_cacerts']);
  }
  if (config.tls_allowed_dns_names.length > 0 && config.tls_allowed_cacerts.length === 0) {
    throw new ConfigError('names of clients can only be trusted from certificates; set tls_allowed_cacerts too', ['tls_allowed_dns_names']);
  }
  return tls;
}

/** What `node:https` needs, certificates read. Throws an error that names the file when one can't be read. */
export async function loadServerTls(config: ServerTlsConfig, baseDirectory: string): Promise<ServerOptions> {
  const read = (option: string, file: string) => readPem(option, file, baseDirectory);
  const [cert, key, ...ca] = await Promise.all([
    read('tls_cert', config.tls_cert),
    read('tls_key', config.tls_key),
    ...config.tls_allowed_cacerts.map((file) => read('tls_allowed_cacerts', file)),
  ]);
  return {
    cert,
    key,
    passphrase: config.tls_key_pwd.reveal(),
    minVersion: secureVersion(config.tls_min_version),
    maxVersion: secureVersion(config.tls_max_version),
    ...(ca.length === 0 ? {} : { ca, requestCert: true, rejectUnauthorized: true }),
    ...(config.tls_cipher_suites.length === 0 ? {} : { ciphers: config.tls_cipher_suites.map((name) => CIPHERS[name]).join(':') }),
  };
}

/** Whether a client's certificate, checked already, has one of the allowed names; without a list every one will do. */
export function isAllowedClient(config: ServerTlsConfig, certificate: PeerCertificate): boolean {
  const allowed = config.tls_allowed_dns_names;
  if (allowed.length === 0) return true;
  const names = (certificate.subjectaltname ?? '').split(', ');
  return allowed.some((name) => names.includes(`DNS:${name}`));
}
