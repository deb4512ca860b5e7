import { describe, expect, it } from 'vitest';
import { scaphandre } from '../../../../../src/plugins/inputs/scaphandre/plugin.ts';
import { testContext } from '../../../../support/context.ts';
import { startFakeServer, type Reply } from '../../../../support/fake-server.ts';
import { CollectingSink, createPolled, gatherOnce } from '../../../../support/input.ts';
import { gatherScrapes, linesOf, scrapesOf } from '../../../../support/scaphandre.ts';

/** A host with one socket, as Scaphandre shows it: the kernel's line end stays behind a counter. */
function host(energy: number, power?: number, more = ''): string {
  const gauges = power === undefined ? '' : `scaph_socket_power_microwatts{socket_id="0"} ${power}\nscaph_host_power_microwatts ${power}\n`;
  return `${gauges}# TYPE scaph_socket_energy_microjoules counter
    scaph_socket_energy_microjoules{socket_id="0"} ${energy}

    scaph_domain_energy_microjoules{socket_id="0",domain_name="dram",domain_id="0"} ${energy}

    scaph_host_energy_microjoules ${energy}
    ${more}`;
}

/** A VM: the shared file has no line end, and there is nothing but one socket. */
function guest(energy: number, power?: number, more = ''): string {
  const gauges = power === undefined ? '' : `scaph_socket_power_microwatts{socket_id="0"} ${power}\nscaph_host_power_microwatts ${power}\n`;
  return `# TYPE scaph_socket_energy_microjoules counter
    scaph_socket_energy_microjoules{socket_id="0"} ${energy}
    scaph_host_energy_microjoules ${energy}
    ${gauges}${more}`;
}

const START = '1700000000000000000';

describe('a scrape', () => {
  it('becomes one point for each thing, whatever the order of labels', async () => {
    const gathered = await gatherScrapes(
      scrapesOf(`scaph_domain_energy_microjoules{socket_id="0",domain_name="dram",domain_id="1"} 5
        scaph_domain_power_microwatts{domain_id="1",domain_name="dram",socket_id="0"} 7
        scaph_forks_since_boot_total 3
        scaph_self_version 1.02`),
    );
    expect(gathered.scrapes[0]).toEqual([
      `scaph_domain,domain_id=1,domain_name=dram,socket_id=0 energy_microjoules=5,power_microwatts=7 ${START}`,
      `scaph forks_since_boot_total=3 ${START}`,
      `scaph_self version=1.02 ${START}`,
    ]);
  });

  it('counts and leaves out what is no number, and what is not from Scaphandre', async () => {
    const { scrapes, context } = await gatherScrapes(scrapesOf(`scaph_host_load_avg_one NaN\nscaph_host_cpu_frequency 2000\nup 1\n`));
    expect(scrapes[0]).toEqual([`scaph_host cpu_frequency=2000 ${START}`]);
    expect(context.dropped).toEqual(
      new Map([
        ['not_scaphandre', 1],
        ['not_finite', 1],
      ]),
    );
  });

  it('counts whole though a label of a container has a name that is not allowed, at every scrape', async () => {
    const body =
      'scaph_process_power_consumption_microwatts{pid="1",exe="/bin/é",container_label_io.kubernetes/pod="a/b"} 1\nscaph_host_cpu_frequency 1\n';
    const gathered = await gatherScrapes(scrapesOf(body, body), { process_tags: ['exe', 'container_label_io_kubernetes_pod'] });
    const process = 'scaph_process,container_label_io_kubernetes_pod=a/b,exe=/bin/é power_consumption_microwatts=1,processes=1';
    expect(linesOf(gathered, 'scaph_process').map((line) => line.slice(0, line.lastIndexOf(' ')))).toEqual([process, process]);
  });

  it('is told as a point of its own, with what was wrong', async () => {
    const { states } = await gatherScrapes(scrapesOf(host(100)));
    expect(states[0]).toMatch(
      /^scaphandre,url=http:\/\/127\.0\.0\.1:\d+\/metrics frozen=0,repeated=0,scrape_duration_seconds=[\d.]+,unreadable=0,up=1,zero=0 /,
    );
  });
});

describe('a target that does not answer as it should', () => {
  async function gatherReply(reply: Reply | 'hang up'): Promise<{ lines: string[]; messages: string[]; errors: number }> {
    const context = testContext();
    const server = await startFakeServer(() => reply);
    const input = createPolled(scaphandre, { urls: [`${server.url}/wrong`] }, context);
    const sink = new CollectingSink(context.interner);
    await gatherOnce(input, sink);
    await gatherOnce(input, sink);
    await input.close?.();
    await server.stop();
    return { lines: sink.lines, messages: context.logged.map(({ message }) => message), errors: context.errors() };
  }

  it('is down, says so once, and counts each time', async () => {
    const { lines, messages, errors } = await gatherReply({ status: 503, body: 'busy' });
    expect(lines).toHaveLength(2);
    expect(lines[0]).toContain('up=0');
    expect(messages).toEqual(['cannot scrape: status 503: busy']);
    expect(errors).toBe(2);
  });

  it('is told by the page that Scaphandre gives for every path but one', async () => {
    const body = `<a href="https://github.com/hubblo-org/scaphandre/">Scaphandre's</a> prometheus exporter here. Metrics available on <a href="/metrics">/metrics</a>`;
    const { messages } = await gatherReply({ status: 200, body });
    expect(messages).toEqual(['this path is not that of the metrics: Scaphandre has them at /metrics']);
  });

  it('is told by its bad line, and nothing of it counts', async () => {
    const { lines, messages } = await gatherReply({ status: 200, body: 'scaph_host_cpu_frequency 1\nscaph_host_power_microwatts{ 2\n' });
    expect(lines.every((line) => line.startsWith('scaphandre,'))).toBe(true);
    expect(messages[0]).toContain('line 2, column');
  });

  it('is told by having no metric of Scaphandre', async () => {
    expect((await gatherReply({ status: 200, body: 'node_load1 1\n' })).messages).toEqual(['the answer has no metric of Scaphandre']);
  });
});

describe('what Scaphandre is known to say wrongly', () => {
  it('leaves out a scrape that repeats the one before, so that its power does not count twice', async () => {
    const gathered = await gatherScrapes(scrapesOf(host(100), host(600, 9), host(600, 9), host(900, 7)));
    expect(linesOf(gathered, 'scaph_host')).toHaveLength(3);
    expect(gathered.states[2]).toContain('repeated=1');
    expect(gathered.context.dropped).toEqual(new Map([['repeated', 3]]));
  });

  it('leaves out everything where it may not read the counters and says 0', async () => {
    const gathered = await gatherScrapes(
      scrapesOf('scaph_host_energy_microjoules 0\nscaph_host_power_microwatts 0\nscaph_host_cpu_frequency 9\n'),
    );
    expect(gathered.scrapes[0]).toEqual([]);
    expect(gathered.states[0]).toContain('unreadable=1');
    expect(gathered.context.dropped).toEqual(new Map([['unreadable', 1]]));
  });

  it('leaves out what stands still for too long', async () => {
    const still = scrapesOf(host(50), host(100, 0), host(100, 0));
    const gathered = await gatherScrapes(still, { frozen_after: '0s' });
    expect(linesOf(gathered, 'scaph_host')).toEqual([]);
    expect(gathered.states.every((state) => state.includes(' frozen=1'))).toBe(true);
    expect(linesOf(await gatherScrapes(still, { frozen_after: '1h' }), 'scaph_host')).toHaveLength(3);
  });

  it('leaves out the 0 W of a socket that wrapped, and of that socket alone', async () => {
    const gathered = await gatherScrapes(scrapesOf(host(900, 8), host(50, 0)));
    expect(linesOf(gathered, 'scaph_socket')[1]).toBe('scaph_socket,socket_id=0 energy_microjoules=50 1700000005000000000');
    expect(gathered.context.dropped).toEqual(new Map([['wrapped_power', 1]]));
  });
});

describe('a Scaphandre in a VM', () => {
  const PROCESS =
    'scaph_process_power_consumption_microwatts{pid="7",exe="/usr/sbin/nginx",cmdline="nginx"} 2\nscaph_process_memory_bytes{exe="/usr/sbin/nginx",pid="7",cmdline="nginx"} 30\n';

  it('is told from a host, its socket called a share, and its power and energy multiplied, nothing else', async () => {
    const { scrapes, context } = await gatherScrapes(scrapesOf(guest(100), guest(130, 6, PROCESS)), { process_tags: ['exe'] });
    expect(scrapes[1]).toEqual([
      'scaph_share,scale=5 energy_microjoules=650,power_microwatts=30 1700000005000000000',
      'scaph_host,scale=5 energy_microjoules=650,power_microwatts=30 1700000005000000000',
      'scaph_process,exe=/usr/sbin/nginx,scale=5 memory_bytes=30,power_consumption_microwatts=10,processes=1 1700000005000000000',
      'scaph_exe,exe=/usr/sbin/nginx,scale=5 memory_bytes=30,power_microwatts=10,processes=1 1700000005000000000',
    ]);
    expect(context.logged.map(({ level }) => level)).toEqual(['warn']);
  });

  it('is a host where the configuration says so, and the other way round', async () => {
    const asHost = await gatherScrapes(scrapesOf(guest(100)), { guest: 'never' });
    expect(linesOf(asHost, 'scaph_socket')).toEqual([`scaph_socket,socket_id=0 energy_microjoules=100 ${START}`]);
    const asGuest = await gatherScrapes(scrapesOf(host(100)), { guest: 'always', guest_scale: 1 });
    expect(linesOf(asGuest, 'scaph_share')).toEqual([`scaph_share,scale=1 energy_microjoules=100 ${START}`]);
  });

  it('counts for nothing while its share reads 0', async () => {
    const gathered = await gatherScrapes(scrapesOf(guest(100), guest(0, 0), guest(100)));
    expect(linesOf(gathered, 'scaph_share')).toHaveLength(2);
    expect(gathered.states[1]).toContain('zero=1');
    expect(gathered.context.dropped.get('zero')).toBe(2);
    expect(gathered.context.logged.map(({ message }) => message)).toContain('gathered again');
  });
});

describe('several targets', () => {
  it('are told apart by the tag host, and one on this machine is left to the agent', async () => {
    const servers = await Promise.all([1, 2].map(() => startFakeServer(() => ({ status: 200, body: 'scaph_host_cpu_frequency 1\n' }))));
    const context = testContext();
    const input = createPolled(scaphandre, { urls: servers.map(({ url }) => url) }, context);
    const sink = new CollectingSink(context.interner);
    await gatherOnce(input, sink);
    const hosts = servers.map(({ url }) => new URL(url).host);
    expect(sink.lines.filter((line) => line.startsWith('scaph_host')).toSorted()).toEqual(
      hosts.map((name) => `scaph_host,host=${name} cpu_frequency=1 1760000000000000000`).toSorted(),
    );
    await input.close?.();
    await Promise.all(servers.map((server) => server.stop()));
  });
});
