import { Thing, type Value } from './value.ts';

/** Marks keys that are made up, so that no string can be one of them. */
const MARK = '\0';

/** What stands for a value as a key of a `Map`: the same for equal values. Throws for a value that can be no key. */
export function hashKey(value: Value): unknown {
  if (typeof value === 'string') return value.startsWith(MARK) ? madeUpKey('string', value) : value;
  return value instanceof Thing ? value.hashKey() : value;
}

/** The key of a value of some type that a text says all about. */
export function madeUpKey(type: string, text: string): string {
  return `${MARK}${type} ${text}`;
}

/** The key of several values in order. */
export function sequenceKey(type: string, values: readonly Value[]): string {
  return madeUpKey(
    type,
    values
      .map((value) => {
        const key = keyText(hashKey(value));
        return `${key.length}:${key}`;
      })
      .join(''),
  );
}

function keyText(key: unknown): string {
  if (typeof key === 'string') return `s${key}`;
  if (typeof key === 'object' && key !== null) return `o${identityOf(key)}`;
  return `${typeof key === 'boolean' ? 'b' : 'n'}${String(key)}`;
}

const identities = new WeakMap<object, number>();
let lastIdentity = 0;

/** A number of its own for every object. */
function identityOf(object: object): number {
  const known = identities.get(object);
  if (known !== undefined) return known;
  identities.set(object, ++lastIdentity);
  return lastIdentity;
}
