/** Calls the command line as a user does: `bin/wattbridge` of this clone, which runs `src/main.ts` with the pinned Node. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { ownStateHome } from './state-home.ts';

/** The file of this clone that `path` (from its root) names. */
export function repoPath(path: string): string {
  return fileURLToPath(new URL(`../../${path}`, import.meta.url));
}

export interface CommandResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end. */
export function runCommand(
  command: string,
  args: readonly string[],
  options: { readonly cwd?: string; readonly env?: Readonly<Record<string, string>> } = {},
): Promise<CommandResult> {
  const child = spawn(command, [...args], {
    ...options,
    env: { ...process.env, ...ownStateHome(), ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
}

/** Runs `wattbridge` with these arguments to its end. */
export function wattbridge(args: readonly string[], options: Parameters<typeof runCommand>[2] = {}): Promise<CommandResult> {
  return runCommand(repoPath('bin/wattbridge'), args, options);
}
