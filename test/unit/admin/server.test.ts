import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import parsePrometheusText from 'parse-prometheus-text-format';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Health } from '../../../src/admin/health.ts';
import { startAdmin, type Admin } from '../../../src/admin/server.ts';
import { parseListenAddress } from '../../../src/config/listen-address.ts';
import { createLogger } from '../../../src/telemetry/log.ts';
import { SelfMetrics } from '../../../src/telemetry/self-metrics.ts';

let metrics: SelfMetrics;
let health: Health;
let lines: string[];
const started: Admin[] = [];

beforeEach(() => {
  metrics = new SelfMetrics({ version: '1.2.3' });
  metrics.describeProcess();
  health = { version: '1.2.3', uptimeSeconds: 60.000_019, notReady: [], troubles: [], outputs: [] };
  lines = [];
});

afterEach(async () => {
  await Promise.all(started.splice(0).map((admin) => admin.close()));
});

function start(at: string, ask: () => Health = () => health): Promise<Admin | undefined> {
  const log = createLogger({ color: false, write: (line) => lines.push(line) });
  const address = parseListenAddress(at);
  if (address === undefined) throw new Error(`not an address: ${at}`);
  return startAdmin({ address, metrics, health: ask, log });
}

async function startOnFreePort(ask?: () => Health): Promise<string> {
  const admin = await start('127.0.0.1:0', ask);
  if (admin === undefined) throw new Error(`not started: ${lines.join('\n')}`);
  started.push(admin);
  return `http://${admin.address}`;
}

describe('/metrics', () => {
  it('is read back sample by sample by an independent parser', async () => {
    metrics.plugin('inputs.influxdb_listener').pointsIn(42);
    metrics.plugin('outputs.influxdb').drop('field "a" is\ta \\ conflict', 3);
    const queue = { payloads: 2, points: 40, bytes: 9000, oldestMs: undefined };
    metrics.output('outputs.influxdb').watch(() => ({ queue, state: 'ok', underWay: 0 }));
    metrics.output('outputs.influxdb').attempt('ok');
    const url = await startOnFreePort();
    const response = await fetch(`${url}/metrics`);
    expect(response.headers.get('content-type')).toContain('text/plain; version=0.0.4');
    const families = parsePrometheusText(await response.text());
    const own = families
      .filter((family) => family.name.startsWith('wattbridge_'))
      .map((family) => [family.name, family.type, family.metrics]);
    expect(own).toContainEqual([
      'wattbridge_plugin_points_in_total',
      'COUNTER',
      [
        { labels: { plugin: 'inputs.influxdb_listener' }, value: '42' },
        { labels: { plugin: 'outputs.influxdb' }, value: '0' },
      ],
    ]);
    expect(own).toContainEqual([
      'wattbridge_plugin_points_dropped_total',
      'COUNTER',
      [{ labels: { plugin: 'outputs.influxdb', reason: 'field "a" is\ta \\ conflict' }, value: '3' }],
    ]);
    expect(own).toContainEqual(['wattbridge_queue_bytes', 'GAUGE', [{ labels: { output: 'outputs.influxdb' }, value: '9000' }]]);
    expect(families.map((family) => family.name)).toContain('nodejs_eventloop_lag_seconds');
  });
});

describe('/healthz', () => {
  it('says alive, with the state of every output, also while one is down', async () => {
    health = {
      ...health,
      outputs: [
        { name: 'outputs.influxdb', state: 'retrying', queuedPoints: 12, oldestSeconds: 3.5, reason: 'connect ECONNREFUSED' },
        { name: 'outputs.file', state: 'ok', queuedPoints: 0, oldestSeconds: 0 },
      ],
    };
    const response = await fetch(`${await startOnFreePort()}/healthz`);
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({
      status: 'degraded',
      version: '1.2.3',
      uptime_seconds: 60,
      outputs: [
        { name: 'outputs.influxdb', state: 'retrying', queued_points: 12, oldest_seconds: 3.5, reason: 'connect ECONNREFUSED' },
        { name: 'outputs.file', state: 'ok', queued_points: 0, oldest_seconds: 0 },
      ],
    });
  });
});

describe('/readyz', () => {
  it('says yes while points can be taken, and why not when they cannot', async () => {
    const url = await startOnFreePort(() => health);
    const ready = await fetch(`${url}/readyz`);
    expect([ready.status, await ready.json()]).toEqual([200, { status: 'ready', reasons: [] }]);
    health = { ...health, notReady: ['the queue of outputs.influxdb is full'] };
    const full = await fetch(`${url}/readyz`);
    expect([full.status, await full.json()]).toEqual([503, { status: 'not ready', reasons: ['the queue of outputs.influxdb is full'] }]);
  });
});

describe('the server', () => {
  it('has an index, and echoes nothing of what it does not know', async () => {
    const url = await startOnFreePort();
    expect(await (await fetch(url)).text()).toContain('/readyz');
    const unknown = await fetch(`${url}/<script>alert(1)</script>`);
    expect([unknown.status, await unknown.json()]).toEqual([404, { error: 'not found; see / for what there is' }]);
    expect(unknown.headers.get('x-content-type-options')).toBe('nosniff');
    const broken = await fetch(`${url}/%zz<script>`);
    expect([broken.status, await broken.text()]).toEqual([400, '{"error":"bad request"}']);
  });

  it.each(['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'])('refuses %s without reading a body', async (method) => {
    const url = await startOnFreePort();
    const response = await fetch(`${url}/metrics`, { method, ...(method === 'OPTIONS' ? {} : { body: 'x'.repeat(100_000) }) });
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe('GET, HEAD');
  });

  it('hides what went wrong inside, and logs it', async () => {
    const url = await startOnFreePort(() => {
      throw new Error('token hunter2');
    });
    const response = await fetch(`${url}/healthz`);
    expect([response.status, await response.text()]).toEqual([500, '{"error":"internal error; the log has it"}']);
    expect(lines[0]).toContain('the admin server failed to answer error="token hunter2"');
  });

  it('closes although a client keeps its connection', async () => {
    const admin = await start('127.0.0.1:0');
    const socket = connect(Number(admin?.address.split(':')[1]), '127.0.0.1');
    socket.write('GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n');
    await once(socket, 'data');
    await admin?.close();
    expect(await text(socket)).toBe('');
  });
});

describe('starting', () => {
  it('warns and goes on when the port is taken', async () => {
    const taken = (await startOnFreePort()).replace('http://', '');
    expect(await start(taken)).toBeUndefined();
    expect(lines[0]).toContain(
      `W! health and metrics are not served on ${taken}: the port is taken, perhaps by another wattbridge; set agent.admin_address to another address`,
    );
  });

  it('warns when others can reach it', async () => {
    const admin = await start('0.0.0.0:0');
    if (admin !== undefined) started.push(admin);
    expect(lines[0]).toContain('W! health and metrics on 0.0.0.0:0 can be read by everyone who reaches this machine');
  });
});
