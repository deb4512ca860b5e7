/** A `telegraf.conf` as an operator has it: what is not supported is named; without that, the file runs as it is. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { repoPath, wattbridge } from '../support/command-line.ts';
import { freePort, startProcess } from '../support/process.ts';
import { startInfluxd, type Influxd } from '../support/servers.ts';

const TIME = '1700000000000000000';

let folder: string;
let influxd: Influxd;
let listen: string;

beforeAll(async () => {
  [folder, influxd, listen] = [
    await mkdtemp(join(tmpdir(), 'wattbridge-telegraf-')),
    await startInfluxd(),
    `127.0.0.1:${await freePort()}`,
  ];
});

afterAll(async () => {
  await influxd.stop();
  await rm(folder, { recursive: true });
});

const SUPPORTED = (): string => `# Telegraf Configuration
[global_tags]
  dc = "pau"

[agent]
  interval = "10s"
  round_interval = true
  metric_batch_size = 1000
  metric_buffer_limit = 10000
  collection_jitter = "0s"
  flush_interval = "1s"
  flush_jitter = "0s"
  precision = ""
  hostname = ""
  omit_hostname = false

[[inputs.influxdb_listener]]
  service_address = "${listen}"
  read_timeout = "10s"
  write_timeout = "10s"
  max_body_size = "32MiB"

[[outputs.influxdb]]
  urls = ["${influxd.url}"]
  database = "telegraf"
  timeout = "5s"
  content_encoding = "gzip"
`;

it('names what is not supported with its line, and ends with 78', async () => {
  const text = `${SUPPORTED()}\n[[inputs.snmp]]\n  agents = ["udp://127.0.0.1:161"]\n`;
  await writeFile(join(folder, 'telegraf.conf'), text);
  const line = text.split('\n').indexOf('[[inputs.snmp]]') + 1;

  const { code, stdout, stderr } = await wattbridge(['--config', 'telegraf.conf'], { cwd: folder });

  expect(stderr).toContain(`telegraf.conf:${line}:10: inputs.snmp`);
  expect(stderr).toContain(`  ${line} | [[inputs.snmp]]\n     |          ^^^^`);
  expect(stdout).toBe('');
  expect(code).toBe(78);
});

it('runs unchanged without it, and fills the same database', async () => {
  await writeFile(join(folder, 'telegraf.conf'), SUPPORTED());
  const bridge = await startProcess({
    command: repoPath('bin/wattbridge'),
    args: ['--config', 'telegraf.conf'],
    cwd: folder,
    ready: async () => (await fetch(`http://${listen}/ping`)).status === 204,
  });

  const pushed = await fetch(`http://${listen}/write?db=telegraf`, { method: 'POST', body: `cpu,host=a usage_idle=97.5,n=3i ${TIME}\n` });
  await bridge.stop('SIGTERM');

  expect(pushed.status).toBe(204);
  expect(bridge.output()).not.toMatch(/ [WE]! /);
  expect(bridge.exit()).toBe(0);
  expect(await influxd.query('telegraf', 'SELECT * FROM cpu')).toEqual([
    { name: 'cpu', columns: ['time', 'dc', 'host', 'n', 'usage_idle'], values: [[BigInt(TIME), 'pau', 'a', 3, 97.5]] },
  ]);
});
