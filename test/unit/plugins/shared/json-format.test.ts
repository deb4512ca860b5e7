import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ConfigError } from '../../../../src/config/diagnostics.ts';
import { jsonFormatOptions, JsonReader } from '../../../../src/plugins/shared/json-format.ts';
import { repoPath } from '../../../support/command-line.ts';
import { testContext } from '../../../support/context.ts';
import { toLines } from '../../../support/points.ts';

const Options = z.strictObject(jsonFormatOptions);

function read(options: z.input<typeof Options>, text: string) {
  const context = testContext({ nowMs: 1000 });
  const { points, errors, errorCount } = new JsonReader(Options.parse(options), 'file', context).read(Buffer.from(text));
  return { lines: toLines(context.interner, points), errors, errorCount, dropped: Object.fromEntries(context.dropped) };
}

const lines = (options: z.input<typeof Options>, text: string): string[] => read(options, text).lines;

describe('data_format json', () => {
  // The examples of Telegraf's own page on this format.
  it("reads an object as Telegraf's page says", () => {
    const text = '{"a": 5, "b": {"c": 6, "my_field": "description"}, "my_tag_1": "foo", "name": "my_json"}';
    expect(lines({ tag_keys: ['my_tag_1'] }, text)).toEqual(['file,my_tag_1=foo a=5,b_c=6 1000000000']);
    expect(lines({ tag_keys: ['my_tag_1'], json_string_fields: ['b_my_field'], json_name_key: 'name' }, text)).toEqual([
      'my_json,my_tag_1=foo a=5,b_c=6,b_my_field="description" 1000000000',
    ]);
  });

  it("reads an array with times as Telegraf's page says", () => {
    const text = `[
      {"a": 5, "b": {"c": 6, "time": "04 Jan 06 15:04 MST"}, "my_tag_1": "foo", "my_tag_2": "baz"},
      {"a": 7, "b": {"c": 8, "time": "11 Jan 07 15:04 MST"}, "my_tag_1": "bar", "my_tag_2": "baz"}
    ]`.replaceAll('MST', 'UTC');
    const options = { tag_keys: ['my_tag_1', 'my_tag_2'], json_time_key: 'b_time', json_time_format: '02 Jan 06 15:04 MST' };
    expect(lines(options, text)).toEqual([
      'file,my_tag_1=foo,my_tag_2=baz a=5,b_c=6 1136387040000000000',
      'file,my_tag_1=bar,my_tag_2=baz a=7,b_c=8 1168527840000000000',
    ]);
  });

  it('reads below json_query, and nothing where there is nothing', () => {
    const text = '{"obj": {"friends": [{"first": "Dale", "age": 44}, {"first": "Roger", "age": 68}]}, "none": null}';
    expect(lines({ json_query: 'obj.friends', tag_keys: ['f*'] }, text)).toEqual([
      'file,first=Dale age=44 1000000000',
      'file,first=Roger age=68 1000000000',
    ]);
    expect(read({ json_query: 'obj.foes' }, text)).toEqual({ lines: [], errors: [], errorCount: 0, dropped: {} });
    expect(lines({ json_query: 'none' }, text)).toEqual([]);
  });

  it('makes tags of numbers and booleans, and boolean fields where they are asked for', () => {
    expect(lines({ tag_keys: ['id', 'on'], json_string_fields: ['off'] }, '{"id": 1e21, "on": true, "off": false, "x": 0.5}')).toEqual([
      'file,id=1000000000000000000000,on=true off=false,x=0.5 1000000000',
    ]);
  });

  it('refuses an array for one bad object, and only that object when it is not strict', () => {
    const text = '\n[{"t": 1, "v": 1},\n{"v": 2}]';
    const options = { json_time_key: 't', json_time_format: 'unix' };
    const strict = read(options, text);
    expect(strict.lines).toEqual([]);
    expect(strict.errors[0]).toMatchObject({ line: 2, reason: expect.stringContaining("'json_time_key' could not be found") });
    expect(strict.dropped).toEqual({ parse_error: 1 });
    const lax = read({ ...options, json_strict: false }, text);
    expect([lax.lines, lax.errorCount]).toEqual([['file v=1 1000000000'], 1]);
  });

  it.each([
    ['{"a": 1', 'line 1'],
    ['\n\n{"a": 1,}', 'line 3'],
    ['17', 'expected an object'],
    ['[1]', 'expected an object'],
    ['{"a": 1e999}', 'too large'],
  ])('refuses %j', (text, reason) => {
    const { lines: none, errors } = read({}, text);
    expect(none).toEqual([]);
    expect(`line ${errors[0].line}: ${errors[0].reason}`).toContain(reason);
  });

  it('counts an object without any number', () => {
    expect(read({}, '{"a": "x"}').dropped).toEqual({ no_fields: 1 });
  });

  it.each([
    [{ json_query: 'a.@reverse' }, 'json_query'],
    [{ json_time_key: 't' }, 'json_time_format'],
    [{ json_time_key: 't', json_time_format: 'xyz' }, 'xyz'],
    [{ tag_keys: ['a[*'] }, 'tag_keys'],
  ])('refuses the options %j', (options, word) => {
    expect(() => read(options, '{}')).toThrow(ConfigError);
    expect(() => read(options, '{}')).toThrow(word);
  });
});

describe("Scaphandre's JSON file", () => {
  const text = readFileSync(repoPath('test/data/scaphandre/scaphandre.json'), 'utf8');
  const time = { json_time_key: 'timestamp', json_time_format: 'unix' };

  it('has a host, three times', () => {
    expect(lines({ json_query: 'host', ...time }, text)).toEqual([
      'file consumption=95993020 1795361564196269800',
      'file consumption=96232860 1795361566198634600',
      expect.stringMatching(/^file consumption=\d+ 17953615682\d+$/),
    ]);
  });

  it('has its processes, the hostile command line unharmed', () => {
    const processes = lines({ json_query: 'consumers', tag_keys: ['exe', 'pid', 'cmdline'], ...time }, text);
    expect(processes).toHaveLength(15);
    expect(processes[1]).toBe(
      'file,cmdline=qemu-system-x86_64-nameguest\\=vm-db-m81920.2,exe=/usr/bin/qemu-system-x86_64,pid=12 consumption=9504260 1795361564196234000',
    );
    expect(processes[2]).toContain('<script>alert(1)</script>');
  });

  it('has the domains of its socket', () => {
    const domains = lines({ json_query: 'sockets.#(id==0).domains', tag_keys: ['name'], ...time }, text);
    expect(domains.slice(0, 2)).toEqual([
      'file,name=dram consumption=4995444 1795361564194926000',
      'file,name=core consumption=22662400 1795361564194918400',
    ]);
  });
});
