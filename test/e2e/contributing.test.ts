/** CONTRIBUTING.md tells how to add a plugin; this does it, word for word, in a copy of the clone. */
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { repoPath, runCommand } from '../support/command-line.ts';

const COPIED = [
  'bin',
  'config',
  'docs',
  'scripts',
  'src',
  'test/support',
  'package.json',
  'tsconfig.json',
  'vitest.config.ts',
  '.oxlintrc.json',
];

let copy: string;
let files: readonly string[];

beforeAll(async () => {
  copy = await mkdtemp(join(tmpdir(), 'wattbridge-contributing-'));
  for (const path of COPIED) await cp(repoPath(path), join(copy, path), { recursive: true });
  await symlink(repoPath('node_modules'), join(copy, 'node_modules'));
  const text = await readFile(repoPath('CONTRIBUTING.md'), 'utf8');
  // Each file's name stands in the line before its text.
  const blocks = [...text.matchAll(/`([\w/.-]+\.ts)`:\n\n```ts\n(.*?)```/gs)];
  files = blocks.map(([, path]) => path);
  for (const [, path, code] of blocks) {
    await mkdir(dirname(join(copy, path)), { recursive: true });
    await writeFile(join(copy, path), code);
  }
});

afterAll(() => rm(copy, { recursive: true }));

async function call(command: string, args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await runCommand(command, args, { cwd: copy });
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code}:\n${stdout}${stderr}`);
  return stdout;
}

describe('the plugin of CONTRIBUTING.md', () => {
  it('is there once the folder is written and `npm run gen` has run, typed, linted and tested', async () => {
    await call('npm', ['run', '--silent', 'gen']);

    expect(files).toHaveLength(2);
    expect(await call('bin/wattbridge', ['plugins', 'no_negatives'])).toContain('Drops points whose reading is below zero.');
    expect(await readFile(join(copy, 'src/plugins/processors/no_negatives/README.md'), 'utf8')).toContain('no_negatives');
    await call('node_modules/.bin/tsc', ['-p', '.']);
    await call('node_modules/.bin/oxlint', ['--deny-warnings', ...files]);
    await call('node_modules/.bin/vitest', ['run', files[1]]);
  });
});
