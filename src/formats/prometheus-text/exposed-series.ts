import { readSeries, type Labels, type SeriesText } from './series.ts';

/** One series of a target as its text spells it; the same object at every parse of the same parser, while that remembers it. */
export class ExposedSeries<M> {
  /** Name and labels as they stand in the text. */
  readonly bytes: Buffer;
  /** What the user of the parser works out once for this series and keeps. */
  memo: M | undefined = undefined;
  #text: SeriesText | undefined;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }

  /** The name of the metric, unescaped. */
  get name(): string {
    return this.#read().name;
  }

  /** Unescaped, in the order written, empty values included. */
  get labels(): Labels {
    return this.#read().labels;
  }

  #read(): SeriesText {
    return (this.#text ??= readSeries(this.bytes, 0, this.bytes.length));
  }
}
