/**
 * Keeps a broken sensor or a server that is down from filling the disk with one sentence.
 *
 * The first time, a message is written at once. Said again, it is counted, and every ten seconds one line tells how often. So a
 * plugin writes at most `MAX_MESSAGES` + 1 lines in that time, whatever happens to it.
 */
import type { LogLevel } from './log-level.ts';

const REPEAT_WINDOW_MS = 10_000;

/** Different messages of one plugin in one window; more than this are flood too, and are counted together. */
const MAX_MESSAGES = 50;

export interface Message {
  readonly level: LogLevel;
  readonly plugin: string;
  readonly text: string;
  readonly details: object | undefined;
}

interface Repeated {
  startMs: number;
  held: number;
  last: Message;
}

const FLOOD = 'other messages';

export class RepeatLimiter {
  readonly #write: (message: Message) => void;
  readonly #now: () => number;
  readonly #plugins = new Map<string, Map<string, Repeated>>();
  #timer: NodeJS.Timeout | undefined;

  /** `write` gets what is to be written, at once or from a timer. */
  constructor(write: (message: Message) => void, now: () => number) {
    this.#write = write;
    this.#now = now;
  }

  /** Writes the message, or counts it. */
  offer(message: Message): void {
    const known = this.#messagesOf(message.plugin);
    const key = keyOf(message);
    const repeated = known.get(key) ?? (known.size >= MAX_MESSAGES ? known.get(FLOOD) : undefined);
    if (repeated !== undefined) {
      repeated.held++;
      repeated.last = message;
      return;
    }
    const isFlood = known.size >= MAX_MESSAGES;
    known.set(isFlood ? FLOOD : key, { startMs: this.#now(), held: isFlood ? 1 : 0, last: message });
    this.#timer ??= setInterval(() => this.sweep(), REPEAT_WINDOW_MS / 10).unref();
    if (!isFlood) this.#write(message);
  }

  /** Sums up every window that is over; with `all`, also those that are not. */
  sweep(all = false): void {
    const nowMs = this.#now();
    for (const [plugin, messages] of this.#plugins) {
      for (const [key, repeated] of messages) {
        if (!all && nowMs - repeated.startMs < REPEAT_WINDOW_MS) continue;
        if (repeated.held === 0) messages.delete(key);
        else this.#sumUp(key, repeated, nowMs);
      }
      if (messages.size === 0) this.#plugins.delete(plugin);
    }
    if (this.#plugins.size === 0) this.#stop();
  }

  /** Sums up what is still held, and forgets. */
  close(): void {
    this.sweep(true);
    this.#plugins.clear();
    this.#stop();
  }

  #sumUp(key: string, repeated: Repeated, nowMs: number): void {
    const { held, last } = repeated;
    const seconds = Math.max(1, Math.round((nowMs - repeated.startMs) / 1000));
    const text =
      key === FLOOD ? `${held} other messages in ${seconds} s, the last: ${last.text}` : `${last.text} … ${held} more in ${seconds} s`;
    repeated.held = 0;
    repeated.startMs = nowMs;
    this.#write({ ...last, text });
  }

  #messagesOf(plugin: string): Map<string, Repeated> {
    let messages = this.#plugins.get(plugin);
    if (messages === undefined) {
      messages = new Map();
      this.#plugins.set(plugin, messages);
    }
    return messages;
  }

  #stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}

/** One sentence with other numbers in it (a process id, a line) is the same sentence. */
function keyOf({ level, text }: Message): string {
  return `${level} ${text.slice(0, 200).replaceAll(/\d+/g, '#')}`;
}
