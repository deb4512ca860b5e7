/** Which version of the protocol a receiver is spoken to in, by the option `protocol` and by what it has answered. */
import { compressMessage, snappyRequest, unpackRequest } from '../../../formats/remote-write/packed-request.ts';
import { toVersion1 } from '../../../formats/remote-write/request-v1.ts';
import { toVersion2 } from '../../../formats/remote-write/request-v2.ts';
import type { PluginContext } from '../../../pipeline/plugin.ts';
import type { RemoteWriteClient } from './client.ts';
import { answerOf, type Answer, type Retry, type Version } from './verdict.ts';

/** `auto`: 2.0, until the receiver shows that it knows only 1.0. */
export type Protocol = Version | 'auto';

/** Speaks to one receiver, in the version that it knows. */
export class Negotiator {
  readonly #client: RemoteWriteClient;
  readonly #context: PluginContext;
  readonly #protocol: Protocol;
  #version: Version;

  constructor(client: RemoteWriteClient, protocol: Protocol, context: PluginContext) {
    this.#client = client;
    this.#context = context;
    this.#protocol = protocol;
    this.#version = this.#preferred;
  }

  /** Posts a packed request in its form 1.0, or what 2.0 makes of it. Only one that was encoded for 2.0 may have start times. */
  async post(body: Buffer, hasStartTimes: boolean, signal: AbortSignal): Promise<Exclude<Answer, { kind: 'unsupported' }>> {
    const answer = await this.#post(body, hasStartTimes, this.#version, signal);
    if (answer.kind !== 'unsupported') return answer;
    if (this.#protocol !== 'auto') return this.#mismatch(answer.reason);
    this.#fallBack(answer.reason);
    const second = await this.#post(body, hasStartTimes, 1, signal);
    return second.kind === 'unsupported' ? this.#mismatch(second.reason) : second;
  }

  get #preferred(): Version {
    return this.#protocol === 'auto' ? 2 : this.#protocol;
  }

  async #post(body: Buffer, hasStartTimes: boolean, version: Version, signal: AbortSignal): Promise<Answer> {
    const message = version === 1 && !hasStartTimes ? snappyRequest(body) : compressMessage(this.#message(unpackRequest(body), version));
    const response = await this.#client.post(message, version, signal);
    if (typeof response !== 'string') return answerOf(response, version, this.#context.clock.now().ms);
    // When the server is back, it may be a newer one.
    this.#version = this.#preferred;
    return { kind: 'retry', reason: response, retryAfterMs: undefined };
  }

  #message(request: Buffer, version: Version): Buffer {
    return version === 1 ? toVersion1(request) : toVersion2(request, (name) => this.#context.metadata.of(name));
  }

  #fallBack(reason: string): void {
    if (this.#version === 2) this.#context.log.info('the receiver knows only remote write 1.0, which is used from here on', { reason });
    this.#version = 1;
  }

  #mismatch(reason: string): Retry {
    const advice = this.#protocol === 2 ? 'set protocol to 1 or auto' : 'set protocol to 2';
    return { kind: 'retry', reason: `${reason} (the receiver speaks another version of remote write: ${advice})`, retryAfterMs: undefined };
  }
}
