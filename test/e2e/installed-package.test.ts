import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { repoPath, runCommand, type CommandResult } from '../support/command-line.ts';

/** The pinned Node alone, as on a machine where somebody installed Node 24 and nothing else. */
const NODE_24 = dirname(process.execPath);

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wattbridge-installed-'));
  const packed = await npm(['pack', '--pack-destination', folder, '--json'], repoPath('.'));
  const [{ filename }] = JSON.parse(packed.stdout.slice(packed.stdout.indexOf('['))) as [{ filename: string }];
  await npm(['install', '--global', '--prefix', folder, join(folder, filename)], folder);
});

afterAll(() => rm(folder, { recursive: true }));

async function npm(args: readonly string[], cwd: string): Promise<CommandResult> {
  const result = await runCommand('npm', [...args, '--no-audit', '--no-fund', '--loglevel=error'], { cwd });
  if (result.code !== 0) throw new Error(`npm ${args.join(' ')} failed:\n${result.stdout}${result.stderr}`);
  return result;
}

function installed(args: readonly string[]): Promise<CommandResult> {
  return runCommand(join(folder, 'bin', 'wattbridge'), args, { cwd: folder, env: { PATH: `${NODE_24}:/usr/bin:/bin` } });
}

describe('what npm pack makes, installed with npm install -g', () => {
  it('runs', async () => {
    const { code, stdout, stderr } = await installed(['--version']);

    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^wattbridge \d+\.\d+\.\d+\n$/);
  });

  it('has all plugins', async () => {
    const [{ stdout }, clone] = await Promise.all([installed(['plugins']), runCommand(repoPath('bin/wattbridge'), ['plugins'])]);

    expect(stdout).toContain('influxdb_listener');
    expect(stdout).toBe(clone.stdout);
  });

  it('holds the pipelines and what they need', async () => {
    const pipeline = join(folder, 'lib', 'node_modules', 'wattbridge', 'pipelines', 'pau-kvm.yaml');

    const { code, stdout, stderr } = await installed(['check', pipeline]);

    expect(stderr).toBe('');
    expect(stdout).toContain('pau-kvm.yaml: ok; inputs influxdb_listener; processors energy, equivalents');
    expect(code).toBe(0);
  });
});
