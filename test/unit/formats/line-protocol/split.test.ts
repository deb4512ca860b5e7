import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { halveLines, lineEnds } from '../../../../src/formats/line-protocol/split.ts';
import { LineWriter } from '../../../../src/formats/line-protocol/write.ts';
import { Interner } from '../../../../src/metric/interner.ts';
import { Kind } from '../../../../src/metric/kind.ts';
import { Point } from '../../../../src/metric/point.ts';

describe('lineEnds', () => {
  it('finds the lines that a writer wrote, whatever is in them', () => {
    // A backslash before an escape is ambiguous in line protocol itself, and InfluxDB reads it otherwise than it was meant.
    const name = fc.string({ unit: fc.constantFrom('a', '"', ' ', ',', '=', '\n', 'é'), minLength: 1 });
    const text = fc.string({ unit: fc.constantFrom('a', '"', ' ', ',', '=', '\n', '\\', 'é') });
    const spec = fc.record({ measurement: name, tag: name, field: name, value: text, after: fc.boolean() });
    fc.assert(
      fc.property(fc.array(spec), (specs) => {
        const interner = new Interner();
        const writer = new LineWriter(interner);
        const ends = specs.map(({ measurement, tag, field, value, after }) => {
          const fields = [
            { name: field, kind: Kind.String },
            { name: `${field}z`, kind: Kind.Bool },
          ];
          const shape = interner.shape(interner.series(measurement, [[tag, tag]]), fields);
          writer.append(Point.fromValues(shape, 0, 1, [value, after]));
          return writer.size;
        });
        expect(lineEnds(writer.take())).toEqual(ends);
      }),
    );
  });

  it('ends at the end of bytes that are cut off', () => {
    for (const text of ['m', 'm v', 'm v="a', 'm v="a\\', 'm\\']) expect(lineEnds(Buffer.from(text))).toEqual([text.length]);
  });
});

describe('halveLines', () => {
  it('cuts between lines, in the middle', () => {
    expect(halveLines(Buffer.from('a v=1\nb v=2\nc v=3\n'))?.map(String)).toEqual(['a v=1\n', 'b v=2\nc v=3\n']);
  });

  it('leaves a single line whole', () => {
    expect(halveLines(Buffer.from('a v="x\ny"\n'))).toBeUndefined();
  });
});
