/** What TLS has in common on both sides of a connection: Telegraf's names of its versions, and files. */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { SecureVersion } from 'node:tls';

const VERSIONS = { TLS10: 'TLSv1', TLS11: 'TLSv1.1', TLS12: 'TLSv1.2', TLS13: 'TLSv1.3' } as const satisfies Record<string, SecureVersion>;
export type TlsVersion = keyof typeof VERSIONS;

export const tlsVersions = Object.keys(VERSIONS) as [TlsVersion, ...TlsVersion[]];

/** The version as `node:tls` calls it. */
export function secureVersion(version: TlsVersion): SecureVersion {
  return VERSIONS[version];
}

/** The bytes of a PEM file that an option names. Throws an error that names both when it can't be read. */
export async function readPem(option: string, file: string, baseDirectory: string): Promise<Buffer> {
  const path = resolve(baseDirectory, file);
  try {
    return await readFile(path);
  } catch (error) {
    throw new Error(`cannot read ${option} ${path}: ${(error as Error).message}`, { cause: error });
  }
}
