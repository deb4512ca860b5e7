import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TemplateError } from '../../../../src/formats/go-template/errors.ts';
import { compileTemplate, type Template } from '../../../../src/formats/go-template/template.ts';
import { UTC } from '../../../../src/formats/go-template/values/time.ts';
import { metric, time } from './metric.ts';

const host = { now: () => time, local: UTC };

function compile(text: string): Template {
  return compileTemplate('value template', text, host);
}

/** What becomes of a template: the text, or the error and when it came. */
function outcome(text: string): readonly [when: string, result: string] {
  let when = 'parse';
  try {
    const template = compile(text);
    when = 'exec';
    return ['ok', template.execute(metric)];
  } catch (error) {
    if (error instanceof TemplateError) return [when, error.message];
    throw error;
  }
}

const cases = JSON.parse(readFileSync('test/data/go-template/cases.json', 'utf8')) as readonly [
  text: string,
  when: string,
  result: string,
][];

describe('a template', () => {
  it.each(cases)('%j: as Go, %s %j', (text, when, result) => {
    expect(outcome(text)).toEqual([when, result]);
  });

  it('can be anything: nothing but a TemplateError comes of it', () => {
    const part = fc.constantFrom(
      '{{',
      '}}',
      '{{-',
      '-}}',
      ' ',
      'if',
      'else',
      'end',
      'range',
      'with',
      'define',
      'template',
      'block',
      'break',
      '.',
      '.Name',
      '.Tag',
      '.Fields',
      '"a"',
      '"host"',
      '`x`',
      "'c'",
      '1',
      '2.5',
      '-',
      '|',
      '(',
      ')',
      ':=',
      '=',
      '$',
      '$x',
      ',',
      'printf',
      'eq',
      'index',
      'until',
      'nil',
      'é',
      '\n',
      '/*',
      '*/',
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 25 }), (parts) => {
        expect(['ok', 'parse', 'exec']).toContain(outcome(parts.join(''))[0]);
      }),
      { numRuns: 3000 },
    );
  });

  it('says where it is wrong, by line and column', () => {
    expect(() => compile('a\n  {{ foo }}')).toThrow(expect.objectContaining({ line: 2, column: 5 }));
  });

  it.each([
    ['env "HOME"', /^template: value template:1: function "env" not defined: Telegraf has it, Wattbridge has not; put `\$\{NAME\}` into/],
    ['randAlpha 5', /is another thing every time/],
    ['genPrivateKey "rsa"', /makes keys and passwords/],
  ])('names what Sprig has and this has not: %s', (call, message) => {
    expect(outcome(`{{ ${call} }}`)).toEqual(['parse', expect.stringMatching(message)]);
  });
});

describe('a template that is too much', () => {
  it.each([
    ['that calls itself', '{{define "x"}}{{template "x"}}{{end}}{{template "x"}}', 'exceeded maximum template depth (200)'],
    ['that walks for ever', '{{range 1000000000}}{{end}}', 'more than 100000 steps'],
    ['whose loops multiply', '{{range until 4000}}{{range until 4000}}{{end}}{{end}}', 'more than 100000 steps'],
    ['that writes too much', '{{range until 4000}}{{printf "%100d" .}}{{end}}', 'output of more than 65536 characters'],
    ['that makes a long text', '{{repeat 1000000000 "x"}}', 'text of 1000000000 characters; 65536 are the most'],
    ['that doubles a text', '{{$x := "xxxxxxxx"}}{{range until 40}}{{$x = cat $x $x}}{{end}}', 'characters; 65536 are the most'],
    ['that replaces by much', '{{replace "" (repeat 60000 "x") (repeat 60000 "y")}}', 'characters; 65536 are the most'],
    ['that makes a long list', '{{until 100000}}', 'list of 100000 items; 4096 are the most'],
    ['that doubles a list', '{{$l := until 4000}}{{concat $l $l}}', 'list of 8000 items; 4096 are the most'],
    ['that nests lists', '{{$l := list}}{{range until 4000}}{{$l = list $l}}{{end}}{{$l}}', 'lists or maps nested more than 100 deep'],
    [
      'that holds a list many times',
      '{{$l := list 1}}{{range until 40}}{{$l = list $l $l}}{{end}}{{printf "%d" $l}}',
      'more than 4096 items in all',
    ],
    [
      'that puts a map into itself',
      '{{$d := dict}}{{$x := set $d "a" $d}}{{$x = set $d "b" $d}}{{toJson $d | len}} {{$d}}',
      'nested more than 100 deep',
    ],
    ['that compares a map that is in itself', '{{$d := dict}}{{$x := set $d "a" $d}}{{deepEqual $d $d}}', 'nested more than 100 deep'],
    ['that prints much', '{{$x := repeat 60000 "x"}}{{list $x $x}}', 'characters; 65536 are the most'],
    ['that quotes much', '{{printf "%q" (repeat 60000 "\\x00")}}', 'text of 240002 characters; 65536 are the most'],
    ['that pads without end', '{{printf "%1000000d" 1}}', 'width or precision over 1000'],
    ['that indents without end', '{{indent 100000 "a"}}', 'characters; 65536 are the most'],
  ])('ends with an error: one %s', (_name, text, message) => {
    expect(outcome(text)).toEqual(['exec', expect.stringContaining(message)]);
  });

  it('is refused where it is nested too deeply, and long chains are not', () => {
    expect(outcome(`{{${'('.repeat(1000)}1${')'.repeat(1000)}}}`)).toEqual(['parse', expect.stringContaining('nested too deeply')]);
    expect(outcome(`{{if false}}${'{{else if false}}'.repeat(200)}{{else}}x{{end}}`)).toEqual(['ok', 'x']);
  });
});
