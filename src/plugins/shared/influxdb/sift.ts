/**
 * Finds the points of a payload that the server refuses, so that each of them stands alone with the server's words, and
 * everything else is in.
 *
 * The server's words name most of them; halves that are sent again find the others. Writing twice changes nothing, and what is
 * left of every part is sent again as a whole, in order, so that no value is left where a later one of the same series and
 * time belongs.
 */
import type { SendResult } from '../../../pipeline/plugin.ts';
import type { Payload, Refused } from '../../../queue/payload.ts';
import { parseConflict } from './conflict.ts';
import type { Mender } from './mender.ts';
import { namedLines, type Line } from './named.ts';
import type { Refusal, Verdict } from './verdict.ts';

/** After so many requests for one payload, a part that is refused is given up as a whole. */
const MAX_REQUESTS = 500;

export class Sift {
  readonly #payload: Payload;
  readonly #mender: Mender;
  readonly #post: (body: Buffer) => Promise<Verdict>;
  readonly #refused: Refused[] = [];
  /** What became of a line that can't be stored as it is: its new text, or undefined. */
  readonly #fates = new Map<Line, Line | undefined>();
  #requests = 0;
  #retry: Extract<SendResult, { status: 'retry' }> | undefined;

  /** `post` sends a part of the payload. */
  constructor(payload: Payload, mender: Mender, post: (body: Buffer) => Promise<Verdict>) {
    this.#payload = payload;
    this.#mender = mender;
    this.#post = post;
  }

  /** Delivers what can be delivered of a payload's lines, of which the server refused something. `retry`: an answer was missing on the way. */
  async run(lines: readonly Line[], refusal: Refusal): Promise<SendResult> {
    await this.#settle(lines, refusal);
    if (this.#retry !== undefined) return this.#retry;
    return this.#refused.length === 0 ? { status: 'ok' } : { status: 'partial', refused: this.#refused };
  }

  /** Sends lines, and what is left of them, until each is either in or refused. `known` is the answer to the first request, if it was made. */
  async #settle(lines: readonly Line[], known?: Refusal): Promise<void> {
    let verdict: Verdict | undefined = known;
    for (let left = lines; left.length > 0 && this.#retry === undefined; left = this.#leftOf(left)) {
      verdict ??= await this.#send(left);
      if (verdict.kind === 'ok') return;
      if (verdict.kind === 'reject') return this.#refuse(left, verdict.reason);
      if (verdict.kind !== 'refused') return this.#stop(verdict);
      if (this.#requests > MAX_REQUESTS) return this.#giveUp(left, verdict.reason);
      const found = this.#fates.size;
      await this.#judge(left, verdict);
      if (this.#fates.size === found) return this.#settleHalves(left);
      verdict = undefined;
    }
  }

  /** The first half before the second: a value that replaces another comes after it. */
  async #settleHalves(lines: readonly Line[]): Promise<void> {
    const middle = lines.length >> 1;
    await this.#settle(lines.slice(0, middle));
    await this.#settle(lines.slice(middle));
  }

  /** Decides on the lines that the answer tells of, as far as it does. */
  async #judge(lines: readonly Line[], refusal: Refusal): Promise<void> {
    const { certain, suspected } = namedLines(lines, refusal, () => this.#mender.read(lines));
    if (certain.size > 0) {
      for (const [line, reason] of certain) this.#refuse([line], reason);
    } else if (suspected.length > 0 && suspected.length < lines.length) {
      await this.#settle(suspected);
    } else if (lines.length === 1 || refusal.dropped >= lines.length) {
      this.#mendOrRefuse(lines, refusal);
    }
  }

  #mendOrRefuse(lines: readonly Line[], { words, reason }: Refusal): void {
    const conflict = parseConflict(words);
    for (const line of lines) {
      const mended = conflict && this.#mender.mend(line, conflict, this.#payload.destination);
      if (mended === undefined) this.#refuse([line], reason);
      else this.#fates.set(line, mended);
    }
  }

  #send(lines: readonly Line[]): Promise<Verdict> {
    this.#requests++;
    return this.#post(Buffer.concat(lines));
  }

  #leftOf(lines: readonly Line[]): Line[] {
    return lines.map((line) => this.#current(line)).filter((line) => line !== undefined);
  }

  #current(line: Line): Line | undefined {
    let current: Line | undefined = line;
    while (current !== undefined && this.#fates.has(current)) current = this.#fates.get(current);
    return current;
  }

  #giveUp(lines: readonly Line[], reason: string): void {
    for (const line of lines) this.#fates.set(line, undefined);
    this.#refused.push(this.#letter(Buffer.concat(lines), lines.length, `${reason} (not sent one by one: some may be stored)`));
  }

  #refuse(lines: readonly Line[], reason: string): void {
    for (const line of lines) {
      this.#fates.set(line, undefined);
      this.#refused.push(this.#letter(line, 1, reason));
    }
  }

  #letter(body: Buffer, points: number, reason: string): Refused {
    return { ...this.#payload, ...this.#mender.timesOf(body), body, points, reason };
  }

  /** The payload was not too large, and its database was there: so it will be again. */
  #stop(verdict: Exclude<Verdict, { kind: 'ok' | 'refused' | 'reject' }>): void {
    const { kind, reason } = verdict;
    this.#retry = { status: 'retry', reason, retryAfterMs: kind === 'retry' ? verdict.retryAfterMs : undefined };
  }
}
