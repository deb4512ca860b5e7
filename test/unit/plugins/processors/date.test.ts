import { describe, expect, it } from 'vitest';
import { ConfigError } from '../../../../src/config/diagnostics.ts';
import { Point } from '../../../../src/metric/point.ts';
import { toTransform } from '../../../../src/pipeline/stage.ts';
import { date } from '../../../../src/plugins/processors/date/plugin.ts';
import { testContext } from '../../../support/context.ts';
import { parsePoint, parsePoints, process, toLines } from '../../../support/points.ts';

function setUp(options: object) {
  const context = testContext();
  const processor = date.create(date.schema.parse(options), context);
  const dated = (...lines: string[]) =>
    toLines(context.interner, process(processor, parsePoints(context.interner, `${lines.join('\n')}\n`)));
  return { context, processor, dated };
}

/** What a layout shows of times in a zone; each line is `m v=1 <ns>`. */
function shown(date_format: string, timezone: string, ...nanoseconds: string[]): string[] {
  return setUp({ field_key: 'd', date_format, timezone })
    .dated(...nanoseconds.map((time) => `m v=1 ${time}`))
    .map((line) => /d="([^"]*)"/.exec(line)?.[1] ?? line);
}

describe('into a tag', () => {
  it('writes the time, over what is there', () => {
    expect(setUp({ tag_key: 't', date_format: '2006-01-02' }).dated('m,a=b,t=x v=1 1760000000000000000')).toEqual([
      'm,a=b,t=2025-10-09 v=1 1760000000000000000',
    ]);
  });

  it('adds the offset first', () => {
    const { dated } = setUp({ tag_key: 't', date_format: '2006-01-02T15:04:05.000000000', date_offset: '-24h1ns' });
    expect(dated('m v=1 0', 'm v=1 1')).toEqual(['m,t=1969-12-30T23:59:59.999999999 v=1 0', 'm,t=1969-12-31T00:00:00.000000000 v=1 1']);
  });

  it('keeps the bytes of the fields, and the series of points with one text', () => {
    const { context, processor } = setUp({ tag_key: 't', date_format: '15h' });
    const points = parsePoints(context.interner, 'm v=1 0\nm v=2 3599999999999\nm v=3 3600000000000\n');
    const transform = toTransform(processor.bind(points[0].shape));
    const out: Point[] = [];
    for (const point of points) transform(point, out);
    expect(out.map(({ source }) => source)).toEqual(points.map(({ source }) => source));
    expect([out[0].series === out[1].series, out[2].series.tag('t')]).toEqual([true, '01h']);
  });

  it('ends the series that the last text made', () => {
    const { context, processor } = setUp({ tag_key: 't', date_format: '15h' });
    const point = parsePoint(context.interner, 'm v=1 0');
    const transform = toTransform(processor.bind(point.shape));
    const out: Point[] = [];
    transform(point, out);
    transform(Point.stale(point.shape, 7_200_000, 0), out);
    expect([out[1].stale, out[1].series]).toEqual([true, out[0].series]);
  });
});

describe('into a field', () => {
  it.each([
    ['unix', ['-1i', '1i', '9223372036i']],
    ['unix_ms', ['0i', '1500i', '9223372036854i']],
    ['unix_us', ['0i', '1500000i', '9223372036854775i']],
    ['unix_ns', ['-1i', '1500000000i', '9223372036854775807i']],
  ])('counts in %s, rounding as Telegraf does', (date_format, expected) => {
    const lines = ['-1', '1500000000', '9223372036854775807'].map((time) => `m v=1 ${time}`);
    expect(
      setUp({ field_key: 'd', date_format })
        .dated(...lines)
        .map((line) => /d=([^,]*),/.exec(line)?.[1]),
    ).toEqual(expected);
  });

  it('writes over a field of another kind', () => {
    expect(setUp({ field_key: 'v', date_format: 'Jan' }).dated('m v=1 0')).toEqual(['m v="Jan" 0']);
  });
});

// What time.Format of Go 1.26 shows, with the tzdata of Debian.
describe('the clocks of a zone', () => {
  it.each<[string, string, string[], string[]]>([
    [
      'Mon 15h MST -07:00',
      'Europe/Paris',
      ['1761440399000000000', '1761440400000000000', '0'],
      ['Sun 02h CEST +02:00', 'Sun 02h CET +01:00', 'Thu 01h CET +01:00'],
    ],
    ['15:04 MST', 'America/New_York', ['1760000000000000000'], ['04:53 EDT']],
    ['15:04 Z07:00', '', ['1760000000000000000'], ['08:53 Z']],
    ['3PM', 'Asia/Kathmandu', ['1760000000000000000'], ['2PM']],
    ['05', 'UTC', ['1000000000', '1999999999', '2000000000'], ['01', '01', '02']],
    ['04', 'UTC', ['59999999999', '60000000000'], ['00', '01']],
    ['.000', 'UTC', ['1000000', '2000000'], ['.001', '.002']],
    ['15:04', 'Africa/Monrovia', ['0', '30000000000'], ['23:15', '23:16']],
  ])('%s in %s', (layout, zone, times, expected) => {
    expect(shown(layout, zone, ...times)).toEqual(expected);
  });

  it('are those of the machine for Local', () => {
    const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
    expect(shown('15:04 -0700', 'Local', '1760000000000000000')).toEqual(shown('15:04 -0700', timeZone, '1760000000000000000'));
  });
});

describe('options', () => {
  it.each<[object, string]>([
    [{}, 'at least one of field_key or tag_key must be specified'],
    [{ tag_key: 'a', field_key: 'b' }, 'field_key and tag_key cannot be specified at the same time'],
    [{ tag_key: 'a', timezone: 'Mars/X' }, 'timezone: unknown time zone Mars/X'],
    [{ tag_key: 'a', timezone: '../../etc/passwd' }, 'timezone: unknown time zone ../../etc/passwd'],
  ])('%j: %s', (options, message) => {
    expect(() => setUp(options)).toThrow(ConfigError);
    expect(() => setUp(options)).toThrow(message);
  });

  it('warn of a format that shows nothing of the time', () => {
    const warnings = (options: object) => setUp(options).context.logged.map(({ level }) => level);
    expect([{ tag_key: 'a', date_format: 'unix' }, { field_key: 'a' }].map(warnings)).toEqual([['warn'], ['warn']]);
    expect(
      [
        { field_key: 'a', date_format: 'unix' },
        { tag_key: 'a', date_format: '2' },
      ].map(warnings),
    ).toEqual([[], []]);
  });
});
