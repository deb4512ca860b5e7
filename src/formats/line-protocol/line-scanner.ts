import { BACKSLASH, EQUALS, HASH, NEWLINE, QUOTE, SPACE } from './bytes.ts';

type State = 'start' | 'comment' | 'key' | 'fields' | 'string';

/** Finds where whole lines end in line protocol that arrives in pieces. A line end in a string ends no line. */
export class LineScanner {
  #state: State = 'start';
  /** Whether the last byte was a backslash that protects the next. */
  #isEscaped = false;
  #isAfterEquals = false;

  /** The next piece: where the last line ends that is whole with it, just after the line end; 0 when none is. */
  scan(piece: Buffer): number {
    let whole = 0;
    for (let at = 0; at < piece.length; at++) {
      this.#take(piece[at]);
      if (this.#state === 'start') whole = at + 1;
    }
    return whole;
  }

  /** Begins anew: the next byte is the first of a line. */
  reset(): void {
    this.#state = 'start';
    this.#isEscaped = false;
    this.#isAfterEquals = false;
  }

  #take(byte: number): void {
    if (this.#isEscaped) {
      this.#isEscaped = false;
      return;
    }
    this.#isEscaped = byte === BACKSLASH && this.#state !== 'comment';
    this.#state = this.#next(byte);
    this.#isAfterEquals = byte === EQUALS;
  }

  #next(byte: number): State {
    if (this.#state === 'string') return byte === QUOTE ? 'fields' : 'string';
    if (byte === NEWLINE) return 'start';
    switch (this.#state) {
      case 'start':
        if (byte === HASH) return 'comment';
        return byte === SPACE ? 'fields' : 'key';
      case 'key':
        return byte === SPACE ? 'fields' : 'key';
      case 'fields':
        return byte === QUOTE && this.#isAfterEquals ? 'string' : 'fields';
      case 'comment':
        return 'comment';
    }
  }
}
