import type { PluginContext, ServiceInput, Sink } from '../../../pipeline/plugin.ts';
import { HttpListener } from '../../shared/listener/http-listener.ts';
import type { HttpListenerConfig } from './config.ts';
import { Receiver, refusalAnswer } from './receiver.ts';

/** Takes metrics in any data format over HTTP; see `plugin.ts`. */
export class MetricsListener implements ServiceInput {
  readonly #receiver: Receiver;
  readonly #listener: HttpListener;

  constructor(config: HttpListenerConfig, context: PluginContext) {
    this.#receiver = new Receiver(config, context);
    const isOpen = this.#receiver.isOpen && config.tls_allowed_cacerts.length === 0;
    this.#listener = new HttpListener(
      {
        address: config.service_address,
        addressOption: 'service_address',
        readTimeoutMs: config.read_timeout,
        writeTimeoutMs: config.write_timeout,
        maxConnections: config.max_connections,
        tls: config,
        refusalAnswer,
        exposure: isOpen ? 'anyone may write (set basic_username and basic_password)' : undefined,
      },
      context,
    );
  }

  /** The port it listens on; undefined when it does not listen. */
  get port(): number | undefined {
    return this.#listener.port;
  }

  prepare(): Promise<void> {
    return this.#listener.prepare();
  }

  start(sink: Sink): Promise<void> {
    return this.#listener.start((request, stopSignal) => this.#receiver.handle(request, sink, stopSignal));
  }

  stop(): Promise<void> {
    return this.#listener.stop();
  }
}
