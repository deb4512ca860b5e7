import { LineParser } from '../../../formats/line-protocol/parse.ts';
import { LineWriter } from '../../../formats/line-protocol/write.ts';
import type { Point } from '../../../metric/point.ts';
import type { Output, PluginContext, SendResult } from '../../../pipeline/plugin.ts';
import type { HeldPort } from '../../../pipeline/ports.ts';
import type { Payload } from '../../../queue/payload.ts';
import { LineEncoder } from '../../shared/line-payload.ts';
import type { Handle, HttpListener } from '../../shared/listener/http-listener.ts';
import type { Exposer } from '../../shared/exposition-page/exposer.ts';
import type { KeptPage } from './kept-page.ts';
import type { Page } from '../../shared/exposition-page/page.ts';

/** What makes a page, and what is done with it. */
export interface PageParts {
  /** The same for options that make the same page. */
  readonly name: string;
  readonly createPage: () => KeptPage;
  readonly createExposer: (page: Page) => Exposer;
  readonly createHandle: (page: Page) => Handle;
}

/** Metrics on a page that Prometheus fetches. They go through the queue like any others, since the page may be another process'. */
export class PrometheusClientOutput implements Output {
  readonly #context: PluginContext;
  readonly #parts: PageParts;
  readonly #listener: HttpListener;
  readonly #lines: LineEncoder;
  readonly #parser: LineParser;
  #held: HeldPort<KeptPage> | undefined;
  #exposer: Exposer | undefined;

  constructor(context: PluginContext, listener: HttpListener, parts: PageParts) {
    this.#context = context;
    this.#listener = listener;
    this.#parts = parts;
    this.#lines = new LineEncoder(new LineWriter(context.interner, { uintSupport: true }), context);
    this.#parser = new LineParser(context.interner);
  }

  /** The port it listens on; undefined when it does not listen. */
  get port(): number | undefined {
    return this.#listener.port;
  }

  encode(points: readonly Point[], maxPoints: number): readonly Payload[] {
    return this.#lines.encode('', points, maxPoints);
  }

  async prepare(): Promise<void> {
    await this.#holdPage();
    await this.#listener.prepare();
  }

  async connect(): Promise<void> {
    const page = await this.#holdPage();
    this.#exposer ??= this.#parts.createExposer(page);
    await this.#listener.start(this.#parts.createHandle(page));
  }

  send({ body }: Payload): Promise<SendResult> {
    const { points, errorCount } = this.#parser.parse(body, { precision: 'ns', now: this.#context.clock.now() });
    if (errorCount > 0) this.#context.drop('parse_error', errorCount);
    this.#exposer?.add(points);
    return Promise.resolve({ status: 'ok' });
  }

  async close(): Promise<void> {
    await this.#listener.stop();
    await this.#held?.release();
  }

  async #holdPage(): Promise<Page> {
    const { name, createPage } = this.#parts;
    this.#held ??= await this.#context.ports.hold(name, () => Promise.resolve(createPage()));
    return this.#held.port.page;
  }
}
