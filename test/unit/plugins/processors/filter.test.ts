import { describe, expect, it } from 'vitest';
import { filter } from '../../../../src/plugins/processors/filter/plugin.ts';
import { testContext } from '../../../support/context.ts';
import { processed } from '../../../support/processed.ts';

const LINES = ['packing,at=hall,status=ok hours=37i,temp=23.1 1', 'foundry,at=x,status=ok pieces=9i 1', 'welding,at=y message="hot" 1'];

/** The measurements that pass. */
function passing(options: object, context = testContext()): string[] {
  return processed(filter, options, LINES.join('\n'), context).map((line) => line.slice(0, line.indexOf(',')));
}

describe('filter', () => {
  it.each<[string, object, string[]]>([
    ['one of the names', { default: 'drop', rule: [{ name: ['*ing', 'x'], action: 'pass' }] }, ['packing', 'welding']],
    [
      'every tag, by one of its values',
      { default: 'drop', rule: [{ tags: { at: ['hall', 'y'], status: ['o*'] }, action: 'pass' }] },
      ['packing'],
    ],
    ['one of the fields', { rule: [{ fields: ['pieces', 'te*'] }] }, ['welding']],
    ['all of them together', { rule: [{ name: ['packing'], fields: ['pieces'] }] }, ['packing', 'foundry', 'welding']],
    ['nothing, and so fits always', { rule: [{}] }, []],
    [
      'what the first that fits does',
      {
        rule: [
          { name: ['welding'], action: 'pass' },
          { tags: { at: ['*'] }, action: 'drop' },
        ],
      },
      ['welding'],
    ],
  ])('a rule asks for %s', (_name, options, measurements) => {
    expect(passing(options)).toEqual(measurements);
  });

  it.each([
    ['drop', 'dropping', []],
    ['pass', 'passing', ['packing', 'foundry', 'welding']],
  ])('warns when there are no rules, and does what is the default: %s', (action, word, measurements) => {
    const context = testContext();
    expect(passing({ default: action }, context)).toEqual(measurements);
    expect(context.logged).toEqual([{ level: 'warn', message: `no rules set, ${word} all metrics`, details: undefined }]);
  });

  it('names the rule and the option with a glob that can not be read', () => {
    const rule = [{}, { tags: { at: ['[a'] } }];
    expect(() => passing({ rule })).toThrow(expect.objectContaining({ option: ['rule', 1, 'tags', 'at'] }));
  });
});
