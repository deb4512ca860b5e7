/** What plugins that listen for HTTP share: the port, TLS, the bounds, and an end that leaves no request without an answer. */
import { setMaxListeners } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { TLSSocket } from 'node:tls';
import { isLoopback, listenAddressText, type ListenAddress } from '../../../config/listen-address.ts';
import type { PluginContext } from '../../../pipeline/plugin.ts';
import { isAllowedClient, loadServerTls, wantsTls, type ServerTlsConfig } from '../server-tls.ts';
import { rawAnswer, sendAnswer, type Answer, type Refusal } from './answer.ts';
import { stopping } from './body.ts';
import { HeldService } from './held-service.ts';
import { HttpPort, type Connection, type HttpService } from './http-port.ts';
import { RefusalLog } from './refusal-log.ts';

/** How long requests under way may take to arrive when the port is handed over; meanwhile those that come wait. */
const LAST_BODIES_MS = 1000;

/** What a client is asked to try again is no error. */
const COME_AGAIN = new Set([429, 503]);

/** What to answer a request, and what was refused by it, if anything; undefined when nobody is left to be answered. */
export type Handled = { readonly answer: Answer; readonly refusal?: Refusal } | undefined;

/** Answers a request. `stopSignal` aborts when the listener stops. An exception becomes a 500. */
export type Handle = (request: IncomingMessage, stopSignal: AbortSignal) => Promise<Handled>;

export interface HttpListenerOptions {
  readonly address: ListenAddress;
  /** The option that it comes from, for messages. */
  readonly addressOption: string;
  readonly readTimeoutMs: number;
  readonly writeTimeoutMs: number;
  readonly maxConnections: number;
  readonly tls: ServerTlsConfig;
  /** The form in which requests are refused that are not even handled. */
  readonly refusalAnswer: (refusal: Refusal) => Answer;
  /** What is dangerous about it where other machines reach it, beside missing TLS: `anyone may write (set …)`. */
  readonly exposure: string | undefined;
}

/** Listens for one plugin, from `prepare` or `start` to `stop`. */
export class HttpListener {
  readonly #options: HttpListenerOptions;
  readonly #context: PluginContext;
  readonly #isTls: boolean;
  readonly #refusals: RefusalLog;
  readonly #service: HeldService<HttpService, HttpPort>;
  readonly #stop = new AbortController();
  /** Requests being answered. */
  readonly #underWay = new Set<Promise<void>>();
  /** Nothing is handed on before `start` has put the real one in. */
  #handle: Handle = () => Promise.reject(new Error('a request arrived before the start'));

  /** Throws `ConfigError` when the options of TLS contradict each other. */
  constructor(options: HttpListenerOptions, context: PluginContext) {
    this.#options = options;
    this.#context = context;
    this.#isTls = wantsTls(options.tls);
    this.#service = new HeldService(context.ports);
    this.#refusals = new RefusalLog(context.log, () => performance.now());
    setMaxListeners(0, this.#stop.signal);
  }

  /** The port it listens on, also when the address left the choice to the system (port 0); undefined when it does not listen. */
  get port(): number | undefined {
    return this.#service.port?.place;
  }

  /** Takes the port ahead of the start, where a running pipeline leaves it free: see `ServiceInput.prepare`. */
  async prepare(): Promise<void> {
    const service = await this.#makeService();
    await this.#service.prepare(this.#portName, this.#options.address.port, () => this.#listen(service));
  }

  /** Resolves once it listens. Throws when it can't. */
  async start(handle: Handle): Promise<void> {
    this.#handle = handle;
    const service = await this.#makeService();
    const { place: port } = await this.#service.hold(this.#portName, () => this.#listen(service));
    await this.#service.serve(service);
    this.#context.log.info(`listening on ${this.#scheme}://${listenAddressText({ ...this.#options.address, port })}`);
    this.#warnIfExposed();
  }

  /** Takes nothing new, answers what is under way, and lets go of the port. */
  async stop(): Promise<void> {
    if (this.#service.port === undefined) return;
    if (!this.#service.pause()) this.#stop.abort();
    const timer = setTimeout(() => this.#stop.abort(), LAST_BODIES_MS);
    while (this.#underWay.size > 0) await Promise.all(this.#underWay);
    clearTimeout(timer);
    await this.#service.release();
  }

  get #scheme(): string {
    return this.#isTls ? 'https' : 'http';
  }

  get #portName(): string {
    return `${this.#scheme}://${listenAddressText(this.#options.address)}`;
  }

  async #makeService(): Promise<HttpService> {
    const { readTimeoutMs, writeTimeoutMs, maxConnections, tls, refusalAnswer } = this.#options;
    return {
      readTimeoutMs,
      writeTimeoutMs,
      maxConnections,
      tls: this.#isTls ? await loadServerTls(tls, this.#context.baseDirectory) : undefined,
      onRequest: (request, response, connection) => this.#onRequest(request, response, connection),
      onRefused: (refusal, socket) => {
        this.#note(refusal, socket.remoteAddress);
        return rawAnswer(refusalAnswer(refusal));
      },
      onError: (error) => this.#context.log.error(`the listener failed: ${error.message}`),
    };
  }

  async #listen(service: HttpService): Promise<HttpPort> {
    const { address, addressOption } = this.#options;
    try {
      return await HttpPort.listen(address, service);
    } catch (error) {
      throw new Error(
        `cannot listen on ${listenAddressText(address)}: ${(error as Error).message}; end the program that does, or change ${addressOption}`,
        { cause: error },
      );
    }
  }

  #onRequest(request: IncomingMessage, response: ServerResponse, connection: Connection): void {
    const done = this.#answer(request, response, connection).catch((error: unknown) => {
      this.#context.error();
      this.#context.log.error('a request failed', { error });
      this.#refuse(request, response, { status: 500, message: 'internal error; the log has more', close: true });
    });
    this.#underWay.add(done);
    void done.finally(() => this.#underWay.delete(done));
  }

  async #answer(request: IncomingMessage, response: ServerResponse, connection: Connection): Promise<void> {
    const refusal = this.#refusalOf(request, connection);
    if (refusal !== undefined) return this.#refuse(request, response, refusal);
    const { signal } = this.#stop;
    const handled = await this.#handle(request, signal);
    if (handled === undefined) return;
    if (handled.refusal !== undefined) this.#note(handled.refusal, request.socket.remoteAddress);
    const isLast = signal.aborted && handled.refusal === undefined;
    sendAnswer(request, response, isLast ? { ...handled.answer, close: true } : handled.answer);
  }

  /** Why this request is not even looked at. */
  #refusalOf(request: IncomingMessage, { surplus }: Connection): Refusal | undefined {
    if (this.#stop.signal.aborted) return stopping();
    if (surplus) {
      return { status: 503, message: 'too many connections; raise max_connections', headers: { 'Retry-After': '1' }, close: true };
    }
    if (!this.#isTls || isAllowedClient(this.#options.tls, (request.socket as TLSSocket).getPeerCertificate())) return undefined;
    return { status: 403, message: "the name in the client's certificate is not in tls_allowed_dns_names", close: true };
  }

  #refuse(request: IncomingMessage, response: ServerResponse, refusal: Refusal): void {
    this.#note(refusal, request.socket.remoteAddress);
    sendAnswer(request, response, this.#options.refusalAnswer(refusal));
  }

  #note(refusal: Refusal, client: string | undefined): void {
    if (!COME_AGAIN.has(refusal.status)) this.#context.error();
    this.#refusals.note(refusal.status, refusal.message, client);
  }

  #warnIfExposed(): void {
    const { address, exposure } = this.#options;
    if (isLoopback(address)) return;
    const missing = [
      ...(this.#isTls ? [] : ['it does not encrypt (set tls_cert and tls_key)']),
      ...(exposure === undefined ? [] : [exposure]),
    ];
    if (missing.length === 0) return;
    this.#context.log.warn(`ATTENTION: ${listenAddressText(address)} can be reached from other machines, and ${missing.join(', and ')}`);
  }
}
