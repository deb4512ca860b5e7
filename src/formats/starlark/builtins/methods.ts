import { Bytes, Parts } from '../values/bytes.ts';
import { methods, type Methods } from '../values/callable.ts';
import { Dict } from '../values/dict.ts';
import { List } from '../values/sequence.ts';
import { SetValue } from '../values/set.ts';
import { Thing, type Value, type MethodCode } from '../values/value.ts';
import { nothingGiven } from './arguments.ts';
import { dictMethods } from './dict-methods.ts';
import { listMethods } from './list-methods.ts';
import { setMethods } from './set-methods.ts';
import { stringMethods } from './string-methods.ts';

const NONE: Methods<never> = new Map();

const bytesMethods: Methods<Bytes> = methods<Bytes>({
  elems(self, args, named, name) {
    nothingGiven(name, args, named);
    return new Parts(self, name, [...self.bytes]);
  },
});

/** What `value.name` runs when it is called; undefined: no such method. */
export function methodOf(value: Value, name: string): MethodCode<Value> | undefined {
  return methodsOf(value).get(name) as MethodCode<Value> | undefined;
}

/** The names of a value's methods and attributes, sorted. */
export function attributeNames(value: Value): string[] {
  const own = value instanceof Thing ? value.attributeNames : [];
  return [...methodsOf(value).keys(), ...own].sort();
}

function methodsOf(value: Value): Methods<never> {
  if (typeof value === 'string') return stringMethods;
  if (!(value instanceof Thing)) return NONE;
  if (value instanceof List) return listMethods;
  if (value instanceof Dict) return dictMethods;
  if (value instanceof SetValue) return setMethods;
  return value instanceof Bytes ? bytesMethods : (value.methods ?? NONE);
}
