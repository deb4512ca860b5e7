import { once } from 'node:events';
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { repoPath, runCommand, wattbridge } from '../support/command-line.ts';
import { startProcess } from '../support/process.ts';

const LINES = 'cpu,host=a usage=1.5,count=2i,big=3u 1700000000000000000\nnet,host=a recv=7i 1700000000000000000\n';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wattbridge-cli-'));
  await writeFile(join(folder, 'in.lp'), LINES);
});

afterAll(() => rm(folder, { recursive: true }));

/** A configuration as a file; the paths in it are relative to the folder, as for somebody who works there. */
async function config(name: string, text: string): Promise<string> {
  await writeFile(join(folder, name), text);
  return name;
}

const ONE_ROUND = `
[agent]
  omit_hostname = true
  admin_address = ""
[[inputs.file]]
  files = ["in.lp"]
[[outputs.file]]
  files = ["out.lp"]
`;

describe('wattbridge', () => {
  it('runs from any folder, also through a symbolic link', async () => {
    await symlink(repoPath('bin/wattbridge'), join(folder, 'wb'));

    const { code, stdout } = await runCommand('./wb', ['--version'], { cwd: folder });

    expect(stdout).toMatch(/^wattbridge \d+\.\d+\.\d+\n$/);
    expect(code).toBe(0);
  });

  it.each(['run', 'check', 'test', 'plugins', 'graph', 'equivalents', 'start'])('shows an example in the help of %s', async (command) => {
    const { code, stdout } = await wattbridge([command, '--help']);

    expect(stdout).toMatch(new RegExp(`Examples?:\\n  wattbridge (${command}|--config)`));
    expect(code).toBe(0);
  });

  it.each([
    [[], 'which pipeline?'],
    [['chek'], 'did you mean "wattbridge check"?'],
    [['run', '--confg', 'x'], "unknown option '--confg'"],
    [['--test-wait', 'soon', 'x.yaml'], 'give a number of seconds'],
    [['plugins', 'inputs/none'], 'there is no plugin "inputs/none"'],
    [['--usage', 'none'], 'there is no plugin "none"'],
    [['--config', 'x.conf', 'runn'], 'there is no command and no file "runn"; did you mean "wattbridge run"?'],
    [['--watch-config', 'sometimes', 'x.yaml'], 'Allowed choices are notify, poll'],
    [['--watch-interval', '0s', 'x.yaml'], 'give a duration above 0, as in 10s'],
    [['--password', 'x', 'x.yaml'], 'no secret store here has a password'],
    [['-plugin-directory=x', 'x.yaml'], 'run them as programs, with inputs.execd'],
  ])('ends with 2 and says what is wrong with the command line %j', async (args, reason) => {
    const { code, stdout, stderr } = await wattbridge(args);

    expect(stderr).toContain(reason);
    expect(stdout).toBe('');
    expect(code).toBe(2);
  });

  it("runs a telegraf.conf once with Telegraf's flags, in one dash or two", async () => {
    const file = await config('telegraf.conf', ONE_ROUND);

    const { code, stdout, stderr } = await wattbridge(['-config', file, '--once', '-quiet'], { cwd: folder });

    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(await readFile(join(folder, 'out.lp'), 'utf8')).toContain('net,host=a recv=7i 1700000000000000000\n');
  });

  it("says which of Telegraf's flags do nothing, unless it is to be quiet", async () => {
    const file = await config('flags.conf', ONE_ROUND);
    const flags = ['--once=true', '--processor-filter', 'x', '-pprof-addr=localhost:6060', '--unprotected'];

    const { code, stderr } = await wattbridge(['--config', file, ...flags], { cwd: folder });
    const quiet = await wattbridge(['--config', file, ...flags, '-quiet=true'], { cwd: folder });

    expect(stderr.match(/W! no effect has --[a-z-]+/g)).toEqual([
      'W! no effect has --processor-filter',
      'W! no effect has --pprof-addr',
      'W! no effect has --unprotected',
    ]);
    expect({ code, quiet }).toEqual({ code: 0, quiet: { code: 0, stdout: '', stderr: '' } });
  });

  it.each([
    [['version'], /^wattbridge \d+\.\d+\.\d+\n$/],
    [['-version'], /^wattbridge \d+\.\d+\.\d+\n$/],
    [['--usage', 'cpu'], /^inputs\/cpu: [^]*percpu/],
    [['--output-list'], /^outputs\n {2}\w/],
  ])('prints what %j asks for', async (args, printed) => {
    const { code, stdout, stderr } = await wattbridge(args);

    expect(stdout).toMatch(printed);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });

  it('writes its process id where it is told, and runs also where it can not', async () => {
    const file = await config('pid.conf', ONE_ROUND);
    const { code } = await wattbridge(['--config', file, '--once', '--quiet', '--pidfile', 'pid'], { cwd: folder });
    const unwritable = await wattbridge(['--config', file, '--once', '--quiet', '--pidfile', 'no/such/folder'], { cwd: folder });

    expect(code).toBe(0);
    await expect(readFile(join(folder, 'pid'))).rejects.toThrow('ENOENT');
    expect(unwritable.stderr).toMatch(/E! the pidfile could not be written path=no\/such\/folder/);
    expect(unwritable.code).toBe(0);
  });

  it('prints with --test what would be sent, fields sorted and uints as such, and sends nothing', async () => {
    const file = await config('test.conf', ONE_ROUND.replace('out.lp', 'untouched.lp'));

    const { code, stdout, stderr } = await wattbridge(['run', file, '--test'], { cwd: folder });

    expect(stderr).toContain('W! outputs are not used with --test');
    expect(stdout).toBe('> cpu,host=a big=3u,count=2i,usage=1.5 1700000000000000000\n> net,host=a recv=7i 1700000000000000000\n');
    expect(code).toBe(0);
    await expect(readFile(join(folder, 'untouched.lp'))).rejects.toThrow('ENOENT');
  });

  it('gives service inputs the time of --test-wait, which means --test', async () => {
    const tail = ONE_ROUND.replace('inputs.file', 'inputs.tail').replace(
      'files =',
      'initial_read_offset = "beginning"\n  path_tag = ""\n  files =',
    );
    const file = await config('tail.conf', tail.replace('out.lp', 'untouched.lp'));

    const { code, stdout } = await wattbridge(['-config', file, '-test-wait=1'], { cwd: folder });

    expect(stdout).toContain('> net,host=a recv=7i 1700000000000000000\n');
    expect(code).toBe(0);
    await expect(readFile(join(folder, 'untouched.lp'))).rejects.toThrow('ENOENT');
  });

  it('prints with --test also where there is no output yet', async () => {
    const file = await config('no-output.conf', ONE_ROUND.slice(0, ONE_ROUND.indexOf('[[outputs')));

    const { code, stdout } = await wattbridge(['run', file, '--test'], { cwd: folder });

    expect(stdout).toContain('> net,host=a recv=7i 1700000000000000000\n');
    expect(code).toBe(0);
  });

  it('leaves out what --input-filter and --output-filter do not name, unchecked', async () => {
    const file = await config('filtered.conf', `${ONE_ROUND}\n[[inputs.none]]\n[[outputs.nowhere]]\n`);

    const { code } = await wattbridge(['check', '--config', file, '--input-filter', 'file:x', '--output-filter', 'file'], { cwd: folder });

    expect(code).toBe(0);
  });

  it('says a line about each pipeline that is right, and ends with 78 when one is not', async () => {
    await config('right.conf', ONE_ROUND);
    await config('wrong.conf', `${ONE_ROUND}\n[[inputs.none]]\n`);

    const { code, stdout, stderr } = await wattbridge(['check', 'right.conf', 'wrong.conf'], { cwd: folder });

    expect(stdout).toBe('right.conf: ok; inputs file; outputs file\n');
    expect(stderr).toContain('wrong.conf:10:');
    expect(stderr).toContain('inputs.none');
    expect(code).toBe(78);
  });

  it('ends with 1 and says why when the log can not be written', async () => {
    const file = await config('log.conf', ONE_ROUND.replace('[agent]', '[agent]\n  logfile = "in.lp/x.log"'));

    const { code, stderr } = await wattbridge(['run', file, '--once'], { cwd: folder });

    expect(stderr).toMatch(
      /^wattbridge: the log can't be written \(E\w+: .*in\.lp.*\); give agent\.logfile another path, or leave it out\n$/,
    );
    expect(code).toBe(1);
  });

  it('ends with 1 and says why when an input cannot start', async () => {
    const file = await config(
      'taken.yaml',
      'agent: { admin_address: "" }\ninputs: [{ replay: { file: nothing.lp } }]\noutputs: [discard]\n',
    );

    const { code, stderr } = await wattbridge(['run', file], { cwd: folder });

    expect(stderr).toContain('nothing.lp');
    expect(code).toBe(1);
  });
});

describe('wattbridge test', () => {
  const PIPELINE = `
inputs: [{ file: { files: [a.lp] } }]
processors: [{ rename: { replace: [{ measurement: cpu, dest: processor }] } }]
outputs: [discard]
tests:
  - name: names change
    input: cpu v=1 1
    expect: EXPECTED
`;

  it('passes where the pipeline does what its tests say', async () => {
    const file = await config('passing.yaml', PIPELINE.replace('EXPECTED', 'processor v=1 1'));

    const { code, stdout } = await wattbridge(['test', file], { cwd: folder });

    expect(stdout).toBe('ok      passing.yaml: names change\n1 passed, 0 failed\n');
    expect(code).toBe(0);
  });

  it('shows what was expected and what came, and ends with 1', async () => {
    const file = await config('failing.yaml', PIPELINE.replace('EXPECTED', 'cpu v=1 1'));

    const { code, stdout } = await wattbridge(['test', file], { cwd: folder });

    expect(stdout).toBe('FAILED  failing.yaml: names change\n  - cpu v=1 1\n  + processor v=1 1\n0 passed, 1 failed\n');
    expect(code).toBe(1);
  });
});

describe('Ctrl-C', () => {
  const ENDLESS = 'agent: { admin_address: "" }\ninputs: [{ influxdb_listener: { service_address: "127.0.0.1:0" } }]\noutputs: [discard]\n';

  /** Runs until it has printed `sign`. */
  async function running(args: readonly string[], sign = 'listening on'): ReturnType<typeof startProcess> {
    return startProcess({
      command: repoPath('bin/wattbridge'),
      args,
      cwd: folder,
      ready: (bridge) => bridge.output().includes(sign),
    });
  }

  it.each(['SIGINT', 'SIGTERM'] as const)('ends a run in order, with a line that says what it came to (%s)', async (signal) => {
    const bridge = await running(['run', await config('endless.yaml', ENDLESS)]);

    await bridge.stop(signal);

    expect(bridge.output()).toMatch(/^stopped after [\d.]+ s: 0 points in, 0 out, 0 dropped$/m);
    expect(bridge.exit()).toBe(0);
  });

  it('is one Ctrl-C when it comes twice at once, as npm sends it', async () => {
    const bridge = await running(['run', await config('endless.yaml', ENDLESS)]);

    process.kill(bridge.pid, 'SIGINT');
    await bridge.stop('SIGINT');

    expect(bridge.output()).toContain('stopped after');
    expect(bridge.exit()).toBe(0);
  });

  it('ends at once when it comes a second time while a server keeps the queue from draining', async () => {
    const silent = createServer(() => undefined);
    const connected = once(silent, 'connection');
    await once(silent.listen(0, '127.0.0.1'), 'listening');
    const { port } = silent.address() as AddressInfo;
    const file = await config(
      'stuck.yaml',
      `agent: { admin_address: "", interval: 100ms, flush_interval: 100ms, shutdown_timeout: 60s }
inputs: [{ file: { files: [in.lp] } }]
outputs: [{ influxdb: { urls: ["http://127.0.0.1:${port}"], database: d } }]
`,
    );
    const bridge = await running(['run', file], 'outputs influxdb');
    await connected;

    process.kill(bridge.pid, 'SIGINT');
    await sleep(500);
    const afterFirst = bridge.exit();
    await bridge.stop('SIGINT');
    silent.close();

    expect(afterFirst).toBeUndefined();
    expect(bridge.output()).toContain('stopped at once');
    expect(bridge.exit()).toBe(1);
  });
});
