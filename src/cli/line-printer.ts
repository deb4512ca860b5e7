import { LineWriter } from '../formats/line-protocol/write.ts';
import type { Interner } from '../metric/interner.ts';
import type { Point } from '../metric/point.ts';
import { print } from './print.ts';

/** Prints points as `telegraf --test` does: `> ` and line protocol, fields sorted, uints with `u`. */
export class LinePrinter {
  readonly #writer: LineWriter;

  constructor(interner: Interner) {
    this.#writer = new LineWriter(interner, { sortFields: true, uintSupport: true });
  }

  print(points: readonly Point[]): void {
    for (const point of points) {
      if (this.#writer.append(point)) print(`> ${this.#writer.take().toString().trimEnd()}`);
    }
  }
}
