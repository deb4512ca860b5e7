import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import { loadConfig } from '../../../src/config/load.ts';
import { testSchemas } from '../../support/config.ts';

it('what a plugin needs is loaded where it is configured, and nowhere else', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'prepare-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const prepared: string[] = [];
  const plugin = (name: string) => ({
    schema: z.strictObject({}),
    prepare: () => {
      prepared.push(name);
      return Promise.resolve();
    },
  });
  const schemas = {
    ...testSchemas,
    processors: new Map([
      ['heavy', plugin('heavy')],
      ['other', plugin('other')],
    ]),
  };
  const load = (processor: string) => {
    const file = join(directory, 'a.yaml');
    writeFileSync(file, `inputs: [cpu]\noutputs: [file]\nprocessors: [${processor}]\n`);
    return loadConfig([file], schemas, { env: {} });
  };

  expect(await load('heavy')).toHaveProperty('config');
  expect(await load('unknown')).toHaveProperty('diagnostics');
  expect(prepared).toEqual(['heavy']);
});
