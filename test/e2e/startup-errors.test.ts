/** `startup_error_behavior`, with a port that is taken and a server that is not there. */
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { repoPath, wattbridge } from '../support/command-line.ts';
import { freePort, startProcess } from '../support/process.ts';

const LINE = 'cpu,host=a usage=1.5 1700000000000000000\n';

let folder: string;
let taken: Server;
let port: number;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wattbridge-startup-'));
  await writeFile(join(folder, 'in.lp'), LINE);
  taken = createServer();
  await once(taken.listen(0, '127.0.0.1'), 'listening');
  ({ port } = taken.address() as AddressInfo);
});

afterEach(async () => {
  taken.close();
  await rm(folder, { recursive: true });
});

async function config(input: string, output = ''): Promise<void> {
  const head = '[agent]\n  omit_hostname = true\n  admin_address = ""\n  interval = "100ms"\n  flush_interval = "100ms"\n';
  const file = '[[inputs.file]]\n  files = ["in.lp"]\n[[outputs.file]]\n  files = ["out.lp"]\n';
  await writeFile(join(folder, 'telegraf.conf'), `${head}${file}${input}${output}`);
}

const listener = (behavior: string) =>
  `[[inputs.influxdb_listener]]\n  service_address = "127.0.0.1:${port}"\n  startup_error_behavior = "${behavior}"\n`;

describe('of an input that cannot start', () => {
  it('error ends the program with 1 and says why', async () => {
    await config(listener('error'));

    const { code, stderr } = await wattbridge(['--config', 'telegraf.conf', '--once'], { cwd: folder });

    expect(stderr).toContain(`inputs.influxdb_listener: cannot listen on 127.0.0.1:${port}: listen EADDRINUSE`);
    expect(code).toBe(1);
  });

  it.each(['ignore', 'probe'])('%s leaves it out, says so, and runs the rest', async (behavior) => {
    await config(listener(behavior));

    const { code, stderr } = await wattbridge(['--config', 'telegraf.conf', '--once'], { cwd: folder });

    expect(stderr).toContain('E! [inputs.influxdb_listener] cannot start');
    expect(await readFile(join(folder, 'out.lp'), 'utf8')).toBe(LINE);
    expect(code).toBe(0);
  });

  it('retry tries again until it can', async () => {
    await config(listener('retry'));
    const bridge = await startProcess({
      command: repoPath('bin/wattbridge'),
      args: ['--config', 'telegraf.conf'],
      cwd: folder,
      ready: (process) => process.output().includes('E! [inputs.influxdb_listener] cannot start'),
    });
    taken.close();
    await once(taken, 'close');
    await expect.poll(() => fetch(`http://127.0.0.1:${port}/ping`).then(({ status }) => status, String), { timeout: 30_000 }).toBe(204);
    await bridge.stop();

    expect(bridge.exit()).toBe(0);
  });
});

describe('of an output whose server is not there', () => {
  it.each(['error', 'retry', 'ignore', 'probe'])('%s neither ends the program nor disturbs the others', async (behavior) => {
    const url = `http://127.0.0.1:${await freePort()}`;
    await config(
      '',
      `[[outputs.influxdb]]\n  urls = ["${url}"]\n  database = "d"\n  metric_buffer_limit = 5\n  startup_error_behavior = "${behavior}"\n`,
    );

    const { code, stderr } = await wattbridge(['--config', 'telegraf.conf', '--once'], { cwd: folder });

    expect(stderr).toContain('E! [outputs.influxdb] cannot deliver');
    expect(stderr).toContain('1 point could not be delivered');
    expect(await readFile(join(folder, 'out.lp'), 'utf8')).toBe(LINE);
    expect(code).toBe(1);
  });

  it('ignore drops its oldest points when its queue is full, and makes no input wait', async () => {
    const url = `http://127.0.0.1:${await freePort()}`;
    await config(
      '',
      `[[outputs.influxdb]]\n  urls = ["${url}"]\n  database = "d"\n  metric_buffer_limit = 5\n  startup_error_behavior = "ignore"\n`,
    );
    const written = async () => (await readFile(join(folder, 'out.lp'), 'utf8').catch(() => '')).split('\n').length - 1;
    const bridge = await startProcess({ command: repoPath('bin/wattbridge'), args: ['--config', 'telegraf.conf'], cwd: folder });
    await expect.poll(written, { timeout: 30_000 }).toBeGreaterThan(15);
    await bridge.stop();

    expect(bridge.exit()).toBe(0);
  });
});
