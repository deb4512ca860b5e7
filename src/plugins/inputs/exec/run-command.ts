import type { Readable } from 'node:stream';
import { exitText, ProcessGroup, type Surroundings } from '../../shared/process-group.ts';

/** Bytes that a command may write. */
const MAX_OUTPUT = 64 * 1024 * 1024;

/** What is kept of what it says on standard error. */
const MAX_STDERR = 64 * 1024;

export interface Outcome {
  readonly stdout: Buffer;
  readonly stderr: string;
  /** What went wrong; undefined: it ended with status 0. */
  readonly failure: string | undefined;
}

export interface RunOptions extends Surroundings {
  readonly timeoutMs: number;
  /** Ends the command when it aborts. */
  readonly signal: AbortSignal;
}

/**
 * Runs a command to its end, or ends it with all that it started when its time is over. As in Telegraf a command that ends well
 * when it is asked to has not failed. Throws when it can't be started, or writes without end.
 */
export async function runCommand(argv: readonly string[], options: RunOptions): Promise<Outcome> {
  const group = await ProcessGroup.start(argv, options);
  group.stdin.end();
  const end = (): void => void group.end();
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    end();
  }, options.timeoutMs);
  options.signal.addEventListener('abort', end);
  if (options.signal.aborted) end();
  const stdout = new Collector(group.stdout, MAX_OUTPUT, end);
  const stderr = new Collector(group.stderr, MAX_STDERR);
  const exit = await group.closed;
  clearTimeout(timer);
  options.signal.removeEventListener('abort', end);
  if (stdout.isCut) throw new Error(`it wrote more than ${MAX_OUTPUT} bytes`);
  const how = timedOut ? 'command timed out' : exitText(exit);
  return { stdout: stdout.bytes(), stderr: stderr.bytes().toString('utf8'), failure: exit.code === 0 ? undefined : how };
}

/** Keeps what a stream gives, up to a bound; what comes after it is thrown away, and told of once. */
class Collector {
  isCut = false;
  readonly #chunks: Buffer[] = [];
  #room: number;

  constructor(stream: Readable, maxBytes: number, onCut?: () => void) {
    this.#room = maxBytes;
    stream.on('data', (chunk: Buffer) => {
      const isFirstCut = chunk.length > this.#room && !this.isCut;
      if (this.#room > 0) this.#chunks.push(chunk.subarray(0, this.#room));
      this.#room = Math.max(0, this.#room - chunk.length);
      if (!isFirstCut) return;
      this.isCut = true;
      onCut?.();
    });
  }

  bytes(): Buffer {
    return Buffer.concat(this.#chunks);
  }
}
