import type { Interner } from '../../metric/interner.ts';
import type { FieldKey } from '../../metric/shape.ts';
import { copyToKeep, decodeText } from '../../metric/text.ts';
import { ByteMap, hashByte, hashBytes } from './byte-map.ts';
import { BACKSLASH, COMMA, EQUALS, NAME_BYTES } from './bytes.ts';
import { nameEnd, unescapeName } from './key.ts';
import type { ValueScanner } from './value-scanner.ts';

const MAX_NAMES = 65_536;

/** Checks a line's field set and adds up its names and kinds, which is what finds its shape: see `Interner.findShape`. */
export class FieldSetScanner {
  readonly #interner: Interner;
  readonly #value: ValueScanner;
  readonly #names = new ByteMap<FieldKey>(MAX_NAMES);
  sumA = 0;
  sumB = 0;
  /** How many fields the set has, repeats included. */
  count = 0;
  /** Whether some of it is written in a way that may not be copied out as it is. */
  odd = false;
  /** Why the last scan failed. */
  reason = '';

  constructor(interner: Interner, value: ValueScanner) {
    this.#interner = interner;
    this.#value = value;
  }

  /** Where the field set that starts at `at` ends, or `~position` of the byte that does not fit. */
  scan(source: Buffer, at: number): number {
    const value = this.#value;
    // Locals, not fields: written back once a line instead of once a value.
    let sumA = 0;
    let sumB = 0;
    let count = 0;
    let odd = false;
    for (;;) {
      const start = at;
      let hash = 0;
      for (let byte = source[at]; NAME_BYTES[byte] === 1; byte = source[++at]) hash = hashByte(hash, byte);
      if (source[at] === BACKSLASH) {
        at = nameEnd(source, start, source.length);
        hash = hashBytes(source, start, at);
        odd = true;
      }
      if (source[at] !== EQUALS || at === start) return this.#fail('expected field', at);
      const key = this.#names.get(source, start, at, hash) ?? this.#newName(source, start, at, hash);

      at = value.scan(source, at + 1);
      if (at < 0) return this.#fail(value.reason, ~at);
      if (value.odd) odd = true;
      const weight = 2 * value.kind + 1;
      sumA = (sumA + Math.imul(key.a, weight)) | 0;
      sumB = (sumB + Math.imul(key.b, weight)) | 0;
      count++;
      if (source[at] !== COMMA) break;
      at++;
    }
    this.sumA = sumA;
    this.sumB = sumB;
    this.count = count;
    this.odd = odd;
    return at;
  }

  #newName(source: Buffer, from: number, to: number, hash: number): FieldKey {
    const key = this.#interner.fieldKey(unescapeName(decodeText(source, from, to)));
    this.#names.set(copyToKeep(source.subarray(from, to)), hash, key);
    return key;
  }

  #fail(reason: string, at: number): number {
    this.reason = reason;
    return ~at;
  }
}
