/**
 * Hours, days and months of energy in a real InfluxDB, each in a retention policy of its own, and the queries of docs/energy.md on
 * them: they agree with each other and with the samples, before and after an hour that comes late. And the same energy in Prometheus.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { repoPath } from '../support/command-line.ts';
import { freePort, startProcess, type RunningProcess } from '../support/process.ts';
import { startInfluxd, startPrometheus, type Influxd, type Prometheus } from '../support/servers.ts';

const folder = mkdtempSync(join(tmpdir(), 'wattbridge-energy-windows-'));
const HOUR = 3600;
const STEP = 60;

let influxd: Influxd;
let prometheus: Prometheus;
let bridge: RunningProcess;
let url = '';

beforeAll(async () => {
  [influxd, prometheus] = await Promise.all([startInfluxd(), startPrometheus()]);
  const listen = `127.0.0.1:${await freePort()}`;
  url = `http://${listen}`;
  writeFileSync(
    join(folder, 'windows.yaml'),
    `agent: { flush_interval: 100ms, admin_address: "", omit_hostname: true, data_directory: ${join(folder, 'data')} }
inputs:
  - influxdb_listener: { service_address: "${listen}" }
processors:
  - energy: {}
aggregators:
  - energy: { period: 1h, tags: { rp: hours } }
  - energy: { calendar: day, timezone: Europe/Paris, tags: { rp: days } }
  - energy: { calendar: month, timezone: Europe/Paris, tags: { rp: months } }
outputs:
  - influxdb:
      urls: ["${influxd.url}"]
      database: energy
      retention_policy: samples
      retention_policy_tag: rp
      retention_policies: { samples: inf, hours: inf, days: inf, months: inf }
  - prometheus_remote_write: { url: "${prometheus.writeUrl}", tagdrop: { rp: [hours, days, months] }, namepass: [energy] }
`,
  );
  bridge = await startProcess({
    command: repoPath('bin/wattbridge'),
    args: ['run', join(folder, 'windows.yaml')],
    env: {},
    ready: async () => (await fetch(`${url}/ping`)).status === 204,
  });
});

afterAll(async () => {
  await Promise.all([bridge?.stop('SIGKILL'), influxd?.stop(), prometheus?.stop()]);
  rmSync(folder, { recursive: true, force: true });
});

/** A hypervisor's readings over `(from, to]`, in seconds. */
function readings(host: string, from: number, to: number): string[] {
  const lines: string[] = [];
  for (let seconds = from + STEP; seconds <= to; seconds += STEP) {
    const watts = (50 + ((seconds / STEP) % 37) + (host === 'kvm-1' ? 0.13 : 0.07)).toFixed(2);
    lines.push(`powerstat_package,host=${host},package_id=0 current_power_consumption_watts=${watts} ${seconds}000000000`);
  }
  return lines;
}

async function push(lines: readonly string[]): Promise<void> {
  const written = await fetch(`${url}/write?db=energy`, { method: 'POST', body: lines.join('\n') });
  expect(written.status).toBe(204);
}

async function joules(influxql: string): Promise<number> {
  const series = await influxd.query('energy', influxql);
  return Number(series[0]?.values[0]?.[1] ?? Number.NaN);
}

const samplesOf = (host: string, from: number, to: number) =>
  joules(`SELECT SUM(joules_delta) FROM samples.energy WHERE host = '${host}' AND scope = 'host' AND time > ${from}s AND time <= ${to}s`);
const windowsOf = (policy: string, host: string, from: number, to: number) =>
  joules(`SELECT SUM(joules_delta) FROM ${policy}.energy WHERE host = '${host}' AND scope = 'host' AND time >= ${from}s AND time < ${to}s`);

/** Waits until InfluxDB has what is expected, at most 20 s. */
async function eventually(check: () => Promise<void>): Promise<void> {
  const until = Date.now() + 20_000;
  for (;;) {
    try {
      return await check();
    } catch (error) {
      if (Date.now() > until) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

const seconds = (text: string) => Date.parse(text) / 1000;
/** Midnight in Paris at the ends of March 2025, in which the clocks are put forward, and of the days around it. */
const march = seconds('2025-02-28T23:00:00Z');
const april = seconds('2025-03-31T22:00:00Z');
const second = seconds('2025-04-01T22:00:00Z');
const begin = seconds('2025-03-29T11:00:00Z');
const end = seconds('2025-04-02T01:00:00Z');

/** Relative. */
function difference(found: number, expected: number): number {
  return Math.abs(found / expected - 1);
}

describe('hours, days and months', () => {
  /** All three windows of March and of the first day of April, against the samples. */
  async function expectAgreement(host: string): Promise<void> {
    for (const [from, to] of [
      [march, april],
      [april, second],
    ] as const) {
      const raw = await samplesOf(host, from, to);
      expect(difference(await windowsOf('hours', host, from, to), raw)).toBeLessThan(1e-9);
      expect(difference(await windowsOf('days', host, from, to), raw)).toBeLessThan(1e-9);
    }
    expect(difference(await windowsOf('months', host, march, april), await samplesOf(host, march, april))).toBeLessThan(1e-9);
  }

  it('equal each other and the samples, and what was pushed', async () => {
    await push([...readings('kvm-0', begin, end), ...readings('kvm-1', begin, april - HOUR)]);
    // A host that fell silent is told as it stands, so that others need not wait for it.
    await eventually(() => expectAgreement('kvm-0'));
    await eventually(async () =>
      expect(difference(await windowsOf('months', 'kvm-1', march, april), await samplesOf('kvm-1', march, april))).toBeLessThan(1e-9),
    );
    // The first reading only begins.
    const pushed = readings('kvm-0', begin + STEP, april).reduce((sum, line) => sum + Number(/watts=([\d.]+)/.exec(line)?.[1]) * STEP, 0);
    expect(difference(await samplesOf('kvm-0', march, april), pushed)).toBeLessThan(1e-9);
  });

  it('are all corrected when an hour comes late', async () => {
    const before = await windowsOf('months', 'kvm-1', march, april);
    await push(readings('kvm-1', april - HOUR, april));
    await push(readings('kvm-1', april, end));
    const late = readings('kvm-1', april - HOUR, april).reduce((sum, line) => sum + Number(/watts=([\d.]+)/.exec(line)?.[1]) * STEP, 0);
    await eventually(async () => expect(difference(await windowsOf('months', 'kvm-1', march, april), before + late)).toBeLessThan(1e-9));
    await eventually(() => expectAgreement('kvm-1'));
  });

  it('say how much of them is covered: a day of 23 hours is', async () => {
    const day = seconds('2025-03-29T23:00:00Z');
    const series = await influxd.query(
      'energy',
      `SELECT covered_seconds, gap_seconds FROM days.energy WHERE host = 'kvm-0' AND scope = 'host' AND time = ${day}s`,
    );
    expect(series[0].values[0].slice(1)).toEqual([23 * HOUR, 0]);
  });
});

describe('Prometheus', () => {
  it('has the same energy, as differences of energy_joules_total', async () => {
    const now = Math.floor(Date.now() / 1000 / STEP) * STEP;
    const from = now - 30 * STEP;
    await push(readings('kvm-9', from - 10 * STEP, now));
    const total = async (at: number) => {
      const [series] = await prometheus.query('energy_joules_total{host="kvm-9",scope="host"}', at);
      return Number(series?.value?.[1] ?? Number.NaN);
    };
    await eventually(async () =>
      expect(difference((await total(now)) - (await total(from)), await samplesOf('kvm-9', from, now))).toBeLessThan(1e-9),
    );
  });
});
