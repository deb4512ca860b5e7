import { describe, expect, it } from 'vitest';
import { tagLimit } from '../../../../src/plugins/processors/tag_limit/plugin.ts';
import { processed } from '../../../support/processed.ts';

const LINE = 'p,a=1,b=2,c=3,d=4 v=1 1';

describe('tag_limit', () => {
  it.each<[string, object, string]>([
    ['the first by their keys', { limit: 3 }, 'p,b=2,c=3,d=4 v=1 1'],
    ['those that need not stay', { limit: 2, keep: ['a', 'c'] }, 'p,a=1,c=3 v=1 1'],
    ['no more than it must, from the front', { limit: 3, keep: ['a'] }, 'p,a=1,c=3,d=4 v=1 1'],
    ['all of them by default', {}, 'p v=1 1'],
    ['none where there are no more than the limit', { limit: 4 }, LINE],
    ['none for the sake of a tag that is not there', { limit: 4, keep: ['x', 'y'] }, LINE],
  ])('removes %s', (_name, options, line) => {
    expect(processed(tagLimit, options, LINE)).toEqual([line]);
  });

  it('refuses more tags to keep than the limit, which Telegraf finds out at the first metric', () => {
    expect(() => processed(tagLimit, { limit: 1, keep: ['a', 'b'] }, LINE)).toThrow('2 keep tags is greater than 1 total tag limit');
  });
});
