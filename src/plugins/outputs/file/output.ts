import { LineWriter, type LineWriterOptions } from '../../../formats/line-protocol/write.ts';
import type { Point } from '../../../metric/point.ts';
import type { Output, PluginContext, SendResult } from '../../../pipeline/plugin.ts';
import type { Payload } from '../../../queue/payload.ts';
import { errorText } from '../../../telemetry/error-text.ts';
import { LineEncoder } from '../../shared/line-payload.ts';
import type { Compressor } from './compression.ts';
import type { Target } from './target.ts';

/** Line protocol appended to every target, or to none: a retry then repeats nothing. */
export class FileOutput implements Output {
  readonly #context: PluginContext;
  readonly #targets: readonly Target[];
  readonly #compress: Compressor;
  readonly #lines: LineEncoder;

  constructor(context: PluginContext, targets: readonly Target[], compress: Compressor, lines: LineWriterOptions) {
    this.#context = context;
    // What can't be taken back is written last.
    this.#targets = targets.toSorted((a, b) => Number(a.undo === undefined) - Number(b.undo === undefined));
    this.#compress = compress;
    this.#lines = new LineEncoder(new LineWriter(context.interner, lines), context);
  }

  encode(points: readonly Point[], maxPoints: number): readonly Payload[] {
    return this.#lines.encode('', points, maxPoints);
  }

  async connect(): Promise<void> {
    for (const target of this.#targets) await target.open();
  }

  async send(payload: Payload): Promise<SendResult> {
    const bytes = await this.#compress(payload.body);
    const touched: Target[] = [];
    try {
      for (const target of this.#targets) {
        touched.push(target);
        await target.append(bytes);
      }
      return { status: 'ok' };
    } catch (error) {
      await this.#undo(touched);
      return { status: 'retry', reason: errorText(error) };
    }
  }

  async close(): Promise<void> {
    for (const target of this.#targets) await target.close();
  }

  async #undo(targets: readonly Target[]): Promise<void> {
    for (const target of targets) {
      try {
        await target.undo?.();
      } catch (error) {
        this.#context.log.error('cannot take a broken write back; the file may hold some lines twice', { error });
      }
    }
  }
}
