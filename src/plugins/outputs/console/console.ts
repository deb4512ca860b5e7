import type { Point } from '../../../metric/point.ts';
import type { Clock, Output, SendResult } from '../../../pipeline/plugin.ts';
import type { Payload } from '../../../queue/payload.ts';
import type { Terminal } from '../../../telemetry/terminal.ts';
import { ConsoleModel } from './model.ts';
import { decodeSamples, type SampleEncoder } from './samples.ts';
import { plainLines, tableLines, type Frame, type View } from './table.ts';

export interface ConsoleOptions {
  readonly encoder: SampleEncoder;
  readonly view: View;
  readonly terminal: Terminal;
  readonly clock: Clock;
  /** Least time between two drawings, or two rounds of plain lines. */
  readonly intervalMs: number;
}

/** A table that is drawn again in place; where there is no terminal, a line per host now and then. */
export class ConsoleOutput implements Output {
  readonly #options: ConsoleOptions;
  readonly #model = new ConsoleModel();
  readonly #startMs: number;
  #timer: NodeJS.Timeout | undefined;
  #writtenMs = -Infinity;
  #hasNews = false;

  constructor(options: ConsoleOptions) {
    this.#options = options;
    this.#startMs = options.clock.now().ms;
  }

  encode(points: readonly Point[], maxPoints: number): readonly Payload[] {
    return this.#options.encoder.encode(points, maxPoints);
  }

  connect(): Promise<void> {
    if (this.#options.terminal.isLive) {
      this.#draw();
      this.#timer = setInterval(() => this.#draw(), this.#options.intervalMs).unref();
    }
    return Promise.resolve();
  }

  send(payload: Payload): Promise<SendResult> {
    const nowMs = this.#options.clock.now().ms;
    this.#model.add(decodeSamples(payload.body), payload.points, nowMs);
    this.#hasNews = true;
    const isDue = nowMs - this.#writtenMs >= this.#options.intervalMs;
    if (isDue && !this.#options.terminal.isLive) this.#write();
    return Promise.resolve({ status: 'ok' });
  }

  /** Leaves the last state on the screen, and the cursor as it was. */
  close(): Promise<void> {
    clearInterval(this.#timer);
    if (this.#options.terminal.isLive) this.#draw();
    else if (this.#hasNews) this.#write();
    this.#options.terminal.release();
    return Promise.resolve();
  }

  #draw(): void {
    this.#options.terminal.draw(tableLines(this.#model, this.#options.view, this.#frame()));
  }

  #write(): void {
    const frame = this.#frame();
    for (const line of plainLines(this.#model, this.#options.view, frame)) this.#options.terminal.writeOut(line);
    this.#writtenMs = frame.nowMs;
    this.#hasNews = false;
  }

  #frame(): Frame {
    const { terminal, clock } = this.#options;
    const nowMs = clock.now().ms;
    return { columns: terminal.columns, rows: terminal.rows, nowMs, uptimeSeconds: Math.max(0, nowMs - this.#startMs) / 1000 };
  }
}
