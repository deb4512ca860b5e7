import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lineErrorText, LineParser, type ParseOptions } from '../../../../src/formats/line-protocol/parse.ts';
import { LineWriter } from '../../../../src/formats/line-protocol/write.ts';
import { Interner } from '../../../../src/metric/interner.ts';
import { Kind, type FieldValue } from '../../../../src/metric/kind.ts';
import { Point } from '../../../../src/metric/point.ts';
import { fromNanoseconds, toNanoseconds } from '../../../../src/metric/time.ts';

const options: ParseOptions = { precision: 'ns', now: { ms: 1_795_362_160_123, ns: 456_789 } };

/** Everything a point says, comparable. */
function plain(point: Point): unknown {
  const { measurement, tags } = point.series;
  const fields = point.shape.fields.map(({ key, kind }, at) => [key.name, kind, exact(point.values[at])]);
  return { measurement, tags, fields, time: toNanoseconds(point.ms, point.ns) };
}

function exact(value: FieldValue): string {
  return Object.is(value, -0) ? '-0' : `${typeof value}:${String(value)}`;
}

// Names that line protocol can hold: no line ends, no backslashes (which it can't write back in every place), not empty.
const name = fc
  .string({ unit: 'binary', minLength: 1, maxLength: 8 })
  .filter((text) => !/[\\\n\r\t\f\v]/.test(text) && text.isWellFormed());
const measurement = name.filter((text) => !/^[#,]/.test(text) && text.trimStart() === text);
const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
const value = fc.oneof(
  fc.record({ kind: fc.constant(Kind.Float), value: fc.double({ noNaN: true, noDefaultInfinity: true }) }),
  fc.record({ kind: fc.constant(Kind.Int), value: int64 }),
  fc.record({ kind: fc.constant(Kind.Uint), value: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }) }),
  fc.record({ kind: fc.constant(Kind.Bool), value: fc.boolean() }),
  fc.record({ kind: fc.constant(Kind.String), value: fc.string({ unit: 'binary' }).filter((text) => text.isWellFormed()) }),
);
const metric = fc.record({
  measurement,
  tags: fc.uniqueArray(fc.tuple(name, name), { selector: ([key]) => key, maxLength: 4 }),
  fields: fc.uniqueArray(fc.tuple(name, value), { selector: ([key]) => key, minLength: 1, maxLength: 6 }),
  time: int64,
});

function makePoint(
  interner: Interner,
  { measurement: head, tags, fields, time }: typeof metric extends fc.Arbitrary<infer T> ? T : never,
): Point {
  const series = interner.series(head, tags);
  const shape = interner.shape(
    series,
    fields.map(([key, { kind }]) => ({ name: key, kind })),
  );
  const byName = new Map(fields.map(([key, made]) => [key, made.value] as const));
  const values = shape.fields.map(({ key }) => canonical(byName.get(key.name) ?? 0));
  return Point.fromValues(shape, ...fromNanoseconds(time), values);
}

function canonical(made: FieldValue): FieldValue {
  return typeof made === 'bigint' && Number.isSafeInteger(Number(made)) ? Number(made) : made;
}

describe('the line protocol codec', () => {
  it('reads back what it wrote', () => {
    const interner = new Interner();
    const parser = new LineParser(interner);
    const writer = new LineWriter(interner, { uintSupport: true });
    fc.assert(
      fc.property(fc.array(metric, { minLength: 1, maxLength: 5 }), (metrics) => {
        const points = metrics.map((one) => makePoint(interner, one));
        for (const point of points) expect(writer.append(point)).toBe(true);
        const parsed = parser.parse(writer.take(), options);
        expect(parsed.errors.map(lineErrorText)).toEqual([]);
        expect(parsed.points.map(plain)).toEqual(points.map(plain));
      }),
      { numRuns: 500 },
    );
  });

  it('writes a point the same whether its fields are bytes or decoded', () => {
    const interner = new Interner();
    const parser = new LineParser(interner);
    const writer = new LineWriter(interner, { uintSupport: true });
    fc.assert(
      fc.property(fc.array(metric, { minLength: 1, maxLength: 5 }), (metrics) => {
        for (const one of metrics) writer.append(makePoint(interner, one));
        for (const point of parser.parse(writer.take(), options).points) {
          writer.append(point);
          const [fromBytes] = parser.parse(writer.take(), options).points;
          writer.append(Point.fromValues(point.shape, point.ms, point.ns, point.values));
          const [fromValues] = parser.parse(writer.take(), options).points;
          expect(plain(fromBytes)).toEqual(plain(fromValues));
        }
      }),
    );
  });

  it('takes any bytes without a crash, and what it accepts survives being written', () => {
    const interner = new Interner();
    const parser = new LineParser(interner);
    const writer = new LineWriter(interner, { uintSupport: true });
    const byte = fc.constantFrom(...'m,t=a v1i"\\\n\r\t#.-eu\0é\u{1f50c}'.split(''));
    fc.assert(
      fc.property(
        fc.array(byte).map((parts) => parts.join('')),
        (text) => {
          const { points, errorCount, errors } = parser.parse(Buffer.from(text), options);
          expect(errors.length).toBe(Math.min(errorCount, 100));
          for (const point of points) {
            if (!writer.append(point)) continue;
            const again = parser.parse(writer.take(), options);
            expect(again.errors.map(lineErrorText)).toEqual([]);
            expect(again.points.map((read) => toNanoseconds(read.ms, read.ns))).toEqual([toNanoseconds(point.ms, point.ns)]);
            expect(again.points.map((read) => read.values.map(exact))).toEqual([point.values.map(exact)]);
          }
        },
      ),
      { numRuns: 5000 },
    );
  });

  it('finds one shape for the same fields in any order', () => {
    const interner = new Interner();
    const parser = new LineParser(interner);
    const fields = ['a=1', 'b=2i', 'c=true', 'd="x"', 'e=5u'];
    const { points } = parser.parse(
      Buffer.from([fields, fields.toReversed(), [...fields.slice(2), ...fields.slice(0, 2)]].map((f) => `m ${f.join()} 1`).join('\n')),
      options,
    );
    expect(new Set(points.map(({ shape }) => shape)).size).toBe(1);
    expect(points.map((point) => point.values)).toEqual(points.map(() => [1, 2, true, 'x', 5]));
  });
});
