/**
 * Finds the metrics that a server refuses, so that one of them never takes its neighbours with it: what is refused is sent again in
 * halves, in order. A server may get some metrics twice.
 */
import type { SendResult } from '../../../pipeline/plugin.ts';
import type { Payload, Refused } from '../../../queue/payload.ts';
import type { Verdict } from './verdict.ts';

/** After so many requests for one payload what is still refused is given up as a whole. */
const MAX_REQUESTS = 200;

/** So many metrics refused one by one and none taken: the server does not like any, whatever is in them. */
const ALL_REFUSED = 8;

export interface SiftOptions {
  readonly send: (payload: Payload) => Promise<Verdict>;
  readonly split: (payload: Payload) => readonly [Payload, Payload] | undefined;
}

export class Sift {
  readonly #options: SiftOptions;
  readonly #refused: Refused[] = [];
  #requests = 0;
  #anyTaken = false;
  #retry: Extract<SendResult, { status: 'retry' }> | undefined;

  constructor(options: SiftOptions) {
    this.#options = options;
  }

  /** Delivers what can be delivered of a payload that was refused for this reason. `retry`: an answer was missing on the way. */
  async run(payload: Payload, reason: string): Promise<SendResult> {
    await this.#sift(payload, reason);
    return this.#retry ?? { status: 'partial', refused: this.#refused };
  }

  async #sift(payload: Payload, reason: string): Promise<void> {
    const halves = this.#isHopeless() ? undefined : this.#options.split(payload);
    if (halves === undefined) {
      this.#refused.push({ ...payload, reason: payload.points === 1 ? reason : `${reason} (not sent one by one: some may be stored)` });
      return;
    }
    for (const half of halves) {
      if (this.#retry === undefined) await this.#settle(half);
    }
  }

  async #settle(payload: Payload): Promise<void> {
    this.#requests++;
    const verdict = await this.#options.send(payload);
    switch (verdict.kind) {
      case 'ok':
        this.#anyTaken = true;
        return;
      case 'refused':
      case 'too_large':
        return this.#sift(payload, verdict.reason);
      case 'reject':
        this.#refused.push({ ...payload, reason: verdict.reason });
        return;
      case 'retry':
        this.#retry = { status: 'retry', reason: verdict.reason, retryAfterMs: verdict.retryAfterMs };
    }
  }

  #isHopeless(): boolean {
    return this.#requests >= MAX_REQUESTS || (!this.#anyTaken && this.#refused.length >= ALL_REFUSED);
  }
}
