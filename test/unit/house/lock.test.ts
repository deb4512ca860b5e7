import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

interface LockFile {
  readonly packages: Readonly<Record<string, { readonly optionalDependencies?: Readonly<Record<string, string>> }>>;
}

describe('package-lock.json', () => {
  it('names the binary packages of every platform, without which `npm ci` refuses it (repair: npm run lock)', () => {
    const lock = JSON.parse(readFileSync(new URL('../../../package-lock.json', import.meta.url), 'utf8')) as LockFile;
    const wanted = Object.values(lock.packages).flatMap((entry) => Object.keys(entry.optionalDependencies ?? {}));

    const missing = wanted.filter((name) => lock.packages[`node_modules/${name}`] === undefined);

    expect(wanted.length).toBeGreaterThan(0);
    expect(missing).toEqual([]);
  });
});
