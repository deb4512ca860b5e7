/**
 * The real Scaphandre over made-up energy counters whose truth is written down (`lab/scaphandre.sh`), scraped by the pipeline that
 * ships for hypervisors, into a real InfluxDB and a real Prometheus: two minutes, across a counter's wrap, while processes end and begin.
 */
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { repoPath } from '../support/command-line.ts';
import { freePort, startProcess, type RunningProcess } from '../support/process.ts';
import { startInfluxd, startPrometheus, type Influxd, type Prometheus } from '../support/servers.ts';

const SECONDS = 130;
const DATABASE = 'scaphandre';
const RANGE = 262_143_328_850;
/** As Scaphandre shows `worker "quoted" <script>alert(1)</script> \back {a="b"} é`, glued to the program's name and to the share. */
const HOSTILE = /nginxworker _quoted_ <script>alert\(1\)<\/script> back \{a=_b_\} é0\.1$/;

let folder: string;
let lab: RunningProcess;
let relay: Relay;
let influxd: Influxd;
let prometheus: Prometheus;

beforeAll(async () => {
  const script = repoPath('test/soak/lab/scaphandre.sh');
  const cache = process.env['LAB_CACHE'] ?? join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'wattbridge-lab');
  if (!existsSync(join(cache, 'bin/scaphandre'))) throw new Error(`Scaphandre is not built; run: ${script} install`);
  folder = await mkdtemp(join(tmpdir(), 'wattbridge-lab-'));
  const port = await freePort();
  [lab, influxd, prometheus] = await Promise.all([
    startProcess({ command: script, args: ['serve', String(port), folder], ready: () => existsSync(join(folder, 'truth.csv')) }),
    startInfluxd(),
    startPrometheus(),
  ]);
  relay = await startRelay(`http://127.0.0.1:${port}/metrics`);
  const bridge = await startProcess({
    command: repoPath('bin/wattbridge'),
    args: ['run', repoPath('pipelines/hypervisor-scaphandre.yaml')],
    env: { SCAPHANDRE: relay.url, INFLUXDB: influxd.url, PROMETHEUS: prometheus.url, DATABASE, ADMIN: '' },
  });
  await sleep(SECONDS * 1000);
  await bridge.stop();
  if (bridge.exit() !== 0) throw new Error(`the bridge ended with ${bridge.exit()}: ${bridge.output()}`);
});

afterAll(async () => {
  relay?.server.close();
  await Promise.all([lab?.stop(), influxd?.stop(), prometheus?.stop()]);
  await rm(folder, { recursive: true, force: true });
});

interface Relay {
  readonly url: string;
  readonly server: Server;
  /** What Scaphandre answered, in order. */
  readonly bodies: string[];
}

/** Stands between the bridge and Scaphandre, and keeps what it saw. */
async function startRelay(target: string): Promise<Relay> {
  const bodies: string[] = [];
  const server = createServer((_, response) => {
    const pass = async (): Promise<void> => {
      const body = await (await fetch(target)).text();
      bodies.push(body);
      response.end(body);
    };
    pass().catch(() => response.destroy());
  });
  const port = await freePort();
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${port}/metrics`, server, bodies };
}

/** Rows of a query as `[nanoseconds, value]`. */
async function rows(influxql: string): Promise<[bigint, number][]> {
  const [series] = await influxd.query(DATABASE, influxql);
  return (series?.values ?? []).map(([time, value]) => [BigInt(String(time)), Number(value)]);
}

/** The true energy of a package between two times, in joules. */
async function truth(column: 1 | 3, fromNs: bigint, toNs: bigint): Promise<number> {
  const lines = (await readFile(join(folder, 'truth.csv'), 'utf8')).trim().split('\n');
  const samples = lines.map((line) => line.split(',')).map((cells) => [BigInt(cells[0]), Number(cells[column])] as const);
  const within = samples.filter(([time]) => time >= fromNs && time <= toNs).map(([, value]) => value);
  return within.slice(1).reduce((sum, value, at) => sum + (value < within[at] ? value + RANGE : value) - within[at], 0) / 1e6;
}

/** Watts of all processes of nginx in one answer of Scaphandre; undefined when it knows no power. */
function nginxWatts(body: string): number | undefined {
  const powers = body.split('\n').filter((line) => line.startsWith('scaph_process_power_consumption_microwatts{'));
  if (powers.length === 0) return undefined;
  const values = powers.filter((line) => /exe="[^"]*\/nginx"/.test(line)).map((line) => Number(line.slice(line.lastIndexOf(' '))));
  return values.reduce((sum, value) => sum + value, 0) / 1e6;
}

/** Says what was measured: what a soak is run for. */
function report(text: string): void {
  process.stdout.write(`${text}\n`);
}

describe('two minutes of a real Scaphandre', () => {
  it.each([
    [0, 1],
    [1, 3],
  ] as const)('give the energy of socket %i within 0.5 %% of the truth (column %i)', async (socket, column) => {
    const samples = await rows(`SELECT joules_delta FROM energy WHERE scope = 'package' AND socket_id = '${socket}'`);
    const ours = samples.slice(1).reduce((sum, [, joules]) => sum + joules, 0);
    const [first, last] = [samples[0][0], samples[samples.length - 1][0]];
    const proven = await truth(column, first, last);
    report(`socket ${socket}: ${ours.toFixed(3)} J, truth ${proven.toFixed(3)} J, off by ${((ours / proven - 1) * 100).toFixed(3)} %`);
    expect(Number(last - first) / 1e9).toBeGreaterThanOrEqual(120);
    expect(Math.abs(ours / proven - 1)).toBeLessThan(0.005);
  });

  it('cross a wrap, after which the sum of all counters has fallen and was not counted', async () => {
    const sums = (await rows('SELECT energy_microjoules FROM scaph_host')).map(([, value]) => value);
    expect(sums.some((value, at) => at > 0 && value < sums[at - 1])).toBe(true);
    expect(await rows(`SELECT joules_delta FROM energy WHERE scope = 'platform'`)).toEqual([]);
    const host = await rows(`SELECT joules_delta FROM energy WHERE scope = 'host'`);
    expect(Math.max(...host.map(([, joules]) => joules))).toBeLessThan(1000);
  });

  it("give a service's power and energy as the sums over its processes, whichever there are", async () => {
    const expected = relay.bodies.map(nginxWatts).filter((watts) => watts !== undefined);
    const power = await rows(`SELECT power_microwatts FROM scaph_service WHERE service = 'web'`);
    expect(power).toHaveLength(expected.length);
    for (const [at, [, microwatts]] of power.entries()) expect(microwatts / 1e6).toBeCloseTo(expected[at], 6);

    const processes = await rows(`SELECT processes FROM scaph_service WHERE service = 'web'`);
    expect(new Set(processes.map(([, count]) => count))).toEqual(new Set([1, 2]));

    const joules = power
      .slice(1)
      .reduce((sum, [time, microwatts], at) => sum + (microwatts / 1e6) * (Number(time - power[at][0]) / 1e9), 0);
    const [[, total]] = await rows(`SELECT LAST(joules_total) FROM energy WHERE service = 'web'`);
    report(`service web: ${total.toFixed(3)} J, by hand ${joules.toFixed(3)} J, ${power.length} scrapes`);
    expect(total).toBeCloseTo(joules, 3);
  });

  it('tell of a worker from the scrape before its first to the one after its last', async () => {
    const later = await rows(`SELECT power_consumption_microwatts FROM scaph_process WHERE cmdline =~ /comes later/`);
    const ended = await rows(`SELECT power_consumption_microwatts FROM scaph_process WHERE cmdline =~ /that ends/`);
    // Scaphandre itself says 0 for a process id that it sees for the first time.
    expect(later.slice(0, 2).map(([, watts]) => watts)).toEqual([0, 0]);
    // On a machine that others use too, a worker may get no time at all in one interval or another.
    const atWork = [...later.slice(2), ...ended.slice(0, -1)].map(([, watts]) => watts > 0);
    expect(atWork.filter(Boolean).length).toBeGreaterThan(0.8 * atWork.length);
    expect(ended[ended.length - 1][1]).toBe(0);
  });

  it('bring a hostile command line to both servers as it was', async () => {
    const series = await influxd.query(DATABASE, 'SHOW TAG VALUES FROM scaph_process WITH KEY = cmdline');
    const inInflux = series.flatMap(({ values }) => values.map(([, value]) => String(value)));
    const hostile = inInflux.find((text) => HOSTILE.test(text));
    expect(hostile).toBeDefined();
    expect(relay.bodies.some((body) => body.includes(`cmdline="${hostile}"`))).toBe(true);
    const inPrometheus = await prometheus.query('last_over_time(scaph_process_power_consumption_microwatts[10m])');
    expect(inPrometheus.map(({ metric }) => metric['cmdline'])).toContain(hostile);
  });
});
