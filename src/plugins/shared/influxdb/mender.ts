import { LineParser } from '../../../formats/line-protocol/parse.ts';
import { LineWriter, type LineWriterOptions } from '../../../formats/line-protocol/write.ts';
import type { Point } from '../../../metric/point.ts';
import type { PluginContext } from '../../../pipeline/plugin.ts';
import type { Payload } from '../../../queue/payload.ts';
import { isOfType, wantedNumber, type Conflict } from './conflict.ts';
import type { Line } from './named.ts';
import type { NumberPromises } from './number-promises.ts';
import { withNumbers } from './numbers.ts';

/** Reads lines that were refused, and writes them as the server wants them where nothing is lost. */
export class Mender {
  readonly #context: PluginContext;
  readonly #parser: LineParser;
  readonly #writer: LineWriter;
  readonly #promises: NumberPromises | undefined;

  /** Without promises, numbers stay as they came. */
  constructor(context: PluginContext, lines: LineWriterOptions, promises: NumberPromises | undefined) {
    this.#context = context;
    this.#parser = new LineParser(context.interner);
    this.#writer = new LineWriter(context.interner, lines);
    this.#promises = promises;
  }

  /** The points of lines, one each; undefined when some of them can't be read. */
  read(lines: readonly Line[]): readonly Point[] | undefined {
    const { points } = this.#parser.parse(Buffer.concat(lines), { precision: 'ns', now: this.#context.clock.now() });
    return points.length === lines.length ? points : undefined;
  }

  /** The times that a payload of these lines has. */
  timesOf(lines: Line): Pick<Payload, 'firstMs' | 'lastMs'> | undefined {
    const { points } = this.#parser.parse(lines, { precision: 'ns', now: this.#context.clock.now() });
    if (points.length === 0) return undefined;
    const times = points.map(({ ms }) => ms);
    return { firstMs: Math.min(...times), lastMs: Math.max(...times) };
  }

  /** The line with the field's number in the kind that the server has; undefined when that would change it. */
  mend(line: Line, conflict: Conflict, destination: string): Line | undefined {
    const kind = wantedNumber(conflict);
    if (kind === undefined || this.#promises === undefined) return undefined;
    this.#promises.becomeFloat(destination, conflict.measurement, conflict.field);
    const [point] = this.read([line]) ?? [];
    if (point === undefined || !isOfType(point, conflict)) return undefined;
    const mended = withNumbers(this.#context.interner, point, new Map([[point.shape.indexOf(conflict.field), kind]]));
    if (isOfType(mended, conflict)) return undefined;
    this.#writer.append(mended);
    return this.#writer.take();
  }
}
