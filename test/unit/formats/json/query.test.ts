import { describe, expect, it } from 'vitest';
import { compileJsonQuery } from '../../../../src/formats/json/query.ts';

// The examples of GJSON's own documentation of its syntax.
const friends = [
  { first: 'Dale', last: 'Murphy', age: 44, nets: ['ig', 'fb', 'tw'] },
  { first: 'Roger', last: 'Craig', age: 68, nets: ['fb', 'tw'] },
  { first: 'Jane', last: 'Murphy', age: 47, nets: ['ig', 'tw'] },
];
const person = {
  name: { first: 'Tom', last: 'Anderson' },
  age: 37,
  children: ['Sara', 'Alex', 'Jack'],
  'fav.movie': 'Deer Hunter',
  none: null,
  friends,
};

const find = (path: string): unknown => compileJsonQuery(path)(person);

describe('a JSON path', () => {
  it.each([
    ['name.last', 'Anderson'],
    ['name', person.name],
    ['age', 37],
    ['children.1', 'Alex'],
    ['child*.2', 'Jack'],
    ['c?ildren.0', 'Sara'],
    ['fav\\.movie', 'Deer Hunter'],
    ['friends.1.first', 'Roger'],
    ['friends.#', 3],
    ['friends.#.age', [44, 68, 47]],
    ['friends.#.nets.0', ['ig', 'fb', 'ig']],
    ['friends.#.nets.#', [3, 2, 2]],
    ['friends.#(last=="Murphy").first', 'Dale'],
    ['friends.#(last=="Murphy")#.first', ['Dale', 'Jane']],
    ['friends.#(last=Craig)#.first', ['Roger']],
    ['friends.#(age>45)#.last', ['Craig', 'Murphy']],
    ['friends.#(age<=47)#.age', [44, 47]],
    ['friends.#(first%"D*").last', 'Murphy'],
    ['friends.#(first!%"D*").last', 'Craig'],
    ['friends.#(nets.0=="fb")#.first', ['Roger']],
    ['friends.#(nets.2)#.first', ['Dale']],
    ['children.#(!="Sara")#', ['Alex', 'Jack']],
    ['children.#(%"J*")', 'Jack'],
    ['friends.#(last=="Murphy")#|0.first', 'Dale'],
    ['friends.#.nets|1', ['fb', 'tw']],
    ['none', null],
  ])('%s', (path, found) => {
    expect(find(path)).toEqual(found);
  });

  it.each([
    'name.middle',
    'age.x',
    'children.7',
    'children.length',
    'constructor',
    'name.constructor.name',
    'name.#',
    'friends.#(age>100)',
    'friends.#(age>"x")',
  ])('%s leads nowhere', (path) => {
    expect(find(path)).toBeUndefined();
  });

  it.each([
    ['', 'two separators'],
    ['a..b', 'two separators'],
    ['a.@reverse', 'not supported'],
    ['{a,b}', 'not supported'],
    ['a.#(b=="c"', 'not closed'],
    ['a.#b', 'neither'],
    ['a.#(b==[1])', "can't be compared with"],
  ])('"%s" is refused: %s', (path, reason) => {
    expect(() => compileJsonQuery(path)).toThrow(reason);
  });

  it('with many stars is not slow on a long key', () => {
    const key = 'a'.repeat(20_000);
    expect(compileJsonQuery('*a*a*a*a*a*a*b')({ [key]: 1 })).toBeUndefined();
  });
});
