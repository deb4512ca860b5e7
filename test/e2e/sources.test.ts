import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { repoPath, wattbridge, type CommandResult } from '../support/command-line.ts';
import { startFakeServer, type FakeServer } from '../support/fake-server.ts';
import { FakePowercap } from '../support/powercap.ts';
import { freePort, requireProgram, startProcess } from '../support/process.ts';

/** Nothing listens there. */
const NOBODY = 'http://127.0.0.1:1/metrics';

let root: string;
let servers: FakeServer[];

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'wattbridge-root-'));
  servers = [];
});

afterEach(async () => {
  await Promise.all(servers.map((server) => server.stop()));
  await rm(root, { recursive: true });
});

/** `wattbridge sources` on a made-up machine. */
function sources(
  options: { readonly args?: readonly string[]; readonly sys?: string; readonly urls?: readonly string[] } = {},
): Promise<CommandResult> {
  const [scaphandre = NOBODY, nodeExporter = NOBODY] = options.urls ?? [];
  const args = ['sources', '--root', root, '--scaphandre', scaphandre, '--node-exporter', nodeExporter, ...(options.args ?? [])];
  return wattbridge(args, { cwd: repoPath('.'), env: { HOST_SYS: options.sys ?? '' } });
}

async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(join(root, path)), { recursive: true });
  await writeFile(join(root, path), text);
}

async function exposes(body: string): Promise<string> {
  const server = await startFakeServer(() => ({ status: 200, body }));
  servers.push(server);
  return `${server.url}/metrics`;
}

describe('wattbridge sources', () => {
  it('says of a machine with nothing where it looked, and what to do', async () => {
    const { code, stdout } = await sources();

    expect(code).toBe(0);
    expect(stdout.match(/^not here {3}/gm)).toHaveLength(6);
    expect(stdout).toContain('Scaphandre: http://127.0.0.1:1/metrics: connect ECONNREFUSED');
    expect(stdout).toContain('Nothing here measures power.');
    expect((await sources({ args: ['--yaml'] })).code).toBe(1);
  });

  it('finds powercap, says what it counts, and that a laptop has a pipeline of its own', async () => {
    const powercap = await FakePowercap.create();
    await powercap.write('intel-rapl:0', { name: 'package-0', energy_uj: 1, max_energy_range_uj: 262_143_328_850 });
    await powercap.write('intel-rapl:0:0', { name: 'dram', energy_uj: 1, max_energy_range_uj: 65_712_999_613 });
    await powercap.write('intel-rapl:1', { name: 'package-1', energy_uj: 1, max_energy_range_uj: 262_143_328_850 });
    try {
      const server = await sources({ sys: powercap.sys });
      expect(server.stdout).toContain('found      powercap (RAPL): 2 x package, dram in ');
      expect(server.stdout).toContain('not        disks, fans, the power supply; which program or VM took it');
      expect(server.stdout).toContain('Use pipelines/hypervisor.yaml:\n  wattbridge run pipelines/hypervisor.yaml\n');

      await mkdir(join(powercap.sys, 'class/power_supply/BAT0'), { recursive: true });
      await writeFile(join(powercap.sys, 'class/power_supply/BAT0/type'), 'Battery\n');
      expect((await sources({ sys: powercap.sys })).stdout).toContain('wattbridge run pipelines/laptop.yaml');
    } finally {
      await powercap.close();
    }
  });

  it('says what keeps counters from being read', async () => {
    const powercap = await FakePowercap.create();
    await powercap.write('intel-rapl:0', { name: 'package-0', energy_uj: 'broken', max_energy_range_uj: 262_143_328_850 });
    try {
      const { stdout } = await sources({ sys: powercap.sys });
      expect(stdout).toMatch(/^blocked {4}powercap \(RAPL\): package in .*, but energy_uj of intel-rapl:0 holds "broken"/m);
      expect(stdout).toContain('Once that is put right, use pipelines/hypervisor.yaml');

      // A neighbour that says nothing of power is no better.
      const neighbour = await exposes('node_exporter_build_info{version="1.8.2"} 1\n');
      expect((await sources({ sys: powercap.sys, urls: [NOBODY, neighbour] })).stdout).toContain('use pipelines/hypervisor.yaml');
    } finally {
      await powercap.close();
    }
  });

  it("finds a VM's share, and the shares of VMs on their host", async () => {
    await write('var/lib/libvirt/scaphandre/vm-web/intel-rapl:0/energy_uj', '1');
    await write('var/lib/libvirt/scaphandre/vm-db/intel-rapl:0/energy_uj', '1');
    const host = await sources();
    expect(host.stdout).toMatch(/^found {6}shares of the VMs here: .* and 1 more$/m);
    expect(host.stdout).toContain('pipelines/hypervisor-scaphandre.yaml');

    await write('var/scaphandre/intel-rapl:0/energy_uj', '1');
    expect((await sources()).stdout).toContain('wattbridge run pipelines/vm.yaml');
  });

  it("finds PowerJoular's table", async () => {
    await write('tmp/powerjoular-service.csv', '2025-09-19 15:56:31,0.05,8.5,8.5,0\n');
    const { stdout } = await sources();
    expect(stdout).toContain(`POWERJOULAR=${join(root, 'tmp/powerjoular-service.csv')} wattbridge run pipelines/powerjoular.yaml`);
  });

  it('finds Scaphandre by what it says, not by its port', async () => {
    const scaphandre = await exposes(readFileSync(repoPath('test/data/scaphandre/06.prom'), 'utf8'));
    const found = await sources({ urls: [scaphandre] });
    expect(found.stdout).toMatch(/^found {6}Scaphandre: .*, version 1\S*$/m);
    expect(found.stdout).toContain(`SCAPHANDRE=${scaphandre} wattbridge run pipelines/hypervisor-scaphandre.yaml`);

    const other = await sources({ urls: [await exposes('<html>a web application</html>')] });
    expect(other.stdout).toMatch(/^not here {3}Scaphandre: .* answers, but nothing of Scaphandre$/m);

    const blind = await sources({ urls: [await exposes('scaph_self_version 1\nscaph_self_topo_stats_nb 2\n')] });
    expect(blind.stdout).toMatch(/^blocked {4}Scaphandre: .*, but it measures nothing$/m);
  });

  it('tells a node_exporter with energy from one without', async () => {
    const info = 'node_exporter_build_info{branch="debian/sid",version="1.8.2"} 1\n';
    const without = await sources({ urls: [NOBODY, await exposes(info)] });
    expect(without.stdout).toMatch(/^found {6}node_exporter: .*, version 1.8.2\n.*usage of processors.*\n.*not {8}energy: /m);
    expect(without.stdout).toContain('wattbridge run pipelines/node-exporter.yaml');

    const url = await exposes(`${info}node_rapl_package_joules_total{index="0",path="/sys"} 1\n`);
    expect((await sources({ urls: [NOBODY, url] })).stdout).toContain('the energy of processors and memory; usage of everything');
  });

  it('prints the pipeline alone with --yaml, as it can be run', async () => {
    const scaphandre = await exposes(readFileSync(repoPath('test/data/scaphandre/06.prom'), 'utf8'));
    const { stdout } = await sources({ urls: [scaphandre], args: ['--yaml'] });
    await writeFile(join(root, 'own.yaml'), stdout);
    expect((await wattbridge(['test', join(root, 'own.yaml')])).code).toBe(0);
  });

  it('does not wait for a neighbour that never answers', async () => {
    const sockets = new Set<Socket>();
    const silent = createServer((socket) => sockets.add(socket)).listen(0, '127.0.0.1');
    await new Promise((resolve) => silent.once('listening', resolve));
    try {
      const { stdout } = await sources({ urls: [`http://127.0.0.1:${(silent.address() as AddressInfo).port}/metrics`] });
      expect(stdout).toMatch(/^not here {3}Scaphandre: .*no answer in time$/m);
    } finally {
      for (const socket of sockets) socket.destroy();
      silent.close();
    }
  });

  it("recognises Debian's node_exporter", async () => {
    requireProgram('prometheus-node-exporter', 'prometheus-node-exporter');
    const port = await freePort();
    const url = `http://127.0.0.1:${port}/metrics`;
    const exporter = await startProcess({
      command: 'prometheus-node-exporter',
      args: [`--web.listen-address=127.0.0.1:${port}`],
      ready: () =>
        fetch(url).then(
          ({ ok }) => ok,
          () => false,
        ),
    });
    try {
      expect((await sources({ urls: [NOBODY, url] })).stdout).toMatch(/^found {6}node_exporter: .*, version \d+\.\d+\.\d+/m);
    } finally {
      await exporter.stop();
    }
  });
});
