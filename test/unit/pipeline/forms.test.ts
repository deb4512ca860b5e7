import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Filter } from '../../../src/config/common.ts';
import type { Point } from '../../../src/metric/point.ts';
import { MetricFilter } from '../../../src/pipeline/filter.ts';
import type { Processor } from '../../../src/pipeline/plugin.ts';
import { converter } from '../../../src/plugins/processors/converter/plugin.ts';
import { override } from '../../../src/plugins/processors/override/plugin.ts';
import { rename } from '../../../src/plugins/processors/rename/plugin.ts';
import { testContext, type TestContext } from '../../support/context.ts';
import { decoded, parsePoint, process, toLines } from '../../support/points.ts';

const name: fc.Arbitrary<string> = fc.constantFrom('a', 'ab', 'b', 'usage_idle', 'usage_user', 'é', 'x.y', 'A');
const glob = fc.oneof(name, fc.constantFrom('*', 'a*', '*b', 'usage_*', '?', '[ab]', '[!a]', '{a,b}*', 'x.?', '**'));
const globs = fc.array(glob, { maxLength: 3 });
const value = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((x) => String(x)),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map((x) => `${x}i`),
  fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map((x) => `${x}u`),
  fc.constantFrom('t', 'false', 'True', '-0', '007.50'),
  fc.constantFrom('"on"', '"a,b=c d"', '"q\\"q\\\\"', '""', '"42.5"', '"0x1F"', '"é"'),
);
const line = fc
  .record({
    measurement: name,
    tags: fc.dictionary(name, name, { maxKeys: 3 }),
    fields: fc.uniqueArray(fc.tuple(name, value), { selector: ([key]) => key, minLength: 1, maxLength: 6 }),
    time: fc.bigInt({ min: -(2n ** 62n), max: 2n ** 62n }),
  })
  .map(({ measurement, tags, fields, time }) => {
    const key = [measurement, ...Object.entries(tags).map(([tag, text]) => `${tag}=${text}`)].join(',');
    return `${key} ${fields.map(([field, text]) => `${field}=${text}`).join(',')} ${time}`;
  });

const filter: fc.Arbitrary<Filter> = fc.record(
  {
    namepass: globs,
    namedrop: globs,
    tagpass: fc.dictionary(name, globs, { maxKeys: 2 }),
    tagdrop: fc.dictionary(name, globs, { maxKeys: 2 }),
    fieldinclude: globs,
    fieldexclude: globs,
    taginclude: globs,
    tagexclude: globs,
  },
  { requiredKeys: [] },
);

type Make = (context: TestContext) => Processor;

const rules = fc.array(fc.record({ measurement: name, tag: name, field: name, dest: name }, { requiredKeys: ['dest'] }), { maxLength: 4 });
const processor: fc.Arbitrary<Make> = fc.oneof(
  rules.map(
    (replace): Make =>
      (context) =>
        rename.create(rename.schema.parse({ replace }), context),
  ),
  fc.record({ name_prefix: name, tags: fc.dictionary(name, name, { maxKeys: 2 }) }).map(
    (options): Make =>
      (context) =>
        override.create(override.schema.parse(options), context),
  ),
  fc
    .record({
      tags: fc.record({ string: globs, integer: globs, measurement: globs }, { requiredKeys: [] }),
      fields: fc.record(
        { tag: globs, float: globs, integer: globs, unsigned: globs, boolean: globs, string: globs, timestamp: globs },
        { requiredKeys: [] },
      ),
    })
    .map(
      (options): Make =>
        (context) =>
          converter.create(converter.schema.parse(options), context),
    ),
);

/** What a filter leaves of a point, as a processor's runner applies it. */
function filtered(metricFilter: MetricFilter, point: Point): Point[] {
  if (!metricFilter.selects(point.shape)) return [];
  const modified = metricFilter.modify(point.shape);
  if (modified === 'empty') return [];
  return [modified === 'unchanged' ? point : modified.apply(point)];
}

describe('a point in its bytes form and the same point decoded', () => {
  it('come out of any filter and processor as the same', () => {
    fc.assert(
      fc.property(line, filter, fc.array(processor, { maxLength: 3 }), (text, filterOptions, makers) => {
        const context = testContext();
        const metricFilter = new MetricFilter(filterOptions, context);
        const processors = makers.map((make) => make(context));
        const through = (point: Point) => processors.reduce((points, one) => process(one, points), filtered(metricFilter, point));

        const bytes = parsePoint(context.interner, text);
        const before = [...bytes.values];
        const fromBytes = through(bytes);
        const fromValues = through(decoded(parsePoint(context.interner, text)));

        // Numbers and bools may be spelled in many ways, and bytes stay as they were spelled: compared is what they mean.
        const meaning = (points: readonly Point[]) => toLines(context.interner, points.map(decoded));
        expect(meaning(fromBytes)).toEqual(meaning(fromValues));
        expect(fromBytes.map((point) => point.values)).toEqual(fromValues.map((point) => point.values));
        expect(fromBytes.map((point) => point.shape)).toEqual(fromValues.map((point) => point.shape));
        expect(bytes.values).toEqual(before);
      }),
      { numRuns: 500 },
    );
  });
});

describe('a filter that removes fields and tags', () => {
  it('leaves exactly those that a glance at each name says', () => {
    fc.assert(
      fc.property(line, fc.array(name, { minLength: 1, maxLength: 3 }), fc.array(name, { maxLength: 3 }), (text, include, exclude) => {
        const context = testContext();
        const options = { fieldinclude: include, fieldexclude: exclude, taginclude: include, tagexclude: exclude };
        const point = parsePoint(context.interner, text);
        const keeps = (key: string) => include.includes(key) && !exclude.includes(key);

        const [after] = filtered(new MetricFilter(options, context), point);

        const kept = point.shape.fields.flatMap(({ key }, index) => (keeps(key.name) ? [[key.name, point.values[index]]] : []));
        expect(after?.shape.fields.map(({ key }, index) => [key.name, after.values[index]]) ?? []).toEqual(kept);
        const keptTags = point.series.tags.filter(([key]) => keeps(key));
        expect(after?.series.tags ?? keptTags).toEqual(keptTags);
      }),
    );
  });
});
