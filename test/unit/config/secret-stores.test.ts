import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { resolveSecrets } from '../../../src/config/secret-stores.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'wattbridge-secrets-'));
  writeFileSync(join(folder, 'token'), 't0ken\n');
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('secret stores', () => {
  it("take a secret from the environment or from a file, without the file's last line end", () => {
    const text = `a @{env:TOKEN} b @{file:${join(folder, 'token')}}`;
    expect(resolveSecrets(text, { TOKEN: 'e' })).toEqual({ text: 'a e b t0ken', secret: true, problems: [] });
  });

  it('leave texts without a reference alone', () => {
    expect(resolveSecrets('user@{host} @{x}', {})).toEqual({ text: 'user@{host} @{x}', secret: false, problems: [] });
  });

  it('do not look again at what a secret holds', () => {
    expect(resolveSecrets('@{env:A}', { A: '@{env:B}', B: 'b' }).text).toBe('@{env:B}');
  });

  it('say what is missing, all of it', () => {
    const { problems } = resolveSecrets(`@{env:NOPE} @{file:${join(folder, 'nope')}} @{flie:x} @{vault:x}`, {});
    expect(problems).toEqual([
      { message: 'secret @{env:NOPE}: the environment variable NOPE is not set' },
      { message: `secret @{file:${join(folder, 'nope')}}: there is no such file` },
      { message: 'there is no secret store "flie"', hint: 'did you mean "@{file:…}"?' },
      { message: 'there is no secret store "vault"', hint: 'there are @{env:NAME} and @{file:/path}' },
    ]);
  });
});
