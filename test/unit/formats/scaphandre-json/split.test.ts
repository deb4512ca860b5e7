import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { originalCommandLine, parseReport } from '../../../../src/formats/scaphandre-json/report.ts';
import { splitObjects } from '../../../../src/formats/scaphandre-json/split.ts';

function objectsIn(text: string): string[] {
  return splitObjects(Buffer.from(text)).objects.map(String);
}

describe('splitObjects', () => {
  it.each([
    ['one after the other, as Scaphandre writes them', '{"a":1}{"b":{"c":2}}', ['{"a":1}', '{"b":{"c":2}}']],
    ['an array, with commas and line ends', '[{"a":1},\n {"b":2}\n]\n', ['{"a":1}', '{"b":2}']],
    ['braces and quotes in strings', String.raw`{"a":"}\"{\\"}{}`, [String.raw`{"a":"}\"{\\"}`, '{}']],
    ['nothing', '', []],
  ])('finds the objects of %s', (_, text, expected) => {
    expect(objectsIn(text)).toEqual(expected);
  });

  it('finds the same objects wherever the text is cut in two', () => {
    const report = fc.json().map((inner) => `{"a":${inner}}`);
    fc.assert(
      fc.property(fc.array(report, { maxLength: 5 }), fc.nat(), (reports, cut) => {
        const text = Buffer.from(`[${reports.join('')}`);
        const at = cut % (text.length + 1);
        const first = splitObjects(text.subarray(0, at));
        const second = splitObjects(text.subarray(first.rest));
        expect([...first.objects, ...second.objects].map(String)).toEqual(reports);
      }),
    );
  });
});

describe('parseReport', () => {
  it.each(['{}', '{"host":{}}', '{"host":{"consumption":"1","timestamp":2}}', '{broken'])('refuses %s, which is no report', (text) => {
    expect(parseReport(Buffer.from(text))).toBeUndefined();
  });

  it('takes a report without sockets and consumers', () => {
    const report = { host: { consumption: 1, timestamp: 2 }, consumers: [], sockets: [] };
    expect(parseReport(Buffer.from('{"host":{"consumption":1,"timestamp":2}}'))).toEqual(report);
  });
});

it('undoes what Scaphandre does to a command line, and nothing else', () => {
  expect(originalCommandLine(String.raw`nginx \"quoted\" \back {a=\"b\"}`)).toBe(String.raw`nginx "quoted" \back {a="b"}`);
});
