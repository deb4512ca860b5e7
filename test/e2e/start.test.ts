import { readdir } from 'node:fs/promises';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { repoPath, wattbridge } from '../support/command-line.ts';
import { FakePowercap } from '../support/powercap.ts';
import { freePort, startProcess } from '../support/process.ts';

describe('wattbridge start', () => {
  it('shows the recorded hypervisor within half a minute without any server, takes pushes, and ends on Ctrl-C', async () => {
    const port = await freePort();
    const bridge = await startProcess({
      command: repoPath('bin/wattbridge'),
      args: ['start'],
      env: { WATTBRIDGE_LISTEN: `127.0.0.1:${port}`, WATTBRIDGE_ADMIN: '127.0.0.1:0', HOST_SYS: '/nowhere', LC_ALL: 'C' },
      ready: (started) => /kvm-0 \(recorded\): [\d.]+ W, [\d.]+ Wh since start/.test(started.output()),
    });

    const pushed = await fetch(`http://127.0.0.1:${port}/write?db=telegraf`, {
      method: 'POST',
      body: 'cpu,host=a v=1 1700000000000000000\n',
    });
    const asked = performance.now();
    await bridge.stop('SIGINT');

    expect(performance.now() - asked).toBeLessThan(3000);
    expect(pushed.status).toBe(204);
    expect(bridge.output()).toContain('no power sensors that can be read');
    expect(bridge.output()).toMatch(/stopped after \d+ s: [\d,]+ points in, [\d,]+ out, 0 dropped/);
    expect(bridge.exit()).toBe(0);
  });

  it("shows this machine's own power, and no recording, where its counters can be read", async () => {
    const powercap = await FakePowercap.create();
    await powercap.write('intel-rapl:0', { name: 'package-0', energy_uj: 0, max_energy_range_uj: 262_143_328_850 });
    const counting = new AbortController();
    const counter = countUp(powercap, counting.signal);
    try {
      const bridge = await startProcess({
        command: repoPath('bin/wattbridge'),
        args: ['start'],
        env: { WATTBRIDGE_LISTEN: '127.0.0.1:0', WATTBRIDGE_ADMIN: '127.0.0.1:0', HOST_SYS: powercap.sys, LC_ALL: 'C' },
        ready: (started) => started.output().includes(`${hostname()}: `),
      });
      await bridge.stop('SIGINT');

      expect(bridge.output()).toContain("Reading this machine's power sensors (intel-rapl:0)");
      const watts = new RegExp(`${hostname()}: ([\\d.]+) W`).exec(bridge.output())?.[1];
      // Wide, since a busy machine lets the made-up counter stand for a while; unit tests hold the exact watts.
      expect(Number(watts)).toBeGreaterThan(50);
      expect(Number(watts)).toBeLessThan(200);
      expect(bridge.output()).not.toContain('kvm-0');
    } finally {
      counting.abort();
      await counter;
      await powercap.close();
    }
  });
});

/** Lets the made-up counter say 100 W. */
async function countUp(powercap: FakePowercap, signal: AbortSignal): Promise<void> {
  const began = performance.now();
  while (!signal.aborted) {
    await powercap.write('intel-rapl:0', { energy_uj: Math.round((performance.now() - began) * 1e5) });
    await sleep(20);
  }
}

describe('every pipeline that is shipped', async () => {
  const files = (await readdir(repoPath('pipelines'))).filter((name) => name.endsWith('.yaml'));

  it.each(files)('%s has tests of its own, and passes them', async (name) => {
    const { code, stdout } = await wattbridge(['test', repoPath(`pipelines/${name}`)]);

    expect(stdout).toMatch(/\n[1-9]\d* passed, 0 failed\n$/);
    expect(code).toBe(0);
  });
});
