import type { Point } from '../../../metric/point.ts';
import type { Attempt, Output, PluginContext, SendResult } from '../../../pipeline/plugin.ts';
import type { Payload } from '../../../queue/payload.ts';
import type { RemoteWriteClient } from './client.ts';
import type { RemoteWriteEncoder } from './encode.ts';
import { Salvage } from './salvage.ts';

/** Remote write 1.0: what was encoded in order is sent in order, and taken apart when the server refuses some of it. */
export class RemoteWriteOutput implements Output {
  readonly #context: PluginContext;
  readonly #encoder: RemoteWriteEncoder;
  readonly #client: RemoteWriteClient;
  /** The body of the last try that may have been stored although no good answer came; tries that follow begin with the same bytes. */
  #unclear: Buffer = Buffer.alloc(0);

  constructor(context: PluginContext, encoder: RemoteWriteEncoder, client: RemoteWriteClient) {
    this.#context = context;
    this.#encoder = encoder;
    this.#client = client;
  }

  encode(points: readonly Point[], maxPoints: number): readonly Payload[] {
    return this.#encoder.encode(points, maxPoints);
  }

  async connect(): Promise<void> {
    await this.#client.open();
  }

  async send(payload: Payload, { signal }: Attempt): Promise<SendResult> {
    const post = (body: Buffer) => this.#client.post(body, signal, this.#context.clock.now().ms);
    const answer = await post(payload.body);
    switch (answer.kind) {
      case 'ok':
        this.#settle(payload);
        return { status: 'ok' };
      case 'retry':
        if (answer.unclear) this.#noteUnclear(payload.body);
        return { status: 'retry', reason: answer.reason, retryAfterMs: answer.retryAfterMs };
      case 'rejected':
        this.#settle(payload);
        return { status: 'reject', reason: answer.reason };
      case 'refused':
        return this.#salvage(payload, answer.reason, post);
    }
  }

  async close(): Promise<void> {
    await this.#client.close();
  }

  async #salvage(payload: Payload, reason: string, post: (body: Buffer) => ReturnType<RemoteWriteClient['post']>): Promise<SendResult> {
    const result = await new Salvage(payload, this.#maybeStoredBytes(payload.body), post).run(reason);
    // Halves were stored before the answer that is missing: the next try will meet them again.
    if (result.status === 'retry') this.#noteUnclear(payload.body);
    else this.#settle(payload);
    return result;
  }

  /** How many bytes at the beginning of a body were in the unclear try too. A retry may hold more payloads than it, or fewer. */
  #maybeStoredBytes(body: Buffer): number {
    const length = Math.min(this.#unclear.length, body.length);
    return this.#unclear.subarray(0, length).equals(body.subarray(0, length)) ? length : 0;
  }

  #noteUnclear(body: Buffer): void {
    if (body.length > this.#maybeStoredBytes(body)) this.#unclear = body;
  }

  /** The payload is done with; what the unclear try held beyond it is still to come. */
  #settle({ body }: Payload): void {
    const length = this.#maybeStoredBytes(body);
    this.#unclear = this.#unclear.subarray(length);
    if (length < body.length) this.#unclear = Buffer.alloc(0);
  }
}
