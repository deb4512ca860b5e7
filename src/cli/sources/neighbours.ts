/** Sources that answer over HTTP on this machine, or on one that was named. */
import { ScrapeClient } from '../../plugins/shared/scrape.ts';
import type { Finding, Places } from './finding.ts';

/** A neighbour that takes longer is not one to rely on. */
const TIMEOUT_MS = 2000;

/** A Scaphandre on a busy hypervisor gives some 5 MB. */
const MAX_BYTES = 32 * 1024 * 1024;

/** Scaphandre: who takes how much. */
export async function findScaphandre({ scaphandre: url }: Places): Promise<Finding> {
  const name = 'Scaphandre';
  const answer = await ask(url);
  if ('reason' in answer) return { name, status: 'absent', seen: `${url}: ${answer.reason}` };
  if (!answer.has('scaph_')) return { name, status: 'absent', seen: `${url} answers, but nothing of Scaphandre` };
  const version = /^scaph_self_version\S* (\S+)/m.exec(answer.text)?.[1];
  const seen = `${url}${version === undefined ? '' : `, version ${version}`}`;
  if (!answer.has('scaph_host_power_microwatts') && !answer.has('scaph_socket_power_microwatts')) {
    const ways = ['its log says why; often it may not read the energy counters: run it as root, or give it the group that may'];
    return { name, status: 'blocked', seen: `${seen}, but it measures nothing`, ways };
  }
  return {
    name,
    status: 'ready',
    seen,
    measures: 'processors and memory, each VM (with --qemu), service and process',
    leavesOut: 'disks, fans, the power supply; per process it shares out by processor time',
    use: { pipeline: 'hypervisor-scaphandre', variables: { SCAPHANDRE: url } },
  };
}

/** node_exporter: the machine, and its energy where its collector `rapl` may read it. */
export async function findNodeExporter({ nodeExporter: url }: Places): Promise<Finding> {
  const name = 'node_exporter';
  const answer = await ask(url);
  if ('reason' in answer) return { name, status: 'absent', seen: `${url}: ${answer.reason}` };
  const version = /^node_exporter_build_info\{.*\bversion="([^"]*)"/m.exec(answer.text)?.[1];
  if (version === undefined) return { name, status: 'absent', seen: `${url} answers, but it is no node_exporter` };
  const hasEnergy = /^node_rapl_\w+_total[ {]/m.test(answer.text);
  return {
    name,
    status: 'ready',
    seen: `${url}, version ${version}`,
    measures: hasEnergy ? 'the energy of processors and memory; usage of everything' : 'usage of processors, memory, disks, network',
    leavesOut: hasEnergy
      ? 'the rest of the machine; which program took it'
      : 'energy: its collector rapl has nothing it may read (it runs as a user who is not root)',
    withoutPower: !hasEnergy,
    use: { pipeline: 'node-exporter', variables: { NODE_EXPORTER: url } },
  };
}

interface Answer {
  readonly text: string;
  /** Whether there is a series whose name begins so. */
  has(prefix: string): boolean;
}

async function ask(url: string): Promise<Answer | { readonly reason: string }> {
  const client = new ScrapeClient({ timeoutMs: TIMEOUT_MS, maxBytes: MAX_BYTES, tls: undefined, baseDirectory: '.' });
  try {
    const scraped = await client.get(url, {}, new AbortController().signal);
    if (!scraped.ok) return { reason: scraped.reason };
    const text = scraped.body.toString('utf8');
    return { text, has: (prefix) => text.startsWith(prefix) || text.includes(`\n${prefix}`) };
  } finally {
    await client.close();
  }
}
