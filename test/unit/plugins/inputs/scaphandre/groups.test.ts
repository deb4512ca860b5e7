import { describe, expect, it } from 'vitest';
import { gatherScrapes, linesOf, scrapesOf, type Gathered } from '../../../../support/scaphandre.ts';

interface Program {
  readonly pid: number;
  readonly exe: string;
  readonly watts: number;
  readonly cmdline?: string;
  readonly more?: string;
}

let energy = 0;

/** A scrape of a host with these processes. */
function scrapeOf(...programs: readonly Program[]): string {
  const lines = programs.map(({ pid, exe, watts, cmdline = exe, more = '' }) => {
    return `scaph_process_power_consumption_microwatts{pid="${pid}",cmdline="${cmdline}",exe="${exe}"${more}} ${watts * 1e6}`;
  });
  energy += 1000;
  return `scaph_socket_energy_microjoules{socket_id="0"} ${energy}\n\nscaph_host_cpu_frequency 1\n${lines.join('\n')}\n`;
}

/** `[seconds since the first scrape, watts]` of the group with these tags. */
function wattsOf(gathered: Gathered, key: string): [number, number][] {
  return linesOf(gathered, key.split(',')[0])
    .filter((line) => line.startsWith(`${key} `))
    .map((line) => [
      (Number(line.slice(line.lastIndexOf(' '), -6)) - 1_700_000_000_000) / 1000,
      Number(/microwatts=([\d.]+)/.exec(line)?.[1]) / 1e6,
    ]);
}

const nginx = (pid: number, watts: number): Program => ({ pid, exe: '/usr/sbin/nginx', watts });

describe('processes', () => {
  it('are added up over their ids, whatever those are', async () => {
    const gathered = await gatherScrapes(scrapesOf(scrapeOf(nginx(1, 2), nginx(2, 3)), scrapeOf(nginx(2, 4), nginx(9, 1), nginx(10, 2))));
    expect(wattsOf(gathered, 'scaph_exe,exe=/usr/sbin/nginx')).toEqual([
      [0, 5],
      [5, 7],
    ]);
    expect(linesOf(gathered, 'scaph_exe')[1]).toContain('processes=3');
  });

  it('that vanish take 0 W from then on, and nothing more is written', async () => {
    const gathered = await gatherScrapes(
      scrapesOf(scrapeOf(nginx(1, 2)), scrapeOf(), scrapeOf({ pid: 2, exe: 'a', watts: 1 }), scrapeOf({ pid: 2, exe: 'a', watts: 1 })),
    );
    expect(wattsOf(gathered, 'scaph_exe,exe=/usr/sbin/nginx')).toEqual([
      [0, 2],
      [10, 0],
    ]);
  });

  it('that appear took 0 W at the scrape before, so that their first interval counts and no more', async () => {
    const other = { pid: 2, exe: 'a', watts: 1 };
    const gathered = await gatherScrapes(
      scrapesOf(scrapeOf(nginx(1, 2), other), scrapeOf(other), scrapeOf(other), scrapeOf(nginx(7, 4), other)),
    );
    expect(wattsOf(gathered, 'scaph_exe,exe=/usr/sbin/nginx')).toEqual([
      [0, 2],
      [5, 0],
      [10, 0],
      [15, 4],
    ]);
  });

  it('that come and go at every scrape are told once at each', async () => {
    const other = { pid: 2, exe: 'a', watts: 1 };
    const gathered = await gatherScrapes(scrapesOf(scrapeOf(nginx(1, 2), other), scrapeOf(other), scrapeOf(nginx(7, 4), other)));
    expect(wattsOf(gathered, 'scaph_exe,exe=/usr/sbin/nginx')).toEqual([
      [0, 2],
      [5, 0],
      [10, 4],
    ]);
  });

  it('that appear after a scrape without power have taken none up to that scrape', async () => {
    const other = { pid: 2, exe: 'a', watts: 1 };
    const gathered = await gatherScrapes(scrapesOf(scrapeOf(other), scrapeOf(), scrapeOf(nginx(7, 4), other)));
    expect(wattsOf(gathered, 'scaph_exe,exe=/usr/sbin/nginx')).toEqual([
      [5, 0],
      [10, 4],
    ]);
    expect(wattsOf(gathered, 'scaph_exe,exe=a')).toEqual([
      [0, 1],
      [10, 1],
    ]);
  });

  it('beyond the bound are told as one, the sum unchanged', async () => {
    const programs = Array.from({ length: 10 }, (_, at) => ({ pid: at, exe: `/bin/p${at}`, watts: at }));
    const gathered = await gatherScrapes(scrapesOf(scrapeOf(...programs)), { max_processes: 3 });
    const lines = linesOf(gathered, 'scaph_process');
    expect(lines.map((line) => line.split(' ')[0])).toEqual([
      'scaph_process,cmdline=/bin/p8,exe=/bin/p8',
      'scaph_process,cmdline=/bin/p9,exe=/bin/p9',
      'scaph_process,exe=(other)',
    ]);
    expect(lines[2]).toContain('power_consumption_microwatts=28000000,processes=8');
  });

  it('are told by the tags that are asked for, or not at all', async () => {
    const body = scrapeOf({ ...nginx(1, 2), cmdline: 'a' }, { ...nginx(2, 3), cmdline: 'b' });
    expect(linesOf(await gatherScrapes(scrapesOf(body)), 'scaph_process')).toHaveLength(2);
    expect(linesOf(await gatherScrapes(scrapesOf(body), { process_tags: ['exe'] }), 'scaph_process')).toHaveLength(1);
    expect(linesOf(await gatherScrapes(scrapesOf(body), { process_tags: ['exe', 'pid'] }), 'scaph_process')).toHaveLength(2);
    expect(linesOf(await gatherScrapes(scrapesOf(body), { process_tags: [] }), 'scaph_process')).toEqual([]);
  });

  it('with a command line too long for a server keep its beginning', async () => {
    const [line] = linesOf(await gatherScrapes(scrapesOf(scrapeOf({ ...nginx(1, 2), cmdline: 'x'.repeat(100_000) }))), 'scaph_process');
    expect(line.length).toBeLessThan(9000);
    expect(line).toContain('x…,exe=');
  });
});

describe('services', () => {
  const java = { pid: 3, exe: '/usr/bin/java', watts: 5, cmdline: 'java-jarxwiki.jar' };
  const qemu = { pid: 4, exe: '/usr/bin/qemu-system-x86_64', watts: 7, more: ',vmname="vm-web"' };
  const box = { pid: 5, exe: '/bin/app', watts: 9, more: ',container_names="shop-1",container_id="abc"' };

  async function servicesBy(...services: readonly object[]): Promise<Record<string, number>> {
    const body = scrapeOf(nginx(1, 1), nginx(2, 2), java, qemu, box);
    const gathered = await gatherScrapes(scrapesOf(body), { services: [...services] });
    return Object.fromEntries(
      linesOf(gathered, 'scaph_service').map((line) => [
        /service=([^ ]+)/.exec(line)?.[1],
        Number(/power_microwatts=([\d.]+)/.exec(line)?.[1]) / 1e6,
      ]),
    );
  }

  it.each([
    ['the last part of the executable', { name: 'web', exe: 'nginx' }, { web: 3 }],
    ['the path of the executable', { name: 'web', exe: '/usr/sbin/*' }, { web: 3 }],
    ['the command line', { name: 'wiki', cmdline: 'xwiki' }, { wiki: 5 }],
    ['the container', { container: 'shop-*' }, { 'shop-1': 9 }],
    ['the id of the container', { name: 'shop', container: 'ab?' }, { shop: 9 }],
    ['the VM', { vm: '*' }, { 'vm-web': 7 }],
    ['each executable by itself', { exe: '/usr/bin/*' }, { '/usr/bin/java': 5, '/usr/bin/qemu-system-x86_64': 7 }],
    ['all conditions together', { name: 'none', exe: 'nginx', cmdline: 'xwiki' }, {}],
  ])('are told by %s', async (_, rule, expected) => {
    expect(await servicesBy(rule)).toEqual(expected);
  });

  it('count a process that two rules give to one service once', async () => {
    expect(await servicesBy({ name: 'web', exe: 'nginx' }, { name: 'web', cmdline: 'nginx' })).toEqual({ web: 3 });
  });
});
