/**
 * A payload that may be what its server fails on: an error that looks as if it would pass and never does, for a point that the
 * server can't digest. It must not hold up its partition for ever, and no outage may ever turn a good point into a dead letter.
 *
 * So it is kept aside, while its partition waits and the others go on, and tried again and again. A failure counts against it only
 * if the server took another request for the same destination since the failure before. After `STRIKES` of those it is cut in
 * halves, down to single points, and a point that fails `STRIKES_ALONE` times in the same way is refused.
 */
import { joinPayloads, type Payload, type Refused } from '../queue/payload.ts';
import type { Lease } from '../queue/store.ts';
import { backoffMs } from './backoff.ts';
import type { Log } from './plugin.ts';
import type { Outcome, Retry, Split } from './shipment.ts';

/** Failures, while the server took others, after which the payload is cut in halves. */
const STRIKES = 10;
/** The same for a single point, or what can't be cut, before it is refused. */
const STRIKES_ALONE = 3;

/** After so many points of one payload, the rest of it is not cut any further: what fails is refused as it is. */
const MAX_SINGLED_OUT = 32;

/** One payload that is suspected, with its lease. */
export class Suspect {
  readonly lease: Lease;
  readonly #log: Log;
  /** What is left to send, in order. */
  readonly #pieces: Payload[];
  readonly #refused: Refused[] = [];
  #singledOut = 0;
  #strikes = 0;
  /** Of the piece at hand, once it is not cut any further. */
  #strikesAlone = 0;
  /** Failures in a row. */
  #failures = 0;
  /** Whether the server took another request for the same destination since the failure before. */
  #othersTaken = false;
  /** Whether it is being sent at this moment. */
  #isOnTrial = false;
  #retryAtMs = 0;
  #reason = '';

  constructor(lease: Lease, failure: Retry, log: Log) {
    this.lease = lease;
    this.#log = log;
    this.#pieces = [joinPayloads(lease.payloads)];
    this.#failed(failure);
  }

  /** When it is to be tried again, on the monotonic clock; never while it is being tried. */
  get retryAtMs(): number {
    return this.#isOnTrial ? Infinity : this.#retryAtMs;
  }

  /** The server's last words about it. */
  get reason(): string {
    return this.#reason;
  }

  /** Has it tried again at once. */
  retryNow(): void {
    this.#retryAtMs = 0;
  }

  /** The server took another request for this destination. */
  noteTaken(destination: string): void {
    if (destination === this.lease.payloads[0].destination) this.#othersTaken = true;
  }

  /** Tries again. Resolves to what was refused for good once all of it is settled; undefined while some of it still fails. */
  async retry(deliver: (payload: Payload) => Promise<Outcome>, split: Split, signal: AbortSignal): Promise<readonly Refused[] | undefined> {
    this.#isOnTrial = true;
    for (let piece = this.#pieces[0]; piece !== undefined; piece = this.#pieces[0]) {
      const outcome = await deliver(piece);
      if (outcome.status === 'settled') {
        this.#settled(outcome.refused);
      } else if (signal.aborted || !this.#judge(piece, outcome, split)) {
        this.#isOnTrial = false;
        return undefined;
      }
    }
    return this.#refused;
  }

  /** Whether the failure changed what is left, so that it may go on; else it waits. */
  #judge(piece: Payload, failure: Retry, split: Split): boolean {
    const isStrike = this.#othersTaken;
    this.#othersTaken = false;
    if (isStrike && this.#strikes++ === 0) this.#warn(piece, failure);
    const halves = this.#strikes >= STRIKES && this.#singledOut < MAX_SINGLED_OUT ? split(piece) : undefined;
    if (halves !== undefined) {
      this.#pieces.splice(0, 1, ...halves);
      return true;
    }
    if (isStrike && this.#strikes >= STRIKES) this.#strikesAlone++;
    if (this.#strikesAlone >= STRIKES_ALONE) {
      this.#singledOut++;
      this.#settled([{ ...piece, reason: `given up, while the server took others: ${failure.reason}` }]);
      return true;
    }
    this.#failed(failure);
    return false;
  }

  #warn({ points, destination }: Payload, { reason }: Retry): void {
    const message = 'the server fails on one payload while it takes others; it is kept aside and tried again';
    this.#log.warn(message, { points, destination, reason });
  }

  #settled(refused: readonly Refused[]): void {
    this.#refused.push(...refused);
    this.#pieces.shift();
    this.#strikesAlone = 0;
    this.#failures = 0;
  }

  #failed({ reason, retryAfterMs }: Retry): void {
    this.#failures++;
    this.#reason = reason;
    this.#retryAtMs = performance.now() + backoffMs(this.#failures, retryAfterMs);
  }
}

/** All suspects of an output: at most one for each partition. */
export class Suspects {
  readonly #all = new Set<Suspect>();

  add(suspect: Suspect): void {
    this.#all.add(suspect);
  }

  delete(suspect: Suspect): void {
    this.#all.delete(suspect);
  }

  /** One of them. */
  get first(): Suspect | undefined {
    const [first] = this.#all;
    return first;
  }

  /** The one that is to be tried next. */
  get next(): Suspect | undefined {
    let next = this.first;
    for (const suspect of this.#all) if (next === undefined || suspect.retryAtMs < next.retryAtMs) next = suspect;
    return next;
  }

  noteTaken(destination: string): void {
    for (const suspect of this.#all) suspect.noteTaken(destination);
  }

  retryNow(): void {
    for (const suspect of this.#all) suspect.retryNow();
  }

  /** Suspects nothing any more; resolves to the leases, to be given back. */
  clear(): readonly Lease[] {
    const leases = [...this.#all].map(({ lease }) => lease);
    this.#all.clear();
    return leases;
  }
}
