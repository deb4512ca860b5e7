import { EvalError } from '../errors.ts';
import { methods, type Methods } from '../values/callable.ts';
import type { Dict } from '../values/dict.ts';
import { List, Tuple } from '../values/sequence.ts';
import type { Thing } from '../values/value.ts';
import { Arguments, nothingGiven, prefixed } from './arguments.ts';
import { update } from './update.ts';

/** What all mappings can do that are read by their keys: those of Telegraf's metrics too. */
export const mappingMethods: Methods<Thing> = methods<Thing>({
  get(self, args, named, name) {
    const given = Arguments.positional(name, args, named, 1, 2);
    const value = prefixed(name, () => self.lookup(given.value(0) ?? null));
    return value === undefined ? (given.value(1) ?? null) : value;
  },
  items(self, args, named, name) {
    nothingGiven(name, args, named);
    return new List(self.items().map((item) => new Tuple(item)));
  },
  keys(self, args, named, name) {
    nothingGiven(name, args, named);
    return new List(self.items().map(([key]) => key));
  },
  values(self, args, named, name) {
    nothingGiven(name, args, named);
    return new List(self.items().map(([, value]) => value));
  },
  setdefault(self, args, named, name) {
    const given = Arguments.positional(name, args, named, 1, 2);
    const key = given.value(0) ?? null;
    const value = prefixed(name, () => self.lookup(key));
    if (value !== undefined) return value;
    const fallback = given.value(1) ?? null;
    prefixed(name, () => self.assign(key, fallback));
    return fallback;
  },
  update(self, args, named, name) {
    update(self, args, named, name);
    return null;
  },
});

/** The methods of dicts. */
export const dictMethods: Methods<Dict> = new Map([
  ...mappingMethods,
  ...methods<Dict>({
    clear(self, args, named, name) {
      nothingGiven(name, args, named);
      self.clear();
      return null;
    },
    pop(self, args, named, name) {
      const given = Arguments.positional(name, args, named, 1, 2);
      const entry = prefixed(name, () => self.delete(given.value(0) ?? null));
      if (entry !== undefined) return entry.value;
      const fallback = given.value(1);
      if (fallback === undefined) throw new EvalError(`${name}: missing key`);
      return fallback;
    },
    popitem(self, args, named, name) {
      nothingGiven(name, args, named);
      const entry = prefixed(name, () => self.deleteFirst());
      if (entry === undefined) throw new EvalError(`${name}: empty dict`);
      return new Tuple([entry.key, entry.value]);
    },
  }),
]);
