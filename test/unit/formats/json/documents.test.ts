import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jsonDocuments } from '../../../../src/formats/json/documents.ts';
import { flattenJson } from '../../../../src/formats/json/flatten.ts';

describe('the documents of a text', () => {
  it('are one, however it is laid out', () => {
    expect(jsonDocuments('\n\n {\n "a": [1, {"b": "}"}]\n}\n')).toEqual([{ text: '{\n "a": [1, {"b": "}"}]\n}', line: 3 }]);
  });

  it('are several with nothing or line ends between them, each with its line', () => {
    expect(jsonDocuments('{"a":1}{"b":2}\n[3]\r\n\n{"c":4}')).toEqual([
      { text: '{"a":1}', line: 1 },
      { text: '{"b":2}', line: 1 },
      { text: '[3]', line: 2 },
      { text: '{"c":4}', line: 4 },
    ]);
  });

  it('end with what is left over, whole or not', () => {
    expect(jsonDocuments('{"a":1}{"b":')).toEqual([
      { text: '{"a":1}', line: 1 },
      { text: '{"b":', line: 1 },
    ]);
    expect(jsonDocuments(' ')).toEqual([]);
  });

  it('are what was written, whatever is in their texts', () => {
    const objects = fc.array(fc.oneof(fc.dictionary(fc.string(), fc.jsonValue()), fc.array(fc.jsonValue())), { maxLength: 5 });
    fc.assert(
      fc.property(objects, fc.constantFrom('', '\n', ' '), (values, between) => {
        const texts = values.map((value) => JSON.stringify(value));
        expect(jsonDocuments(texts.join(between)).map(({ text }) => text)).toEqual(texts);
      }),
    );
  });
});

describe('the flat names of a value', () => {
  it('are keys and places joined by underscores, nulls left out', () => {
    const value = { a: 5, b: { c: 6, _d_: { e: true } }, my_field: 'x', list: [7, { f: null, g: [8] }] };
    expect([...flattenJson(value)]).toEqual([
      ['a', 5],
      ['b_c', 6],
      ['b__d_e', true],
      ['my_field', 'x'],
      ['list_0', 7],
      ['list_1_g_0', 8],
    ]);
  });
});
