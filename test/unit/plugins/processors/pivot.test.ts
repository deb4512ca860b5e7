import { describe, expect, it } from 'vitest';
import { pivot } from '../../../../src/plugins/processors/pivot/plugin.ts';
import { testContext } from '../../../support/context.ts';
import { processed } from '../../../support/processed.ts';

const OPTIONS = { tag_key: 'name', value_key: 'value' };

describe('pivot', () => {
  it.each([
    ['names the field by the tag', 'm,host=a,name=watts value=5i 1', 'm,host=a watts=5i 1'],
    ['leaves other fields', 'm,name=b a=1,c=3,value=2 1', 'm a=1,b=2,c=3 1'],
    ['replaces a field of that name, whatever its kind', 'm,name=b b="x",value=2 1', 'm b=2 1'],
    ['may keep the name', 'm,name=value a=1,value=2 1', 'm a=1,value=2 1'],
    ['lets pass what has no such tag', 'm value=2 1', 'm value=2 1'],
    ['lets pass what has no such field', 'm,name=b v=2 1', 'm,name=b v=2 1'],
  ])('%s', (_name, before, after) => {
    expect(processed(pivot, OPTIONS, before)).toEqual([after]);
  });

  it.each([{}, { tag_key: 'name' }, { value_key: 'value' }])('changes nothing by default, as in Telegraf, but says so: %j', (options) => {
    const context = testContext();
    expect(processed(pivot, options, 'm,name=watts value=5 1', context)).toEqual(['m,name=watts value=5 1']);
    expect(context.logged.map(({ level }) => level)).toEqual(['warn']);
  });
});
