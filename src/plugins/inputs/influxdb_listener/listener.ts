import { setMaxListeners } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { TLSSocket } from 'node:tls';
import { isLoopback, listenAddressText } from '../../../config/listen-address.ts';
import type { PluginContext, ServiceInput, Sink } from '../../../pipeline/plugin.ts';
import type { HeldPort } from '../../../pipeline/ports.ts';
import { HttpPort, type Connection, type HttpService } from '../../shared/http-port.ts';
import { isAllowedClient, loadServerTls, wantsTls } from '../../shared/server-tls.ts';
import { rawAnswer, refusalAnswer, sendAnswer, type Api, type Refusal } from './answer.ts';
import { createAuthenticate, type Authenticate } from './auth.ts';
import { stopping } from './body.ts';
import type { ListenerConfig } from './config.ts';
import { RefusalLog } from './refusal-log.ts';
import { createRouter, type Routed } from './routes.ts';
import { Writer } from './write.ts';

/** How long requests under way may take to arrive when the port is handed over; meanwhile those that come wait. */
const LAST_BODIES_MS = 1000;

/** Takes line protocol over HTTP as InfluxDB does; see `plugin.ts`. */
export class InfluxdbListener implements ServiceInput {
  readonly #config: ListenerConfig;
  readonly #context: PluginContext;
  readonly #tls: boolean;
  readonly #authenticate: Authenticate | undefined;
  readonly #refusals: RefusalLog;
  readonly #stop = new AbortController();
  /** Requests being answered. */
  readonly #underWay = new Set<Promise<void>>();
  #held: HeldPort<HttpPort> | undefined;
  #service: HttpService | undefined;
  #route: (request: IncomingMessage) => Promise<Routed>;

  constructor(config: ListenerConfig, context: PluginContext) {
    this.#config = config;
    this.#context = context;
    this.#tls = wantsTls(config);
    this.#authenticate = createAuthenticate(config, () => context.clock.now().ms);
    this.#refusals = new RefusalLog(context.log, () => performance.now());
    // Nothing is handed on before `start` has put the real one in.
    this.#route = () => Promise.reject(new Error('a request arrived before the start'));
    setMaxListeners(0, this.#stop.signal);
  }

  /** The port it listens on, also when `service_address` left the choice to the system (port 0); undefined when it does not listen. */
  get port(): number | undefined {
    return this.#held?.port.number;
  }

  async prepare(): Promise<void> {
    const { ports } = this.#context;
    const service = await this.#makeService();
    this.#held = await ports.prepare(this.#portName, this.#config.service_address.port, () => this.#listen(service));
  }

  async start(sink: Sink): Promise<void> {
    const nowMs = (): number => this.#context.clock.now().ms;
    const writer = new Writer(this.#config, this.#context, sink, this.#stop.signal);
    this.#route = createRouter({ writer, authenticate: this.#authenticate, startedMs: nowMs(), nowMs });
    const service = await this.#makeService();
    this.#held ??= await this.#context.ports.hold(this.#portName, () => this.#listen(service));
    const { port } = this.#held;
    this.#service = service;
    port.serve(service);
    this.#context.log.info(`listening on ${this.#scheme}://${listenAddressText({ ...this.#config.service_address, port: port.number })}`);
    this.#warnIfExposed();
  }

  async stop(): Promise<void> {
    const held = this.#held;
    if (held === undefined) return;
    if (!held.isShared) this.#stop.abort();
    else if (this.#service !== undefined) held.port.pause(this.#service);
    const timer = setTimeout(() => this.#stop.abort(), LAST_BODIES_MS);
    while (this.#underWay.size > 0) await Promise.all(this.#underWay);
    clearTimeout(timer);
    await held.release();
  }

  get #scheme(): string {
    return this.#tls ? 'https' : 'http';
  }

  get #portName(): string {
    return `${this.#scheme}://${listenAddressText(this.#config.service_address)}`;
  }

  async #makeService(): Promise<HttpService> {
    const { read_timeout: readTimeoutMs, write_timeout: writeTimeoutMs, max_connections: maxConnections } = this.#config;
    return {
      readTimeoutMs,
      writeTimeoutMs,
      maxConnections,
      tls: this.#tls ? await loadServerTls(this.#config, this.#context.baseDirectory) : undefined,
      onRequest: (request, response, connection) => this.#onRequest(request, response, connection),
      onRefused: (refusal, socket) => {
        this.#note(refusal, socket.remoteAddress);
        return rawAnswer(refusal);
      },
      onError: (error) => this.#context.log.error(`the listener failed: ${error.message}`),
    };
  }

  async #listen(service: HttpService): Promise<HttpPort> {
    const { service_address: address } = this.#config;
    try {
      return await HttpPort.listen(address, service);
    } catch (error) {
      throw new Error(
        `cannot listen on ${listenAddressText(address)}: ${(error as Error).message}; end the program that does, or change service_address`,
        { cause: error },
      );
    }
  }

  #onRequest(request: IncomingMessage, response: ServerResponse, connection: Connection): void {
    const done = this.#answer(request, response, connection).catch((error: unknown) => {
      this.#context.error();
      this.#context.log.error('a request failed', { error });
      this.#refuse(request, response, 'v1', { status: 500, message: 'internal error; the log has more', close: true });
    });
    this.#underWay.add(done);
    void done.finally(() => this.#underWay.delete(done));
  }

  async #answer(request: IncomingMessage, response: ServerResponse, connection: Connection): Promise<void> {
    const refusal = this.#refusalOf(request, connection);
    if (refusal !== undefined) return this.#refuse(request, response, 'v1', refusal);
    const { api, result } = await this.#route(request);
    if (result === undefined) return;
    if ('refusal' in result) return this.#refuse(request, response, api, result.refusal);
    sendAnswer(request, response, this.#stop.signal.aborted ? { ...result.answer, close: true } : result.answer);
  }

  /** Why this request is not even looked at. */
  #refusalOf(request: IncomingMessage, { surplus }: Connection): Refusal | undefined {
    if (this.#stop.signal.aborted) return stopping();
    if (surplus) {
      return { status: 503, message: 'too many connections; raise max_connections', headers: { 'Retry-After': '1' }, close: true };
    }
    if (!this.#tls || isAllowedClient(this.#config, (request.socket as TLSSocket).getPeerCertificate())) return undefined;
    return { status: 403, message: "the name in the client's certificate is not in tls_allowed_dns_names", close: true };
  }

  #refuse(request: IncomingMessage, response: ServerResponse, api: Api, refusal: Refusal): void {
    this.#note(refusal, request.socket.remoteAddress);
    sendAnswer(request, response, refusalAnswer(api, refusal));
  }

  #note(refusal: Refusal, client: string | undefined): void {
    if (refusal.status !== 503) this.#context.error();
    this.#refusals.note(refusal.status, refusal.message, client);
  }

  #warnIfExposed(): void {
    const { service_address: address, tls_allowed_cacerts: authorities } = this.#config;
    if (isLoopback(address)) return;
    const missing: string[] = [];
    if (!this.#tls) missing.push('it does not encrypt (set tls_cert and tls_key)');
    if (this.#authenticate === undefined && authorities.length === 0) {
      missing.push('anyone may write (set basic_username and basic_password, or token)');
    }
    if (missing.length === 0) return;
    this.#context.log.warn(`ATTENTION: ${listenAddressText(address)} can be reached from other machines, and ${missing.join(', and ')}`);
  }
}
