import { chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { wattbridge } from '../support/command-line.ts';

const PIPELINE = `[agent] # the agent
  omit_hostname = true
  metric_batch_size = \${SIZE}
[[inputs.file]]
  files = ["in.lp"]
[[outputs.file]]
  files = ["out.lp"]
`;

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wattbridge-config-'));
  await mkdir(join(folder, 'home/.telegraf'), { recursive: true });
  await writeFile(join(folder, 'in.lp'), 'cpu,host=a usage=1.5 1700000000000000000\n');
  await writeFile(join(folder, 'home/.telegraf/telegraf.conf'), PIPELINE.replace('${SIZE}', '10'));
});

beforeEach(async () => {
  await writeFile(join(folder, 'telegraf.conf'), PIPELINE);
  await rm(join(folder, 'out.lp'), { force: true });
});

afterAll(() => rm(folder, { recursive: true }));

const run = (args: readonly string[], env: Record<string, string> = {}) => wattbridge(args, { cwd: folder, env: { HOME: folder, ...env } });

describe('wattbridge config convert', () => {
  it('writes YAML that runs, for the eyes of those who might read the old file, and never over another', async () => {
    await chmod(join(folder, 'telegraf.conf'), 0o640);

    const written = await run(['config', 'convert', 'telegraf.conf', '-o', 'new.yaml']);
    const again = await run(['config', 'convert', 'telegraf.conf', '-o', 'new.yaml']);
    const forced = await run(['config', 'convert', '--config', 'telegraf.conf', '--output', 'new.yaml', '--force']);
    const ran = await run(['--config', 'new.yaml', '--once', '--quiet'], { SIZE: '10' });

    expect([written.code, again.code, forced.code, ran.code]).toEqual([0, 2, 0, 0]);
    expect(again.stderr).toContain('new.yaml is there already; --force writes over it');
    expect((await stat(join(folder, 'new.yaml'))).mode & 0o777).toBe(0o640);
    expect(await readFile(join(folder, 'new.yaml'), 'utf8')).toContain(
      'agent: # the agent\n  omit_hostname: true\n  metric_batch_size: ${SIZE}\n',
    );
    expect(await readFile(join(folder, 'out.lp'), 'utf8')).toBe('cpu,host=a usage=1.5 1700000000000000000\n');
  });

  it('prints to the terminal, and says what does not work here', async () => {
    await writeFile(join(folder, 'docker.conf'), '[[inputs.docker]] # all\n  endpoint = "x"\n');

    const { code, stdout, stderr } = await run(['config', 'convert', 'docker.conf']);

    expect(stdout).toBe('inputs:\n  - docker: # all\n      endpoint: x\n');
    expect(stderr).toContain('docker.conf:1:10: inputs.docker');
    expect(stderr).toContain('it is written, with one thing in it to put right');
    expect(code).toBe(78);
  });

  it.each([
    [['config', 'convert'], 'which file?'],
    [['config', 'convert', 'telegraf.conf', '-o', 'new.conf'], 'what is not named *.yaml is read as TOML'],
    [['config', 'convert', 'x.yaml'], 'x.yaml is YAML already'],
    [['config', 'migrate', '--config', 'telegraf.conf'], 'there is no config migrate here'],
    [['config', 'create', '--input-filter', 'cpuu'], 'did you mean "cpu"?'],
    [['config', '--section-filter', 'input'], 'there is no section "input"'],
  ])('and its neighbours end with 2 where they are called wrongly: %j', async (args, words) => {
    await writeFile(join(folder, 'x.yaml'), 'inputs: [cpu]\n');
    const { code, stdout, stderr } = await run(args);

    expect(stderr).toContain(words);
    expect(stdout).toBe('');
    expect(code).toBe(2);
  });
});

describe('wattbridge config check', () => {
  it("is check with Telegraf's flags", async () => {
    const strict = await run(['config', 'check', '--config', 'telegraf.conf'], { SIZE: '10' });
    const nonStrict = await run(['config', 'check', '-config', 'telegraf.conf', '-non-strict-env-handling', '--quiet'], { SIZE: '10' });

    expect(strict.code).toBe(78);
    expect(strict.stderr).toContain('telegraf.conf:3:23: TOML syntax');
    expect(nonStrict).toMatchObject({ code: 0, stdout: '', stderr: '' });
  });
});

describe('wattbridge config', () => {
  it('prints a sample that check takes', async () => {
    const { stdout, code } = await run(['config', '--toml', '--input-filter', 'cpu:mem', '--output-filter', 'file']);
    await writeFile(join(folder, 'sample.conf'), stdout);

    expect(code).toBe(0);
    expect(await run(['check', 'sample.conf'])).toMatchObject({ code: 0, stdout: 'sample.conf: ok; inputs cpu, mem; outputs file\n' });
  });
});

describe('without a file', () => {
  it("runs what is at Telegraf's places, and says which", async () => {
    const found = await run(['--once'], { HOME: join(folder, 'home') });
    const named = await run(['check'], { TELEGRAF_CONFIG_PATH: 'telegraf.conf', SIZE: '1' });
    const none = await run(['--once']);

    expect(found.stderr).toContain(`no configuration was named; using ${join(folder, 'home/.telegraf/telegraf.conf')}`);
    expect(found.code).toBe(0);
    expect(named.code).toBe(78);
    expect(named.stderr).toContain('telegraf.conf:3:23');
    expect(none.code).toBe(2);
    expect(none.stderr).toContain('which pipeline?');
  });
});
