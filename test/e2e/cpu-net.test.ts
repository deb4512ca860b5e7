import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { wattbridge } from '../support/command-line.ts';

const TELEGRAF_CONF = `
[agent]
  interval = "10s"
  omit_hostname = true

[[inputs.cpu]]
  ## Whether to report per-cpu stats or not
  percpu = false
  totalcpu = true
  collect_cpu_time = false
  report_active = true
  core_tags = false

[[inputs.net]]
  interfaces = ["l*"]
  ignore_protocol_stats = false

[[outputs.influxdb]]
  urls = ["http://127.0.0.1:8086"]
`;

describe('a telegraf.conf with cpu and net', () => {
  it('runs unchanged; --test has percentages, since it gathers twice', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'wattbridge-conf-'));
    try {
      await writeFile(join(folder, 'telegraf.conf'), TELEGRAF_CONF);
      const { code, stdout, stderr } = await wattbridge(['--config', join(folder, 'telegraf.conf'), '--test']);
      expect([code, stderr.match(/error/i)]).toEqual([0, null]);
      expect(stdout).toMatch(/^> cpu,cpu=cpu-total .*usage_active=[\d.]+/m);
      expect(stdout).toMatch(/^> net,interface=lo .*bytes_recv=\d+u/m);
      expect(stdout).toMatch(/^> net,interface=all .*tcp_activeopens=\d+i/m);
      expect(stdout.match(/^> cpu,/gm)).toHaveLength(1);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
