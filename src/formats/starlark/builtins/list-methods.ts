import { EvalError } from '../errors.ts';
import { placeOf, span } from '../values/places.ts';
import { spend } from '../meter.ts';
import { methods, type Methods } from '../values/callable.ts';
import { equal } from '../values/compare.ts';
import type { List } from '../values/sequence.ts';
import { Arguments, nothingGiven, prefixed } from './arguments.ts';

/** The methods of lists. */
export const listMethods: Methods<List> = methods<List>({
  append(self, args, named, name) {
    const value = Arguments.positional(name, args, named, 1).value(0) ?? null;
    changeable(self, name, 'append to');
    self.elements.push(value);
    return null;
  },
  clear(self, args, named, name) {
    nothingGiven(name, args, named);
    changeable(self, name, 'clear');
    self.elements.length = 0;
    return null;
  },
  extend(self, args, named, name) {
    const more = Arguments.positional(name, args, named, 1).elements(0) ?? [];
    changeable(self, name, 'extend');
    self.append(more);
    return null;
  },
  index(self, args, named, name) {
    const given = Arguments.positional(name, args, named, 1, 3);
    const [start, end] = span(given.value(1) ?? null, given.value(2) ?? null, self.size);
    const wanted = given.value(0) ?? null;
    spend(Math.max(0, end - start));
    for (let index = start; index < end; index++) {
      if (equal(self.elements[index], wanted)) return index;
    }
    throw new EvalError(`${name}: value not in list`);
  },
  insert(self, args, named, name) {
    const given = Arguments.positional(name, args, named, 2);
    const index = given.count(0);
    changeable(self, name, 'insert into');
    spend(self.size);
    self.elements.splice(index, 0, given.value(1) ?? null);
    return null;
  },
  pop(self, args, named, name) {
    const index = Arguments.positional(name, args, named, 0, 1).count(0, self.size - 1);
    const place = prefixed(name, () => placeOf(index, self.size, 'list'));
    changeable(self, name, 'pop from');
    spend((self.size - place) / 64);
    return self.elements.splice(place, 1)[0];
  },
  remove(self, args, named, name) {
    const wanted = Arguments.positional(name, args, named, 1).value(0) ?? null;
    changeable(self, name, 'remove from');
    spend(self.size);
    const index = self.elements.findIndex((element) => equal(element, wanted));
    if (index === -1) throw new EvalError(`${name}: element not found`);
    self.elements.splice(index, 1);
    return null;
  },
});

function changeable(list: List, name: string, verb: string): void {
  prefixed(name, () => list.checkChangeable(verb));
}
