import { describe, expect, it } from 'vitest';
import { runStarlark } from '../../../support/starlark.ts';

/** What expressions with `json`, `math`, `time` and `t` are, joined with blanks. */
function print(expressions: string, zone = 'UTC'): string {
  return runStarlark(
    `load("json.star", "json")
load("math.star", "math")
load("time.star", "time")
t = time.from_timestamp(1616425200, 123456789)
print(${expressions})`,
    { zone },
  ).join('\n');
}

const failure = (expression: string): string => print(`catch(lambda: ${expression})`);

describe('json.star', () => {
  it('writes JSON with its keys in order', () => {
    expect(
      print('json.encode({"b": [1, 2.5, None, True, 1 << 70], "a": "x\\"<é>", "c": {}}), json.encode((1, set([2]))), json.encode([])'),
    ).toBe('{"a":"x\\"\\u003cé\\u003e","b":[1,2.5,null,true,1180591620717411303424],"c":{}} [1,[2]] []');
    expect(print('json.encode_indent({"a": [1, {}], "b": []}, prefix=">", indent="  ")')).toBe(
      '{\n>  "a": [\n>    1,\n>    {}\n>  ],\n>  "b": []\n>}',
    );
    expect(print('json.indent(\'{"a":"x,y:{}"}\')')).toBe('{\n\t"a": "x,y:{}"\n}');
  });

  it('reads JSON, and knows whole numbers from others', () => {
    expect(print('json.decode(\'{"a": [1, 2.0, 1e3, "x", null, true], "10": {}, "2": -5, "__proto__": 1}\')')).toBe(
      '{"a": [1, 2.0, 1000.0, "x", None, True], "10": {}, "2": -5, "__proto__": 1}',
    );
    expect(
      print(
        'json.decode("12345678901234567890"), json.decode(\'"\\\\u00e9\\\\ud83d\\\\ude00"\'), json.decode("{", 3), json.decode("[", default=[])',
      ),
    ).toBe('12345678901234567890 é😀 3 []');
  });

  it.each([
    ['json.decode("nope")', "json.decode: at offset 0, unexpected character 'n'"],
    ['json.decode(\'{"a":}\')', "json.decode: at offset 5, unexpected character '}'"],
    ['json.decode("")', 'json.decode: at offset 0, unexpected end of file'],
    ['json.decode("01")', 'json.decode: at offset 2, invalid number: 01'],
    ['json.decode("[1 2]")', "json.decode: at offset 3, got '2', want ',' or ']'"],
    ['json.decode("é")', "json.decode: at offset 0, unexpected character 'é'"],
    ['json.decode(\'["é" x\')', "json.decode: at offset 6, got 'x', want ',' or ']'"],
    ['json.decode("1 1")', "json.decode: at offset 2, unexpected character '1' after value"],
    ["json.decode('\"a')", 'json.decode: at offset 0, unclosed string literal'],
    ['json.decode("[" * 100000)', 'json.decode: at offset 500, nested too deeply'],
    ['json.encode({1: 2})', 'json.encode: dict has int key, want string'],
    ['json.encode([{"a": len}])', 'json.encode: at list index 0: in dict key "a": cannot encode builtin_function_or_method as JSON'],
    ['json.encode(float("nan"))', 'json.encode: cannot encode non-finite float nan'],
    ['json.indent("{")', "json.indent: Expected property name or '}' in JSON at position 1 (line 1 column 2)"],
  ])('%s: %s', (expression, message) => {
    expect(failure(expression)).toBe(message);
  });

  it('does not go round in circles', () => {
    expect(runStarlark('load("json.star", "json")\nl = []\nl.append(l)\nprint(catch(lambda: json.encode(l)))')).toEqual([
      'json.encode: at list index 0: cycle in JSON structure',
    ]);
  });
});

describe('math.star', () => {
  it('calculates with ints and floats', () => {
    expect(
      print(
        'math.ceil(1.2), math.floor(-1.2), math.ceil(3), math.fabs(-1), math.pow(2, 10), math.sqrt(2), math.round(2.5), math.round(-2.5), math.round(0.49999999999999994)',
      ),
    ).toBe('2 -2 3 1.0 1024.0 1.4142135623730951 3.0 -3.0 0.0');
    expect(
      print(
        'math.mod(5, 3), math.mod(-5, 3), math.remainder(5, 3), math.remainder(3, 2), math.log(8, 2), math.log(math.e), math.hypot(3, 4), math.copysign(1, -0.0), math.degrees(math.pi), math.radians(180) == math.pi',
      ),
    ).toBe('2.0 -2.0 -1.0 -1.0 3.0 1.0 5.0 -1.0 180.0 True');
    expect(
      print(
        'math.gamma(5), math.gamma(0.5), math.gamma(171.5), math.gamma(-1.5), math.gamma(0), math.gamma(-1), math.pow(1, float("nan"))',
      ),
    ).toMatch(/^24\.0 1\.7724538509055\d* 9\.4833675668\d*e\+307 2\.3632718012073\d* \+inf nan 1\.0$/);
  });

  it.each([
    ['math.sqrt("x")', 'sqrt: for parameter 1: got string, want float or int'],
    ['math.ceil(float("nan"))', 'cannot convert float NaN to integer'],
    ['math.log(2, 1)', 'division by zero'],
    ['math.foo', 'module has no .foo field or method'],
  ])('%s: %s', (expression, message) => {
    expect(failure(expression)).toBe(message);
  });
});

describe('time.star', () => {
  it('knows instants and their parts', () => {
    expect(print('t, t.year, t.month, t.day, t.hour, t.minute, t.second, t.nanosecond, t.unix, t.unix_nano, type(t)')).toBe(
      '2021-03-22 15:00:00.123456789 +0000 UTC 2021 3 22 15 0 0 123456789 1616425200 1616425200123456789 time.time',
    );
    expect(print('time.now().unix_nano, time.from_timestamp(-1, -1), time.from_timestamp(0).unix')).toBe(
      '1760000000000000123 1969-12-31 23:59:58.999999999 +0000 UTC 0',
    );
    expect(print('time.time(year=2021, month=2, day=29, hour=25), time.time(year=2020, location="Europe/Paris")')).toBe(
      '2021-03-02 01:00:00 +0000 UTC 2019-11-30 00:00:00 +0100 CET',
    );
  });

  it('shows them in layouts and places', () => {
    expect(
      print(
        't.format("2006-01-02T15:04:05.000Z07:00"), t.format("Mon Jan _2 15:04:05 2006"), t.in_location("America/New_York").format("Monday 3PM MST -0700")',
      ),
    ).toBe('2021-03-22T15:00:00.123Z Mon Mar 22 15:00:00 2021 Monday 11AM EDT -0400');
    expect(print('t, t.in_location("UTC").hour, t.in_location("Local").hour, t.in_location("Asia/Kathmandu")', 'Europe/Paris')).toBe(
      '2021-03-22 16:00:00.123456789 +0100 CET 15 16 2021-03-22 20:45:00.123456789 +0545 +0545',
    );
  });

  it('reads them, and keeps the offset that the text has', () => {
    expect(
      print(
        'time.parse_time("2021-03-22T18:00:00+02:00"), time.parse_time("2021-03-22T18:00:00.5Z").unix_nano, time.parse_time("06 Jan 2020", format="02 Jan 2006")',
      ),
    ).toBe('2021-03-22 18:00:00 +0200 +0200 1616436000500000000 2020-01-06 00:00:00 +0000 UTC');
    expect(print('time.parse_time("22/07/2021 08:15", format="02/01/2006 15:04", location="Europe/Paris")')).toBe(
      '2021-07-22 08:15:00 +0200 CEST',
    );
    expect(failure('time.parse_time("x")')).toBe('parsing time "x" as "2006-01-02T15:04:05Z07:00": cannot parse it');
    expect(failure('t.in_location("Mars/Base")')).toBe('unknown time zone Mars/Base');
    expect(print('time.is_valid_timezone("Mars/Base"), time.is_valid_timezone("Europe/Paris")')).toBe('False True');
  });

  it('calculates with durations', () => {
    expect(
      print(
        'd, d.hours, d.minutes, d.seconds, d.milliseconds, d.nanoseconds, d * 2, d / 2, d / time.second, d // time.minute, 3 * time.millisecond, d > time.hour'.replaceAll(
          /\bd\b/g,
          'time.parse_duration("1h30m5.25s")',
        ),
      ),
    ).toBe('1h30m5.25s 1.5014583333333333 90.0875 5405.25 5405250 5405250000000 3h0m10.5s 45m2.625s 5405.25 90 3ms True');
    expect(print('t + time.hour, t - time.hour, t - time.from_timestamp(1616425200), t > time.from_timestamp(0), {t: 1}[t]')).toBe(
      '2021-03-22 16:00:00.123456789 +0000 UTC 2021-03-22 14:00:00.123456789 +0000 UTC 123.456789ms True 1',
    );
    expect(print('[time.parse_duration(x) for x in ["0", "-2m", "1.5µs", "90m", "1ns"]], bool(time.parse_duration("0s"))')).toBe(
      '[0s, -2m0s, 1.5µs, 1h30m0s, 1ns] False',
    );
    expect(failure('time.parse_duration("5")')).toBe('parse_duration: for parameter 1: time: invalid duration "5"');
    expect(failure('t + 1')).toBe('unknown binary op: time.time + int');
    expect(failure('time.hour / 0')).toBe('time.duration division by zero');
  });
});
