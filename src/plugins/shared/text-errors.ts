import type { LineError } from '../../formats/line-protocol/errors.ts';

/** Errors that are kept with their words; the others are only counted. */
const MAX_KEPT = 100;

/** Letters of a text that are quoted. */
const MAX_QUOTED = 200;

/** What was wrong with a text. */
export class TextErrors {
  readonly first: LineError[] = [];
  count = 0;

  /** Notes an error at a line, counted from 1; `text` is what could not be taken. */
  add(line: number, reason: string, text: string): void {
    this.count++;
    if (this.first.length < MAX_KEPT) this.first.push({ line, column: 1, reason, text: text.slice(0, MAX_QUOTED) });
  }
}
