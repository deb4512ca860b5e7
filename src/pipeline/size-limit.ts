/** After so many requests that went well, a little more is tried again: a wrong guess costs one request in as many. */
const CALM = 64;
const GROWTH = 1.25;

/**
 * How many bytes a request may have: what is configured, less once a server says that one was too large; it recovers slowly. Bytes
 * stand for points, too, for servers that count those: both grow together.
 */
export class SizeLimit {
  readonly #most: number;
  #bytes: number;
  #taken = 0;

  constructor(most: number) {
    this.#most = most;
    this.#bytes = most;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** A request of so many bytes was too large. */
  refused(bytes: number): void {
    this.#taken = 0;
    this.#bytes = Math.max(1, Math.min(this.#bytes, bytes >> 1));
  }

  /** A request went well. */
  taken(): void {
    if (this.#bytes === this.#most || ++this.#taken < CALM) return;
    this.#taken = 0;
    this.#bytes = Math.min(this.#most, Math.ceil(this.#bytes * GROWTH));
  }
}
