import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { requireProgram } from './process.ts';

/** Writes an authority (`ca.pem`), a server certificate for `bridge.test` (`server.pem`, `.key`) and one of the client `ada` (`client.pem`, `.key`). */
export async function makeCertificates(folder: string): Promise<void> {
  requireProgram('openssl', 'openssl');
  const openssl = (...args: string[]) => promisify(execFile)('openssl', args, { cwd: folder });
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  await openssl('req', '-x509', ...key, '-keyout', 'ca.key', '-out', 'ca.pem', '-subj', '/CN=test authority');
  for (const [file, name] of [
    ['server', 'bridge.test'],
    ['client', 'ada'],
  ]) {
    const subject = ['-subj', `/CN=${name}`, '-addext', `subjectAltName=DNS:${name}`];
    await openssl('req', '-x509', ...key, '-keyout', `${file}.key`, '-out', `${file}.pem`, '-CA', 'ca.pem', '-CAkey', 'ca.key', ...subject);
  }
}
