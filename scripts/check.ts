/** `npm run check`: everything that can be said of the code without running it. Every check runs, so that all failures show at once. */
import { spawnSync } from 'node:child_process';

const CHECKS: readonly { readonly name: string; readonly command: readonly [string, ...string[]]; readonly repair: string }[] = [
  { name: 'types', command: ['tsc', '-p', '.'], repair: 'put the types right' },
  { name: 'lint', command: ['oxlint', '--deny-warnings'], repair: 'npm run format, which repairs some of it' },
  { name: 'format', command: ['oxfmt', '--check'], repair: 'npm run format' },
  { name: 'dead code', command: ['knip'], repair: 'remove what nothing uses' },
  { name: 'generated files', command: ['node', 'scripts/gen.ts', '--check'], repair: 'npm run gen' },
];

const failed: string[] = [];
for (const { name, command, repair } of CHECKS) {
  const [program, ...args] = command;
  // npm puts node_modules/.bin first in PATH, so each of these is the pinned one.
  const result = spawnSync(program, args, { encoding: 'utf8', env: { ...process.env, FORCE_COLOR: process.stdout.isTTY ? '1' : '0' } });
  if (result.status === 0) {
    console.log(`ok      ${name}`);
    continue;
  }
  failed.push(name);
  console.log(`FAILED  ${name} (${command.join(' ')}); to repair: ${repair}`);
  console.log(`${result.stdout ?? ''}${result.stderr ?? ''}${result.error?.message ?? ''}`.trim());
}

console.log(failed.length === 0 ? 'All checks passed.' : `${failed.length} of ${CHECKS.length} checks failed: ${failed.join(', ')}`);
process.exitCode = failed.length === 0 ? 0 : 1;
