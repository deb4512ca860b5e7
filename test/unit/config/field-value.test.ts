import { describe, expect, it } from 'vitest';
import { fieldValue } from '../../../src/config/options.ts';
import { configOf, errorLines, loadText } from '../../support/config.ts';

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
