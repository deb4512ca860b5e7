import { decodeText } from '../../../metric/text.ts';
import { EvalError } from '../errors.ts';
import { spend } from '../meter.ts';
import { madeUpKey } from './hash.ts';
import { threeWay } from './three-way.ts';
import { quote } from './text.ts';
import { Thing, typeOf, type Comparison, type Cursor, type Value } from './value.ts';

/** Bytes, which are no text. */
export class Bytes extends Thing {
  readonly bytes: Buffer;

  constructor(bytes: Buffer) {
    super();
    this.bytes = bytes;
  }

  override get type(): string {
    return 'bytes';
  }

  override repr(): string {
    return `b${quote(decodeText(this.bytes, 0, this.bytes.length))}`;
  }

  override get truth(): boolean {
    return this.bytes.length > 0;
  }

  override hashKey(): string {
    return madeUpKey('bytes', this.bytes.toString('latin1'));
  }

  override get size(): number {
    return this.bytes.length;
  }

  override get isIndexable(): boolean {
    return true;
  }

  override element(index: number): Bytes {
    return new Bytes(this.bytes.subarray(index, index + 1));
  }

  override slice(start: number, end: number, step: number): Bytes {
    if (step === 1) return new Bytes(this.bytes.subarray(start, end));
    const picked: number[] = [];
    for (let at = start; step > 0 ? at < end : at > end; at += step) picked.push(this.bytes[at]);
    return new Bytes(Buffer.from(picked));
  }

  override contains(value: Value): boolean {
    if (value instanceof Bytes) return this.bytes.includes(value.bytes);
    if (typeof value === 'number' && value >= 0 && value <= 255) return this.bytes.includes(value);
    if (typeof value === 'number' || typeof value === 'bigint') {
      throw new EvalError(`int in bytes: ${value} out of range (want value in unsigned 8-bit range)`);
    }
    throw new EvalError(`'in bytes' requires bytes or int as left operand, not ${typeOf(value)}`);
  }

  override compare(op: Comparison, other: Bytes): boolean {
    return threeWay(op, Buffer.compare(this.bytes, other.bytes));
  }
}

/** What `elems`, `codepoints` and their like give: something to walk over, and little else. */
export class Parts extends Thing {
  readonly #owner: string | Bytes;
  readonly #name: string;
  readonly #type: string;
  readonly #parts: readonly Value[];

  /** `name` is the method that gave it. */
  constructor(owner: string | Bytes, name: string, parts: readonly Value[]) {
    super();
    this.#owner = owner;
    this.#name = name;
    this.#parts = parts;
    this.#type = `${typeOf(owner)}.${name.startsWith('codepoint') ? 'codepoints' : 'elems'}`;
    spend(parts.length);
  }

  override get type(): string {
    return this.#type;
  }

  override repr(): string {
    return `${this.#owner instanceof Bytes ? this.#owner.repr() : quote(this.#owner)}.${this.#name}()`;
  }

  /** Of the elements of a string the number is known, and each has a place. */
  override get isIndexable(): boolean {
    return this.#type === 'string.elems';
  }

  override get size(): number {
    return this.isIndexable ? this.#parts.length : -1;
  }

  override element(index: number): Value {
    return this.#parts[index];
  }

  override iterate(): Cursor {
    let index = 0;
    return { next: () => this.#parts[index++], close: () => undefined };
  }
}
