import { readdir } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { repoPath, wattbridge } from '../support/command-line.ts';
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
});

describe('every pipeline that is shipped', async () => {
  const files = (await readdir(repoPath('pipelines'))).filter((name) => name.endsWith('.yaml'));

  it.each(files)('%s has tests of its own, and passes them', async (name) => {
    const { code, stdout } = await wattbridge(['test', repoPath(`pipelines/${name}`)]);

    expect(stdout).toMatch(/\n[1-9]\d* passed, 0 failed\n$/);
    expect(code).toBe(0);
  });
});
