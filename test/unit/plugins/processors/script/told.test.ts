import { describe, expect, it } from 'vitest';
import { toldMetrics, toldValues } from '../../../../../src/plugins/processors/script/told.ts';
import { testContext } from '../../../../support/context.ts';
import { parsePoint } from '../../../../support/points.ts';

describe('what the sandbox tells', () => {
  const { shape } = parsePoint(testContext().interner, 'm b=t,f=1,i=2i,s="x" 1');

  it('is taken when it is what the guest would say', () => {
    expect(toldValues('["5",true,"NaN","-2","x"]', shape)).toEqual(['5', true, 'NaN', '-2', 'x']);
    expect(toldMetrics('[[0,"5",0,[["f",0,1.5]]],["n","-1",[["a","b"]],[]]]')).toEqual([
      { name: undefined, time: '5', tags: undefined, fields: [['f', 0, 1.5]] },
      { name: 'n', time: '-1', tags: [['a', 'b']], fields: [] },
    ]);
  });

  it.each([
    '',
    'x',
    '{}',
    '["5"]',
    '[5,true,1,"2","x"]',
    '["5",1,1,"2","x"]',
    '["5",true,"1","2","x"]',
    '["5",true,1,2,"x"]',
    '["5",true,1,"2",null]',
  ])('is refused otherwise: values %s', (json) => {
    expect(() => toldValues(json, shape)).toThrow('what it made can not be understood');
  });

  it.each([
    'null',
    '[1]',
    '[["n","1",[]]]',
    '[[1,"1",0,[]]]',
    '[["n",1,0,[]]]',
    '[["n","1.5",0,[]]]',
    '[["n","1",1,[]]]',
    '[["n","1",[["a"]],[]]]',
    '[["n","1",[["a",1]],[]]]',
    '[["n","1",0,0]]',
    '[["n","1",0,[["f",9,1]]]]',
    '[["n","1",0,[["f",0]]]]',
    '[["n","1",0,[[1,0,1]]]]',
  ])('is refused otherwise: metrics %s', (json) => {
    expect(() => toldMetrics(json)).toThrow('what it made can not be understood');
  });
});
