import { describe, expect, it } from 'vitest';
import { writtenOrder } from '../../../src/metric/field-bytes.ts';
import { Interner } from '../../../src/metric/interner.ts';
import { parsePoint } from '../../support/points.ts';

describe('the order in which fields were written', () => {
  it.each([
    ['m b=1,a=2 1', ['b', 'a']],
    ['m zz=1i,z=2u,a=t,s="a=1,b=2\\"",é=-1e3 1', ['zz', 'z', 'a', 's', 'é']],
    ['m a=1 1', ['a']],
  ])('of %s', (line, names) => {
    const { shape, source, from, to } = parsePoint(new Interner(), line);

    expect(writtenOrder(shape, source ?? Buffer.alloc(0), from, to).map((place) => shape.fields[place].key.name)).toEqual(names);
  });
});
