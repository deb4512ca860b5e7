import type { PluginContext, ServiceInput, Sink } from '../../../pipeline/plugin.ts';
import { HttpListener, type Handled } from '../listener/http-listener.ts';
import { influxAnswer, refusalAnswer } from './answer.ts';
import { createAuthenticate, type Authenticate } from './auth.ts';
import type { Face, InfluxListenerConfig } from './config.ts';
import { createRouter, type Routed } from './routes.ts';
import { Writer } from './write.ts';

/** Takes line protocol over HTTP as InfluxDB does, and answers once it is safe. */
export class InfluxdbListener implements ServiceInput {
  readonly #config: InfluxListenerConfig;
  readonly #face: Face;
  readonly #context: PluginContext;
  readonly #authenticate: Authenticate | undefined;
  readonly #listener: HttpListener;

  constructor(config: InfluxListenerConfig, face: Face, context: PluginContext) {
    this.#config = config;
    this.#face = face;
    this.#context = context;
    this.#authenticate = createAuthenticate(config, () => context.clock.now().ms);
    const isOpen = this.#authenticate === undefined && config.tls_allowed_cacerts.length === 0;
    this.#listener = new HttpListener(
      {
        address: config.service_address,
        addressOption: 'service_address',
        readTimeoutMs: config.read_timeout,
        writeTimeoutMs: config.write_timeout,
        maxConnections: config.max_connections,
        tls: config,
        refusalAnswer: (refusal) => refusalAnswer(face.unknown, refusal),
        exposure: isOpen ? `anyone may write (set ${face.lock})` : undefined,
      },
      context,
    );
  }

  /** The port it listens on, also when `service_address` left the choice to the system (port 0); undefined when it does not listen. */
  get port(): number | undefined {
    return this.#listener.port;
  }

  prepare(): Promise<void> {
    return this.#listener.prepare();
  }

  async start(sink: Sink): Promise<void> {
    const nowMs = (): number => this.#context.clock.now().ms;
    const writer = new Writer(this.#config, this.#context, sink);
    const route = createRouter({ face: this.#face, writer, authenticate: this.#authenticate, startedMs: nowMs(), nowMs });
    await this.#listener.start(async (request, stopSignal) => handledOf(await route(request, stopSignal)));
  }

  stop(): Promise<void> {
    return this.#listener.stop();
  }
}

function handledOf({ api, result }: Routed): Handled {
  if (result === undefined) return undefined;
  if ('refusal' in result) return { answer: refusalAnswer(api, result.refusal), refusal: result.refusal };
  return { answer: influxAnswer(result.answer) };
}
