import { LineParser } from '../../../formats/line-protocol/parse.ts';
import { LineWriter } from '../../../formats/line-protocol/write.ts';
import type { Point } from '../../../metric/point.ts';
import type { Output, PluginContext, SendResult } from '../../../pipeline/plugin.ts';
import type { Payload } from '../../../queue/payload.ts';
import { linePayload } from '../../shared/line-payload.ts';
import type { Handle, HttpListener } from '../../shared/listener/http-listener.ts';
import type { Exposer } from './exposer.ts';

/** Metrics on a page that Prometheus fetches. They go through the queue like any others, since the page may be another process'. */
export class PrometheusClientOutput implements Output {
  readonly #context: PluginContext;
  readonly #exposer: Exposer;
  readonly #listener: HttpListener;
  readonly #handle: Handle;
  readonly #writer: LineWriter;
  readonly #parser: LineParser;

  constructor(context: PluginContext, exposer: Exposer, listener: HttpListener, handle: Handle) {
    this.#context = context;
    this.#exposer = exposer;
    this.#listener = listener;
    this.#handle = handle;
    this.#writer = new LineWriter(context.interner, { uintSupport: true });
    this.#parser = new LineParser(context.interner);
  }

  /** The port it listens on; undefined when it does not listen. */
  get port(): number | undefined {
    return this.#listener.port;
  }

  encode(points: readonly Point[], maxPoints: number): readonly Payload[] {
    const payloads: Payload[] = [];
    for (let at = 0; at < points.length; at += maxPoints) {
      const payload = linePayload(this.#writer, '', points.slice(at, at + maxPoints), this.#context);
      if (payload !== undefined) payloads.push(payload);
    }
    return payloads;
  }

  prepare(): Promise<void> {
    return this.#listener.prepare();
  }

  connect(): Promise<void> {
    return this.#listener.start(this.#handle);
  }

  send({ body }: Payload): Promise<SendResult> {
    const { points, errorCount } = this.#parser.parse(body, { precision: 'ns', now: this.#context.clock.now() });
    if (errorCount > 0) this.#context.drop('parse_error', errorCount);
    this.#exposer.add(points);
    return Promise.resolve({ status: 'ok' });
  }

  close(): Promise<void> {
    return this.#listener.stop();
  }
}
