import type { Readable } from 'node:stream';
import { LineScanner } from '../../../formats/line-protocol/line-scanner.ts';
import type { PluginContext, Sink } from '../../../pipeline/plugin.ts';
import { logBadText } from '../../shared/line-format.ts';
import { deliverPatiently } from '../../shared/patient-delivery.ts';
import { createLineReader, type TextReader } from '../../shared/text-format.ts';
import { MAX_LINE_BYTES, plainLineEnds, singleLines, wholeLines } from '../../shared/whole-lines.ts';
import type { ExecdConfig } from './config.ts';

/** Turns what the program writes into points, as it comes. While the pipeline is busy nothing more is read, so that the program has to wait. */
export class OutputTaker {
  readonly #name: string;
  readonly #context: PluginContext;
  readonly #reader: TextReader;

  constructor(config: ExecdConfig, context: PluginContext) {
    this.#name = config.command[0];
    this.#context = context;
    this.#reader = createLineReader(config, 'execd', context);
  }

  /** Takes all that a stream gives. `signal` aborts when nothing is to be waited for any more. */
  async take(stream: Readable, sink: Sink, signal: AbortSignal): Promise<void> {
    const ends = this.#reader.unit === 'line' ? new LineScanner() : plainLineEnds;
    for await (const lines of wholeLines(stream, ends, () => this.#leaveOut())) await this.#deliver(lines, sink, signal);
  }

  async #deliver(lines: Buffer, sink: Sink, signal: AbortSignal): Promise<void> {
    const texts = this.#reader.unit === 'line' ? [lines] : singleLines(lines);
    const points = texts.flatMap((text) => {
      const read = this.#reader.read(text);
      logBadText(this.#context, this.#name, this.#reader, read, 0);
      return read.points;
    });
    const taken = await deliverPatiently(sink, points, signal);
    if (!taken) this.#context.drop('shutdown', points.length);
  }

  #leaveOut(): void {
    this.#context.drop('line_too_long');
    this.#context.log.error(`left out a line of more than ${MAX_LINE_BYTES} bytes of "${this.#name}"`);
  }
}
