import { LineWriter } from '../formats/line-protocol/write.ts';
import type { Interner } from '../metric/interner.ts';
import type { Point } from '../metric/point.ts';
import { printLines } from '../plugins/shared/print-lines.ts';
import { terminal, type Terminal } from '../telemetry/terminal.ts';

const MARK = Buffer.from('> ');

/** Prints points as `telegraf --test` does: `> ` and line protocol, fields sorted, uints with `u`; nothing that would steer a terminal. */
export class LinePrinter {
  readonly #writer: LineWriter;
  readonly #terminal: Terminal;

  constructor(interner: Interner, to: Terminal = terminal) {
    this.#writer = new LineWriter(interner, { sortFields: true, uintSupport: true });
    this.#terminal = to;
  }

  print(points: readonly Point[]): void {
    for (const point of points) {
      if (this.#writer.append(point)) printLines(Buffer.concat([MARK, this.#writer.take()]), this.#terminal);
    }
  }
}
