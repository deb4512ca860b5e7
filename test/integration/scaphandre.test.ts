/** Twelve recorded scrapes of a real Scaphandre, through the pipeline that ships for hypervisors, into real servers and back. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { repoPath } from '../support/command-line.ts';
import { startFakeServer, type FakeServer } from '../support/fake-server.ts';
import { startProcess, type RunningProcess } from '../support/process.ts';
import { recordedScrapes } from '../support/scaphandre.ts';
import { startInfluxd, startPrometheus, type Influxd, type Prometheus } from '../support/servers.ts';

const DATABASE = 'scaphandre';
/** As Scaphandre shows what was started as `nginx 'worker "quoted" <script>alert(1)</script> \back {a="b"} é'`. */
const HOSTILE = 'nginxworker _quoted_ <script>alert(1)</script> back {a=_b_} é0.1';
/** What the sockets' counters say from the first scrape to the last; the second wraps at 262143328850. */
const JOULES = { 0: (3_710_906_500 - 1_269_541_540) / 1e6, 1: (1_037_235_760 + 262_143_328_850 - 260_943_229_020) / 1e6 };

let influxd: Influxd;
let prometheus: Prometheus;
let scaphandre: FakeServer;
let bridge: RunningProcess;
let folder: string;

beforeAll(async () => {
  [influxd, prometheus, folder] = await Promise.all([startInfluxd(), startPrometheus(), mkdtemp(join(tmpdir(), 'wattbridge-scaphandre-'))]);
  // Like Scaphandre: no Content-Type. After the last scrape it repeats itself, which counts for nothing.
  scaphandre = await startFakeServer((_, number) => ({ status: 200, body: recordedScrapes[Math.min(number, 11)].body }));
  const pipeline = join(folder, 'pipeline.yaml');
  const shipped = await readFile(repoPath('pipelines/hypervisor-scaphandre.yaml'), 'utf8');
  await writeFile(pipeline, shipped.replace('  interval: 5s', '  interval: 250ms').replace('flush_interval: 10s', 'flush_interval: 200ms'));
  bridge = await startProcess({
    command: repoPath('bin/wattbridge'),
    args: ['run', pipeline],
    env: { SCAPHANDRE: scaphandre.url, INFLUXDB: influxd.url, PROMETHEUS: prometheus.url, DATABASE, ADMIN: '' },
    ready: () => scaphandre.asked.length > 12,
  });
  await sleep(500);
  await bridge.stop();
});

afterAll(async () => {
  await Promise.all([bridge?.stop('SIGKILL'), scaphandre?.stop(), influxd?.stop(), prometheus?.stop()]);
  await rm(folder, { recursive: true, force: true });
});

it.each([0, 1] as const)("writes the energy of socket %i, which is its counter's own difference", async (socket) => {
  const sum = `SELECT SUM(joules_delta) FROM forever.energy WHERE scope = 'package' AND socket_id = '${socket}'`;
  const [{ values }] = await influxd.query(DATABASE, sum);
  expect(values[0][1]).toBeCloseTo(JOULES[socket], 6);
  const [series] = await prometheus.query(`last_over_time(energy_joules_total{scope="package",socket_id="${socket}"}[10m])`);
  expect(Number(series.value?.[1])).toBeCloseTo(JOULES[socket], 6);
});

it("shows Prometheus the names that Scaphandre's own dashboards ask for", async () => {
  const names = [
    'scaph_host_power_microwatts',
    'scaph_socket_power_microwatts',
    'scaph_domain_energy_microjoules',
    'scaph_process_memory_bytes',
  ];
  for (const name of names) expect(await prometheus.query(`last_over_time(${name}[10m])`)).not.toEqual([]);
});

it('brings a hostile command line to both servers and back as it was', async () => {
  expect(recordedScrapes[1].body).toContain(`cmdline="${HOSTILE}"`);
  const influxql = `SELECT MAX(power_consumption_microwatts) FROM forever.scaph_process WHERE cmdline = '${HOSTILE}' GROUP BY cmdline`;
  const [inInflux] = await influxd.query(DATABASE, influxql);
  expect(inInflux.tags).toEqual({ cmdline: HOSTILE });
  expect(inInflux.values[0][1]).toBe(4778642.564105358);

  const [inPrometheus] = await prometheus.query(`last_over_time(scaph_process_power_consumption_microwatts{cmdline="${HOSTILE}"}[10m])`);
  expect(inPrometheus.metric).toMatchObject({ cmdline: HOSTILE, exe: '/usr/sbin/nginx' });
  expect(inPrometheus.value?.[1]).toBe('4778642.564105358');
});
