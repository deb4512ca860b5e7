import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { loadSources } from '../../../src/config/load.ts';
import { fieldValue, valueTree } from '../../../src/config/options.ts';
import { textSource } from '../../../src/config/source.ts';
import { configOf, errorLines, loadText, testSchemas } from '../../support/config.ts';

const TOML = (fields: string) =>
  `[[inputs.cpu]]\n[[outputs.file]]\n[[processors.constant]]\nother = 2.0\n[processors.constant.fields]\n${fields}\n`;
const YAML = (fields: string) => `inputs: [cpu]\noutputs: [file]\nprocessors:\n  - constant: { other: 2.0, fields: { ${fields} } }\n`;

describe('the value of a field', () => {
  it.each([
    ['TOML', 'a.conf', TOML('i = 1\nf = 1.0\nx = 0x1E\ne = 1e3\ng = 0.5\nt = "1.0"\nb = true\nbig = 9007199254740993')],
    ['YAML', 'a.yaml', YAML('i: 1, f: 1.0, x: 0x1E, e: 1e3, g: 0.5, t: "1.0", b: true, big: 9007199254740993')],
  ])('in %s keeps integers from floats, and leaves other numbers alone', (_, name, text) => {
    const { options } = configOf(loadText(name, text)).processors[0];
    expect(options).toMatchObject({
      other: 2,
      fields: {
        i: { value: 1, isFloat: false },
        f: { value: 1, isFloat: true },
        x: { value: 30, isFloat: false },
        e: { value: 1000, isFloat: true },
        g: { value: 0.5, isFloat: true },
        t: { value: '1.0', isFloat: false },
        b: { value: true, isFloat: false },
        big: { value: 9_007_199_254_740_993n, isFloat: false },
      },
    });
  });

  it.each(['[1]', '{ a = 1 }', '9223372036854775808'])('can not be %s', (value) => {
    const message = 'processors.constant: fields.a: must be a text, a number (an integer of 64 bits at most), true or false';
    expect(errorLines(loadText('a.conf', TOML(`a = ${value}`)))).toEqual([expect.stringMatching(/^6:\d+: /)]);
    expect(errorLines(loadText('a.conf', TOML(`a = ${value}`)))[0]).toContain(message);
  });

  it('is read from plain numbers as well', () => {
    expect([1, -0.5].map((value) => fieldValue().parse(value))).toEqual([
      { value: 1, isFloat: false },
      { value: -0.5, isFloat: true },
    ]);
  });
});

describe('a tree of values', () => {
  const scripted = { schema: z.strictObject({ constants: z.record(z.string(), valueTree()).default({}) }) };
  const schemas = { ...testSchemas, processors: new Map([['scripted', scripted]]) };

  it.each([
    [
      'TOML',
      'a.conf',
      '[[inputs.cpu]]\n[[outputs.file]]\n[[processors.scripted]]\n[processors.scripted.constants]\nf = 1.0\nl = [1.0, 2.0]\n[processors.scripted.constants.m]\ni = 1\n[processors.scripted.constants.m.deep]\nf = 2.0\n',
    ],
    [
      'YAML',
      'a.yaml',
      'inputs: [cpu]\noutputs: [file]\nprocessors:\n  - scripted: { constants: { f: 1.0, l: [1.0, 2.0], m: { i: 1, deep: { f: 2.0 } } } }\n',
    ],
  ])('in %s knows 1.0 from 1 at any depth', (_, name, text) => {
    const float = (value: number) => ({ value, isFloat: true });

    const loaded = loadSources([textSource(name, text)], schemas, { env: {} });

    expect(configOf(loaded).processors[0].options).toMatchObject({
      constants: {
        f: float(1),
        l: [float(1), float(2)],
        m: new Map<string, unknown>([
          ['i', { value: 1, isFloat: false }],
          ['deep', new Map([['f', float(2)]])],
        ]),
      },
    });
  });

  it('is refused where something in it is no value', () => {
    expect(valueTree().safeParse({ a: [1, null] }).success).toBe(false);
    expect(valueTree().safeParse({ a: { b: 2n ** 63n } }).success).toBe(false);
  });
});
