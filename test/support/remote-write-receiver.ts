/**
 * A remote-write receiver that checks every request against the specifications of 1.0 and 2.0 and remembers what it was sent. Alone
 * it stores everything; with `answer` it says what a test wants; with `forwardTo` it stands in front of a real server.
 *
 * `stop` fails when any request broke a rule, so that no test can overlook it.
 */
import { uncompressSync } from 'snappy';
import { startFakeServer, type Asked, type FakeServer, type Reply } from './fake-server.ts';
import type { ReceivedHistogram } from './remote-write-histogram.ts';
import {
  readVersion1,
  readVersion2,
  type Names,
  type ReceivedExemplar,
  type ReceivedSample,
  type ReceivedSeries,
} from './remote-write-message.ts';

export interface ReceiverOptions {
  /** Versions that it takes; others get 415, as the specification says. */
  readonly versions?: readonly (1 | 2)[];
  readonly names?: Names;
  /** What it answers instead of storing, or undefined to store. */
  readonly answer?: (request: ReceivedRequest, number: number) => Reply | 'hang up' | undefined;
  /** The URL of a real receiver, which answers. */
  readonly forwardTo?: () => string;
}

export interface ReceivedRequest extends Asked {
  readonly version: 1 | 2;
  readonly series: readonly ReceivedSeries[];
}

export interface RemoteWriteReceiver {
  /** Where to write to. */
  readonly url: string;
  readonly requests: ReceivedRequest[];
  /** What was stored by a receiver that stands alone, by series as PromQL writes it. */
  samples(name: string): readonly ReceivedSample[];
  exemplars(name: string): readonly ReceivedExemplar[];
  histograms(name: string): readonly ReceivedHistogram[];
  /** What broke a rule so far. */
  readonly violations: string[];
  /** Ends it. Rejects when a request broke a rule. */
  stop(): Promise<void>;
}

const CONTENT_TYPES: Readonly<Record<string, 1 | 2>> = {
  'application/x-protobuf': 1,
  'application/x-protobuf;proto=prometheus.WriteRequest': 1,
  'application/x-protobuf;proto=io.prometheus.write.v2.Request': 2,
};
const VERSIONS = { 1: '0.1.0', 2: '2.0.0' } as const;
/** How the framed format begins, which remote write doesn't use. */
const SNAPPY_FRAMES = Buffer.from('ff060000734e61507059', 'hex');

export async function startRemoteWriteReceiver(options: ReceiverOptions = {}): Promise<RemoteWriteReceiver> {
  const checks = new Checks(options);
  const server: FakeServer = await startFakeServer((asked) => checks.answer(asked));
  return {
    url: `${server.url}/api/v1/write`,
    requests: checks.requests,
    violations: checks.violations,
    samples: (name) => checks.stored.get(name) ?? [],
    histograms: (name) => checks.storedHistograms.get(name) ?? [],
    exemplars: (name) => checks.storedExemplars.get(name) ?? [],
    async stop() {
      await server.stop();
      if (checks.violations.length > 0) throw new Error(`remote write against the specification: ${checks.violations.join('; ')}`);
    },
  };
}

class Checks {
  readonly requests: ReceivedRequest[] = [];
  readonly violations: string[] = [];
  readonly stored = new Map<string, ReceivedSample[]>();
  readonly storedHistograms = new Map<string, ReceivedHistogram[]>();
  readonly storedExemplars = new Map<string, ReceivedExemplar[]>();
  readonly #options: ReceiverOptions;
  /** By series: every time that was ever sent, and the newest of them. Exemplars beside samples. */
  readonly #seen = new Map<string, { readonly times: Set<number>; newestMs: number }>();

  constructor(options: ReceiverOptions) {
    this.#options = options;
  }

  async answer(asked: Asked): Promise<Reply | 'hang up'> {
    let request: ReceivedRequest;
    try {
      request = this.#read(asked);
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error);
      this.violations.push(problem);
      return { status: 400, body: `against the specification: ${problem}` };
    }
    this.requests.push(request);
    const { versions = [1, 2], answer, forwardTo } = this.#options;
    if (!versions.includes(request.version)) return { status: 415, body: 'another version, please' };
    const own = answer?.(request, this.requests.length - 1);
    if (own !== undefined) return own;
    if (forwardTo !== undefined) return forward(forwardTo(), asked);
    return this.#store(request);
  }

  #read(asked: Asked): ReceivedRequest {
    const { method, headers, body } = asked;
    if (method !== 'POST') throw new Error(`method ${method}`);
    const version = CONTENT_TYPES[headers['content-type'] ?? ''];
    if (version === undefined) throw new Error(`Content-Type ${headers['content-type']}`);
    if (headers['content-encoding'] !== 'snappy') throw new Error(`Content-Encoding ${headers['content-encoding']}`);
    const declared = headers['x-prometheus-remote-write-version'];
    if (declared !== VERSIONS[version]) throw new Error(`version header ${String(declared)}`);
    if (!/^[^/\s]+\/\S+/.test(headers['user-agent'] ?? '')) throw new Error(`User-Agent ${headers['user-agent']}`);
    if (body.subarray(0, SNAPPY_FRAMES.length).equals(SNAPPY_FRAMES)) throw new Error('snappy in frames');
    const message = uncompressSync(body) as Buffer;
    const { names = 'legacy' } = this.#options;
    const series = version === 1 ? readVersion1(message, names) : readVersion2(message, names);
    if (series.length === 0) throw new Error('an empty request');
    for (const { name, samples, histograms, exemplars } of series) {
      this.#checkOrder('sample', name, [...samples, ...histograms]);
      this.#checkOrder('exemplar', name, exemplars);
    }
    return { ...asked, version, series };
  }

  /** What is sent for the first time is newer than all that was sent of its series; what is sent again is no news. */
  #checkOrder(kind: 'sample' | 'exemplar', name: string, sent: readonly { readonly ms: number }[]): void {
    const seen = this.#seen.get(`${kind} ${name}`) ?? { times: new Set(), newestMs: -Infinity };
    this.#seen.set(`${kind} ${name}`, seen);
    for (const { ms } of sent) {
      if (seen.times.has(ms)) continue;
      if (ms < seen.newestMs) throw new Error(`the ${kind} at ${ms} of ${name} was overtaken by the one at ${seen.newestMs}`);
      seen.times.add(ms);
      seen.newestMs = ms;
    }
  }

  #store({ version, series }: ReceivedRequest): Reply {
    let count = 0;
    let histogramCount = 0;
    let exemplarCount = 0;
    for (const { name, samples, histograms, exemplars } of series) {
      addNew(this.stored, name, samples);
      addNew(this.storedHistograms, name, histograms);
      histogramCount += histograms.length;
      addNew(this.storedExemplars, name, exemplars);
      count += samples.length;
      exemplarCount += exemplars.length;
    }
    if (version === 1) return { status: 204 };
    const headers = {
      'x-prometheus-remote-write-samples-written': String(count),
      'x-prometheus-remote-write-histograms-written': String(histogramCount),
      'x-prometheus-remote-write-exemplars-written': String(exemplarCount),
    };
    return { status: 204, headers };
  }
}

/** Of what has a time that is stored already, the first counts. */
function addNew<T extends { readonly ms: number }>(stored: Map<string, T[]>, name: string, sent: readonly T[]): void {
  const known = stored.get(name) ?? [];
  stored.set(name, known);
  for (const one of sent) if (!known.some(({ ms }) => ms === one.ms)) known.push(one);
}

async function forward(url: string, { headers, body }: Asked): Promise<Reply | 'hang up'> {
  const kept = Object.entries(headers).filter(([name]) => !['host', 'connection', 'content-length'].includes(name));
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: Object.fromEntries(kept) as Record<string, string>,
      body: new Uint8Array(body),
    });
    const text = await response.text();
    const back = [...response.headers].filter(([name]) => name.startsWith('x-prometheus') || name === 'retry-after');
    return { status: response.status, headers: Object.fromEntries(back), body: text };
  } catch {
    // The server behind is away: so is the one in front.
    return 'hang up';
  }
}
