import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { runCommand } from '../../../src/cli/run.ts';

it('docs/command-line.md has every flag of run, and no other', () => {
  const page = readFileSync(new URL('../../../docs/command-line.md', import.meta.url), 'utf8');
  const documented = new Set([...page.matchAll(/--[a-z][a-z-]+/g)].map(([flag]) => flag));
  const rewritten = new Set(['--usage', '--sample-config', '--input-list', '--output-list', '--version', '--toml', '--help', '--flag']);
  const known = runCommand(() => undefined).options.map(({ long }) => long ?? '');

  expect([...documented].filter((flag) => !rewritten.has(flag)).sort()).toEqual(known.sort());
});
