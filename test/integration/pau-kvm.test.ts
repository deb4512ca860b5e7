/**
 * The main job, end to end: the lab's pipeline as it is shipped, between a Telegraf and the real InfluxDB and Prometheus. The
 * recorded hypervisor is pushed by the calls that a stock `outputs.influxdb` makes, moved so that it ends now.
 */
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { repoPath } from '../support/command-line.ts';
import { freePort, startProcess, type RunningProcess } from '../support/process.ts';
import { recordedLines, trueJoules } from '../support/recording.ts';
import { startInfluxd, startPrometheus, type Influxd, type Prometheus } from '../support/servers.ts';

const INTERVAL_SECONDS = 10;
const LINES_PER_POST = 100;

const recorded = recordedLines();
const firstSeconds = recorded[0].seconds;
const lastSeconds = recorded[recorded.length - 1].seconds;
const shift = Math.floor(Date.now() / 1000 / INTERVAL_SECONDS) * INTERVAL_SECONDS - lastSeconds;
const pushed = recorded.map(({ head, seconds }) => ({ head, seconds: seconds + shift }));

let influxd: Influxd;
let prometheus: Prometheus;
let bridge: RunningProcess;

beforeAll(async () => {
  [influxd, prometheus] = await Promise.all([startInfluxd(), startPrometheus()]);
  const listen = `127.0.0.1:${await freePort()}`;
  bridge = await startProcess({
    command: repoPath('bin/wattbridge'),
    args: ['run', repoPath('pipelines/pau-kvm.yaml')],
    env: { LISTEN: listen, ADMIN: `127.0.0.1:${await freePort()}`, INFLUXDB: influxd.url, PROMETHEUS: prometheus.url },
    ready: async () => (await fetch(`http://${listen}/ping`)).status === 204,
  });
  await push(`http://${listen}`);
  // Told to stop, it delivers what it has taken.
  await bridge.stop('SIGTERM');
});

afterAll(async () => {
  await Promise.all([bridge?.stop('SIGKILL'), influxd?.stop(), prometheus?.stop()]);
});

/** What Telegraf's output sends: the database first, then gzipped bodies with nanoseconds. */
async function push(url: string): Promise<void> {
  const created = await fetch(`${url}/query`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', 'user-agent': 'Telegraf/1.40.0' },
    body: new URLSearchParams({ q: 'CREATE DATABASE "metrics_from_pau"' }),
  });
  expect(created.status).toBe(200);
  for (let at = 0; at < pushed.length; at += LINES_PER_POST) {
    const lines = pushed.slice(at, at + LINES_PER_POST).map(({ head, seconds }) => `${head} ${seconds}000000000\n`);
    const written = await fetch(`${url}/write?db=metrics_from_pau`, {
      method: 'POST',
      headers: { 'content-type': 'text/plain; charset=utf-8', 'content-encoding': 'gzip', 'user-agent': 'Telegraf/1.40.0' },
      body: gzipSync(lines.join('')),
    });
    expect(written.status).toBe(204);
  }
}

/** The pushed values of one field of one series, by time in seconds. */
function pushedValues(series: RegExp, field: string): [seconds: number, value: number][] {
  return pushed.flatMap(({ head, seconds }) => {
    const value = series.test(head) ? new RegExp(`[ ,]${field}=([^ ,i]+)`).exec(head)?.[1] : undefined;
    return value === undefined ? [] : [[seconds, Number(value)] as [number, number]];
  });
}

async function rows(influxql: string): Promise<(string | number | bigint | boolean | null)[][]> {
  const series = await influxd.query('metrics_from_pau', influxql);
  return series.flatMap(({ values }) => values.map((row) => [...row]));
}

function secondsOf(nanoseconds: unknown): number {
  return Number(BigInt(nanoseconds as number | bigint) / 1_000_000_000n);
}

describe('the bridge between Telegraf, InfluxDB and Prometheus', () => {
  it('ends in order when told to, with one line that says what it did', () => {
    expect(bridge.exit()).toBe(0);
    expect(bridge.output()).toMatch(/679 points in, .* 0 dropped/);
  });

  it('created the database with its two retention policies', async () => {
    const policies = await rows('SHOW RETENTION POLICIES ON metrics_from_pau');
    expect(policies.map(([name, duration]) => [name, duration])).toEqual(
      expect.arrayContaining([
        ['forever', '8736h0m0s'],
        ['h1', '0s'],
      ]),
    );
  });

  it('brought every line to metrics_from_pau.forever', async () => {
    for (const measurement of ['cpu', 'net', 'powerstat_package']) {
      const expected = pushed
        .filter(({ head }) => head.startsWith(`${measurement},`))
        .flatMap(({ head, seconds }) =>
          head
            .slice(head.indexOf(' ') + 1)
            .split(',')
            .map((pair) => fact(head, seconds, pair)),
        );
      const found: string[] = [];
      for (const { tags = {}, columns, values } of await influxd.query(
        'metrics_from_pau',
        `SELECT * FROM metrics_from_pau.forever.${measurement} GROUP BY *`,
      )) {
        const { site, ...own } = tags;
        expect(site).toBe('pau');
        const head = [
          measurement,
          ...Object.entries(own)
            .map(([key, value]) => `${key}=${value}`)
            .sort(),
        ].join(',');
        for (const [time, ...fields] of values) {
          for (const [at, value] of fields.entries()) {
            if (value !== null) found.push(`${head} ${columns[at + 1]}=${Number(value)} ${secondsOf(time)}`);
          }
        }
      }
      expect(found.sort()).toEqual(expected.sort());
    }
  });

  function fact(head: string, seconds: number, pair: string): string {
    const [field, value] = pair.split('=');
    return `${head.slice(0, head.indexOf(' '))} ${field}=${Number(value.replace(/i$/, ''))} ${seconds}`;
  }

  // Word for word from the lab's notebook.
  it.each(['current_power_consumption_watts', 'current_dram_power_consumption_watts'])("answers the lab's query for %s", async (field) => {
    const found = await rows(`SELECT ${field} FROM metrics_from_pau.forever.powerstat_package WHERE "host" = 'kvm-0'`);
    const expected = pushedValues(/^powerstat_package,host=kvm-0,/, field);
    const byTime = (a: readonly number[], b: readonly number[]): number => a[0] - b[0] || a[1] - b[1];
    expect(found.map(([time, value]) => [secondsOf(time), Number(value)]).sort(byTime)).toEqual(expected.sort(byTime));
    expect(await rows(`SELECT ${field} FROM metrics_from_pau.forever.powerstat_package WHERE "host" = 'kvm-1'`)).toEqual([]);
  });

  it("answers the lab's questions for keys", async () => {
    expect(await rows('show tag keys from forever.powerstat_package')).toEqual([['host'], ['package_id'], ['site']]);
    expect(await rows('show field keys from forever.powerstat_package')).toEqual([
      ['current_dram_power_consumption_watts', 'float'],
      ['current_power_consumption_watts', 'float'],
      ['thermal_design_power_watts', 'float'],
    ]);
  });

  it.each([
    ['package', '0', 'package-0'],
    ['package', '1', 'package-1'],
    ['dram', '0', 'dram-0'],
    ['dram', '1', 'dram-1'],
  ])("counted the joules of %s %s as the machine's own counter did, to 0.05 %", async (scope, packageId, counter) => {
    const where = `scope = '${scope}' AND package_id = '${packageId}'`;
    const [[, sum]] = await rows(`SELECT SUM(joules_delta) FROM forever.energy WHERE ${where}`);
    const truth = trueJoules(counter, firstSeconds, lastSeconds);
    expect(Math.abs(Number(sum) / truth - 1)).toBeLessThan(0.0005);
    const [[, total]] = await rows(`SELECT LAST(joules_total) FROM forever.energy WHERE ${where}`);
    expect(Number(total)).toBeCloseTo(Number(sum), 6);
    const [inPrometheus] = await prometheus.query(`energy_joules_total{scope="${scope}",package_id="${packageId}"}`, lastSeconds + shift);
    expect(Number(inPrometheus.value?.[1])).toBe(Number(total));
  });

  it('made the host the sum of its packages and their memory, in both servers', async () => {
    const [[, parts]] = await rows(`SELECT SUM(joules_delta) FROM forever.energy WHERE scope = 'package' OR scope = 'dram'`);
    const [[, host]] = await rows(`SELECT SUM(joules_delta) FROM forever.energy WHERE scope = 'host'`);
    expect(Number(host)).toBeCloseTo(Number(parts), 6);
    const [inPrometheus] = await prometheus.query('energy_joules_total{scope="host",host="kvm-0"}', lastSeconds + shift);
    expect(Number(inPrometheus.value?.[1])).toBeCloseTo(Number(host), 6);
  });

  it('keeps every sample in Prometheus', async () => {
    const [packages] = await prometheus.query(`energy_joules_total{scope="package",package_id="0"}[1h]`, lastSeconds + shift);
    expect(packages.values).toHaveLength(pushedValues(/package_id=0/, 'current_power_consumption_watts').length);
    const [powers] = await prometheus.query(`powerstat_package_current_power_consumption_watts{package_id="0"}[1h]`, lastSeconds + shift);
    expect(powers.values?.map(([seconds, value]) => [seconds, Number(value)])).toEqual(
      pushedValues(/package_id=0/, 'current_power_consumption_watts'),
    );
  });

  it('summed the hours to the same joules, in their own policy and not in Prometheus', async () => {
    const [[, hours]] = await rows(`SELECT SUM(joules_delta) FROM h1.energy WHERE scope = 'host'`);
    const [[, samples]] = await rows(`SELECT SUM(joules_delta) FROM forever.energy WHERE scope = 'host'`);
    expect(Number(hours)).toBeCloseTo(Number(samples), 6);
    const series = await prometheus.query('energy_joules_total', lastSeconds + shift);
    expect(series.length).toBeGreaterThan(0);
    expect(series.map(({ metric }) => metric['rp']).filter((policy) => policy !== undefined)).toEqual([]);
  });

  // At 1795362170: 67.87 W and 65.33 W in the packages, 8.48 W and 8.17 W in their memory, for ten seconds.
  const watts = 67.87 + 65.33 + 8.48 + 8.17; // 149.85 W
  const wattHours = (watts * 10) / 3600; // 1498.5 J = 0.41625 Wh
  it.each([
    ['led_bulb', 'power', watts / 9], // 9 W each: 16.65 bulbs
    ['mac_pro_idle', 'power', watts / 43], // 43 W each: 3.4849 computers
    ['ps5_standby', 'power', watts / 1.3], // 1.3 W each: 115.27 consoles in standby
    ['ps5_menu', 'power', watts / 47], // 47 W each: 3.1883 consoles on their menu
    ['tv_19_inch', 'power', watts / 25], // 25 W each: 5.994 televisions
    ['smartphone_s4_charge', 'energy', wattHours / 10], // 10 Wh each: 0.041625 charges
    ['e_bike_km', 'energy', wattHours / 7.2], // 7.2 Wh a kilometre (252 Wh / 35 km): 0.057813 km
  ])('says it in %s', async (id, kind, expected) => {
    const time = 1_795_362_170 + shift;
    const found = await rows(
      `SELECT value, kind FROM forever.equivalent WHERE equivalent = '${id}' AND host = 'kvm-0' AND time = ${time}s`,
    );
    expect(found).toEqual([[expect.anything(), expect.closeTo(expected, 9), kind]]);
  });

  // The queries that the README gives to researchers, as they stand there.
  const readme = readFileSync(repoPath('README.md'), 'utf8');
  const [influxql = '', promql = ''] = [...readme.matchAll(/```(?:sql)?\n((?:--|#) watt[^]+?)```/g)].map(([, text]) => text);
  const influxqlQueries = influxql.split(/\n\n/).map((query) => query.replaceAll(/^--.*\n/gm, '').trim());

  it('answers both InfluxQL queries of the README with the energy of the host', async () => {
    expect(influxqlQueries).toHaveLength(2);
    const [[, joules]] = await rows(`SELECT SUM(joules_delta) FROM forever.energy WHERE scope = 'host'`);
    const hours = await rows(influxqlQueries[0]);
    expect(hours.reduce((sum, [, hour]) => sum + Number(hour), 0)).toBeCloseTo(Number(joules) / 3600, 9);
    const [[, kilowattHours]] = await rows(influxqlQueries[1]);
    expect(Number(kilowattHours)).toBeCloseTo(Number(joules) / 3_600_000, 9);
  });

  it('answers the PromQL query of the README with the watts of both packages', async () => {
    const query = promql.replaceAll(/^#.*\n/gm, '').trim();
    const found = await prometheus.query(query, lastSeconds + shift);
    expect(found.map(({ metric }) => metric['package_id']).sort()).toEqual(['0', '1']);
    for (const { value } of found) expect(Number(value?.[1])).toBeGreaterThan(20);
  });
});
