import { halveLines, lineEnds } from '../../../formats/line-protocol/split.ts';
import type { Point } from '../../../metric/point.ts';
import type { Attempt, Output, PluginContext, SendResult } from '../../../pipeline/plugin.ts';
import type { Payload } from '../../../queue/payload.ts';
import { errorText } from '../../../telemetry/error-text.ts';
import { gzipBody } from '../gzip.ts';
import { halvesOf } from '../line-payload.ts';
import type { InfluxdbEncoder } from './encode.ts';
import type { Mender } from './mender.ts';
import { targetOf, type Target } from './routes.ts';
import type { InfluxServer } from './server.ts';
import { DatabaseSetup, RefusedError, type SetupOptions } from './setup.ts';
import { Sift } from './sift.ts';
import { verdictOf, type Verdict } from './verdict.ts';

export interface InfluxdbOptions {
  readonly version: 1 | 2;
  /** 1 to 9; 0: not compressed. */
  readonly gzipLevel: number;
  /** Where points without a routing tag go. */
  readonly fallback: Target;
  readonly setup: SetupOptions;
  /** Reads certificates and makes the servers, one per URL. Throws when a file can't be read. */
  readonly openServers: () => Promise<readonly InfluxServer[]>;
}

/** Line protocol to InfluxDB 1.x, 2.x or 3: one request per payload, and what the server refuses of it named. */
export class InfluxdbOutput implements Output {
  /** Writing a point twice changes nothing, and series know nothing of each other. */
  readonly concurrent = true;
  readonly sendsCopies: boolean;
  readonly #context: PluginContext;
  readonly #options: InfluxdbOptions;
  readonly #encoder: InfluxdbEncoder;
  readonly #mender: Mender;
  readonly #setup: DatabaseSetup;
  #servers: readonly InfluxServer[] = [];

  constructor(context: PluginContext, options: InfluxdbOptions, encoder: InfluxdbEncoder, mender: Mender) {
    this.#context = context;
    this.#options = options;
    this.sendsCopies = options.gzipLevel > 0;
    this.#encoder = encoder;
    this.#mender = mender;
    this.#setup = new DatabaseSetup(options.setup, context.log);
  }

  encode(points: readonly Point[], maxPoints: number): readonly Payload[] {
    return this.#encoder.encode(points, maxPoints);
  }

  /** Creates the database and the retention policies at the first server that answers: the URLs are those of one cluster. */
  async connect(signal: AbortSignal): Promise<void> {
    if (this.#servers.length === 0) this.#servers = await this.#options.openServers();
    if (this.#options.version === 2) return;
    let failure: unknown;
    for (const server of inRandomOrder(this.#servers)) {
      try {
        await this.#setUp(server, signal);
        return;
      } catch (error) {
        failure = error;
      }
    }
    throw failure;
  }

  /** A user who may not create anything is no failure: what is there can be written to. */
  async #setUp(server: InfluxServer, signal: AbortSignal): Promise<void> {
    try {
      await this.#setup.ensure(server, this.#options.fallback.database, signal);
    } catch (error) {
      if (!(error instanceof RefusedError) || error.status !== 403) throw error;
      this.#context.log.warn('this user may not create what is missing; an administrator must', { reason: error.message });
    }
  }

  /** Tries the servers in random order until one settles it. */
  async send(payload: Payload, { signal }: Attempt): Promise<SendResult> {
    let result: SendResult = { status: 'retry', reason: 'not connected' };
    for (const server of inRandomOrder(this.#servers)) {
      result = await this.#sendTo(server, payload, signal);
      if (result.status !== 'retry' || signal.aborted) return result;
    }
    return result;
  }

  split(payload: Payload): readonly [Payload, Payload] | undefined {
    const bodies = halveLines(payload.body);
    return bodies && halvesOf(payload, bodies);
  }

  close(): Promise<void> {
    for (const server of this.#servers) server.close();
    return Promise.resolve();
  }

  async #sendTo(server: InfluxServer, payload: Payload, signal: AbortSignal, mayCreate = true): Promise<SendResult> {
    const verdict = await this.#write(server, payload, signal);
    switch (verdict.kind) {
      case 'ok':
        return { status: 'ok' };
      case 'refused': {
        const post = (body: Buffer): Promise<Verdict> => this.#write(server, { ...payload, body }, signal);
        return new Sift(payload, this.#mender, post).run(linesOf(payload.body), verdict);
      }
      case 'reject':
      case 'too_large':
        return { status: verdict.kind, reason: verdict.reason };
      case 'retry':
        return { status: 'retry', reason: verdict.reason, retryAfterMs: verdict.retryAfterMs };
      case 'missing':
        if (!mayCreate) return this.#missingResult(targetOf(payload.destination), verdict.reason);
        return this.#createAndSend(server, payload, verdict.reason, signal);
    }
  }

  async #write(server: InfluxServer, { destination, body }: Payload, signal: AbortSignal): Promise<Verdict> {
    const { gzipLevel } = this.#options;
    const headers: Record<string, string> = { 'content-type': 'text/plain; charset=utf-8' };
    if (gzipLevel > 0) headers['content-encoding'] = 'gzip';
    const wire = gzipLevel > 0 ? await gzipBody(body, gzipLevel) : body;
    const verdict = verdictOf(await server.post(destination, wire, headers, signal), this.#context.clock.now().ms);
    return verdict.kind === 'retry' ? { ...verdict, reason: `${server.url}: ${verdict.reason}` } : verdict;
  }

  /** Creates what a payload's destination lacks, where the options say so, and sends once more. */
  async #createAndSend(server: InfluxServer, payload: Payload, reason: string, signal: AbortSignal): Promise<SendResult> {
    const target = targetOf(payload.destination);
    const created = await this.#create(server, target, reason, signal);
    if (created.status === 'retry') return created;
    if (created.status === 'reject') return this.#missingResult(target, created.reason);
    return this.#sendTo(server, payload, signal, false);
  }

  async #create(server: InfluxServer, target: Target, reason: string, signal: AbortSignal): Promise<SendResult> {
    const { version, setup } = this.#options;
    const mayCreate = version === 1 && (isAboutPolicy(reason) ? setup.policies.has(target.retentionPolicy) : setup.createDatabase);
    if (!mayCreate) return { status: 'reject', reason };
    try {
      await this.#setup.ensure(server, target.database, signal);
      return { status: 'ok' };
    } catch (error) {
      const status = error instanceof RefusedError ? 'reject' : 'retry';
      return { status, reason: errorText(error) };
    }
  }

  /**
   * What can't be created here. The database, retention policy or bucket of the options is waited for: somebody will create it. One
   * that a tag named is not, since a wrong tag would hold up everybody else's points for ever.
   */
  #missingResult({ database, retentionPolicy, bucket }: Target, reason: string): SendResult {
    const { fallback } = this.#options;
    const isPolicyOfTag = isAboutPolicy(reason) && retentionPolicy !== fallback.retentionPolicy;
    const isOwn = database === fallback.database && bucket === fallback.bucket && !isPolicyOfTag;
    return { status: isOwn ? 'retry' : 'reject', reason };
  }
}

function isAboutPolicy(reason: string): boolean {
  return /retention policy/i.test(reason);
}

function linesOf(body: Buffer): Buffer[] {
  let from = 0;
  return lineEnds(body).map((end) => body.subarray(from, (from = end)));
}

function inRandomOrder<T>(list: readonly T[]): T[] {
  const order = list.map((item) => ({ item, key: Math.random() }));
  return order.sort((a, b) => a.key - b.key).map(({ item }) => item);
}
