/** A whole pipeline in this process, from its YAML: a listener, two servers, and queues that fill while one of them is down. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createServices } from '../../src/cli/services.ts';
import { loadSources } from '../../src/config/load.ts';
import { Sources, textSource } from '../../src/config/source.ts';
import { createPipeline, type Pipeline } from '../../src/pipeline/pipeline.ts';
import type { Services } from '../../src/pipeline/services.ts';
import { registry } from '../../src/plugins/registry.generated.ts';
import { createLogger } from '../../src/telemetry/log.ts';
import { startFakeServer, type FakeServer } from '../support/fake-server.ts';
import { freePort } from '../support/process.ts';

let down: FakeServer;
let well: FakeServer;
let isDown: boolean;
let folder: string;
let url: string;
let pipeline: Pipeline;
let services: Services;
let logged: string[];

beforeEach(async () => {
  isDown = true;
  logged = [];
  folder = mkdtempSync(join(tmpdir(), 'wattbridge-full-'));
  [down, well] = await Promise.all([startFakeServer(() => ({ status: isDown ? 503 : 204 })), startFakeServer(() => ({ status: 204 }))]);
});

afterEach(async () => {
  await pipeline.stop();
  await Promise.all([down.stop(), well.stop()]);
  rmSync(folder, { recursive: true });
});

/** Starts the pipeline; `options` are those of the output whose server is down, `inputs` come beside the listener. */
async function start(options: string, inputs = ''): Promise<void> {
  const listen = `127.0.0.1:${await freePort()}`;
  url = `http://${listen}`;
  const output = (alias: string, { url: server }: FakeServer, more: string): string =>
    `  - influxdb: { alias: ${alias}, urls: ["${server}"], database: x, skip_database_creation: true, content_encoding: identity, ${more} }\n`;
  const yaml = `agent: { flush_interval: 20ms, omit_hostname: true }
inputs:
  - influxdb_listener: { service_address: "${listen}" }
${inputs}
outputs:
${output('down', down, options)}${output('well', well, '')}`;
  const source = textSource('p.yaml', yaml);
  const loaded = loadSources([source], registry, { env: {} });
  if ('diagnostics' in loaded) throw new Error(JSON.stringify(loaded.diagnostics));
  services = createServices(
    { config: loaded.config, sources: new Sources([source]) },
    createLogger({ write: (line) => logged.push(line) }),
  );
  const made = createPipeline(loaded.config, services);
  if ('diagnostics' in made) throw new Error(JSON.stringify(made.diagnostics));
  pipeline = made;
  await pipeline.start();
}

function push(line: string): Promise<Response> {
  return fetch(`${url}/write?db=x`, { method: 'POST', body: `${line} 1760000000000000000\n` });
}

/** Lines that a server took, in order, each once. */
function takenBy(server: FakeServer): string[] {
  const lines = server.asked.flatMap(({ body }) => body.toString().trimEnd().split('\n'));
  return [...new Set(lines.map((line) => line.split(' ')[0]))];
}

/** Ends the outage; what was asked during it does not count as taken. */
function comesBack(): void {
  isDown = false;
  down.asked.length = 0;
}

function dropped(reason: string): number | undefined {
  return services.metrics.plugin('outputs.influxdb::down').totals.dropped.get(reason);
}

describe('an output whose server is down, at its bound', () => {
  it('with block: answers 503 with Retry-After, loses nothing that was acknowledged, and goes on by itself', async () => {
    await start('metric_buffer_limit: 3');
    for (const name of ['a', 'b', 'c']) expect((await push(`${name} v=1`)).status).toBe(204);
    const refused = await push('d v=1');
    expect(refused.status).toBe(503);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await refused.text()).toContain('the queue of outputs.influxdb::down is full');
    expect(pipeline.health()).toMatchObject({ ready: false, reasons: ['the queue of outputs.influxdb::down is full'] });
    // The other output has all that came in, and is not held up by what waits elsewhere.
    await vi.waitFor(() => expect(takenBy(well)).toEqual(['a', 'b', 'c']));
    comesBack();
    await vi.waitFor(() => expect(takenBy(down)).toEqual(['a', 'b', 'c']), { timeout: 10_000 });
    expect((await push('d v=1')).status).toBe(204);
    await vi.waitFor(() =>
      expect([takenBy(down), takenBy(well)]).toEqual([
        ['a', 'b', 'c', 'd'],
        ['a', 'b', 'c', 'd'],
      ]),
    );
  });

  it('with drop_newest: takes everything, and loses the newest of this output alone, counted', async () => {
    await start('metric_buffer_limit: 3, overflow: drop_newest');
    for (const name of ['a', 'b', 'c', 'd', 'e']) expect((await push(`${name} v=1`)).status).toBe(204);
    await vi.waitFor(() => expect(takenBy(well)).toEqual(['a', 'b', 'c', 'd', 'e']));
    expect(dropped('overflow')).toBe(2);
    expect(logged.filter((line) => line.includes('the queue is full, and points are given up'))).toEqual([
      expect.stringContaining('W! [outputs.influxdb::down]'),
    ]);
    comesBack();
    await vi.waitFor(() => expect(takenBy(down)).toEqual(['a', 'b', 'c']), { timeout: 10_000 });
  });

  it('with drop_oldest: takes everything, and loses the oldest of this output alone, but for what is on its way', async () => {
    await start('metric_buffer_limit: 3, overflow: drop_oldest');
    const names = [...'abcdefghij'];
    for (const name of names) expect((await push(`${name} v=1`)).status).toBe(204);
    await vi.waitFor(() => expect(takenBy(well)).toEqual(names));
    const lost = dropped('overflow') ?? 0;
    expect(lost).toBeGreaterThanOrEqual(4);
    comesBack();
    await vi.waitFor(() => expect(takenBy(down)).toHaveLength(names.length - lost), { timeout: 10_000 });
    expect(takenBy(down).slice(-1)).toEqual(['j']);
  });

  it('bounds bytes as well as points', async () => {
    await start('queue_max_bytes: 100B');
    const line = (name: string): string => `${name} v="${'x'.repeat(100)}"`;
    expect((await push(line('a'))).status).toBe(204);
    expect((await push(line('b'))).status).toBe(503);
  });

  it('drops what has waited too long, counted', async () => {
    await start('queue_max_age: 200ms');
    await push('a v=1');
    await vi.waitFor(() => expect(dropped('expired')).toBe(1), { timeout: 10_000 });
    expect(takenBy(well)).toEqual(['a']);
  });

  it('makes polled inputs wait, and counts the ticks that they skip', async () => {
    writeFileSync(join(folder, 'a.lp'), 'polled v=1 1760000000000000000\n');
    await start('metric_buffer_limit: 3', `  - file: { files: ["${join(folder, 'a.lp')}"], interval: 50ms }`);
    await vi.waitFor(() => expect(pipeline.health().ready).toBe(false));
    await new Promise((resolve) => setTimeout(resolve, 500));
    isDown = false;
    await vi.waitFor(() => expect(services.metrics.plugin('inputs.file').totals.skippedTicks).toBeGreaterThan(5), { timeout: 20_000 });
  });
});
