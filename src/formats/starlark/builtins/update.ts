import { EvalError } from '../errors.ts';
import { elementsOf } from '../values/elements.ts';
import { repr } from '../values/repr.ts';
import { Thing, typeOf, type Value, type Named } from '../values/value.ts';

/** Puts keys with values into something: of another mapping, of a sequence of pairs, and the named ones. */
export function update(target: Thing, args: readonly Value[], named: readonly Named[], name: string): void {
  if (args.length > 1) throw new EvalError(`${name}: got ${args.length} arguments, want at most 1`);
  if (args.length === 1) for (const [key, value] of pairsOf(args[0], name)) target.assign(key, value);
  const given = new Set<string>();
  for (const { name: key, value } of named) {
    if (given.has(key)) throw new EvalError(`${name}: duplicate keyword arg: ${repr(key)}`);
    given.add(key);
    target.assign(key, value);
  }
}

function pairsOf(value: Value, name: string): readonly (readonly [Value, Value])[] {
  if (value instanceof Thing && value.isMapping) return value.items();
  const elements = elementsOf(value);
  if (elements === undefined) throw new EvalError(`${name}: got ${typeOf(value)}, want iterable`);
  return elements.map((element, index) => {
    const pair = elementsOf(element);
    const where = `${name}: dictionary update sequence element #${index}`;
    if (pair === undefined) throw new EvalError(`${where} is not iterable (${typeOf(element)})`);
    if (pair.length !== 2) throw new EvalError(`${where} has length ${pair.length}, want 2`);
    return [pair[0], pair[1]];
  });
}
