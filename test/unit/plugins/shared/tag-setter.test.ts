import { describe, expect, it } from 'vitest';
import { Interner } from '../../../../src/metric/interner.ts';
import { TagSetter } from '../../../../src/plugins/shared/tag-setter.ts';
import { parsePoints, toLines } from '../../../support/points.ts';

describe('TagSetter', () => {
  const interner = new Interner();

  function set(setter: TagSetter, text: string, tags: [string, string][]): string[] {
    const points = parsePoints(interner, text);
    setter.set(points, tags);
    return toLines(interner, points);
  }

  it('sets tags over those of the same name, sorted, and leaves out what is empty', () => {
    const setter = new TagSetter(interner);
    expect(
      set(setter, 'm,b=1,z=own v=1 1', [
        ['z', 'set'],
        ['a', 'x'],
        ['', 'y'],
        ['c', ''],
      ]),
    ).toEqual(['m,a=x,b=1,z=set v=1 1']);
    expect(set(setter, 'm v=1 1', [])).toEqual(['m v=1 1']);
  });

  it('gives each request its own tags, although shapes remember the last', () => {
    const setter = new TagSetter(interner);
    for (const db of ['x', 'y', 'x', 'y']) expect(set(setter, 'm v=1 1', [['db', db]])).toEqual([`m,db=${db} v=1 1`]);
  });

  it('does not confuse two setters, nor a shape with what it became', () => {
    const [first, second] = [new TagSetter(interner), new TagSetter(interner)];
    expect(set(first, 'm v=1 1', [['t', '1']])).toEqual(['m,t=1 v=1 1']);
    expect(set(second, 'm v=1 1', [['t', '2']])).toEqual(['m,t=2 v=1 1']);
    expect(set(first, 'm,t=1 v=1 1', [['u', '3']])).toEqual(['m,t=1,u=3 v=1 1']);
  });

  it('makes one shape of equal ones', () => {
    const setter = new TagSetter(interner);
    const points = parsePoints(interner, 'm a=1,b=2 1\nm b=3,a=4 2');
    setter.set(points, [['t', 'x']]);
    expect(points[0].shape).toBe(points[1].shape);
  });
});
