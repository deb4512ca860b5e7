import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LineScanner } from '../../../../src/formats/line-protocol/line-scanner.ts';
import { lineEnds } from '../../../../src/formats/line-protocol/split.ts';

const scan = (...pieces: string[]): number[] => {
  const scanner = new LineScanner();
  return pieces.map((piece) => scanner.scan(Buffer.from(piece)));
};

describe('LineScanner', () => {
  it.each([
    [['m v=1'], [0]],
    [['m v=1\n'], [6]],
    [['m v=1\nm v=2\nm'], [12]],
    [
      ['m v=1', '\n', 'm'],
      [0, 1, 0],
    ],
    [
      ['m v="a\n', 'b\n"\n'],
      [0, 4],
    ],
    [
      ['m v="\\"\n', '"\n'],
      [0, 2],
    ],
    [['m,t=" v=1\n'], [10]],
    [['m v=a"b\n'], [8]],
    [['# v="\nm v=1\n'], [12]],
    [[' v="\n"\n'], [7]],
    [['\n\n'], [2]],
    [['m v=1\r\n'], [7]],
  ])('%j: %j', (pieces, ends) => {
    expect(scan(...pieces)).toEqual(ends);
  });

  it('finds the same lines wherever the pieces are cut, and those that `lineEnds` finds', () => {
    const text = fc.string({ unit: fc.constantFrom('m', 'v', ' ', '=', '"', '\\', '\n', ',', '1') });
    fc.assert(
      fc.property(text, (body) => {
        const bytes = Buffer.from(body);
        const scanner = new LineScanner();
        const found = [...bytes.keys()].filter((at) => scanner.scan(bytes.subarray(at, at + 1)) === 1).map((at) => at + 1);
        const whole = lineEnds(bytes).filter((end) => end < bytes.length || found.includes(end));
        expect(found).toEqual(whole);
        expect(new LineScanner().scan(bytes)).toBe(found.at(-1) ?? 0);
      }),
    );
  });

  it('begins anew when it is told', () => {
    const scanner = new LineScanner();
    scanner.scan(Buffer.from('m v="a\n'));
    scanner.reset();
    expect(scanner.scan(Buffer.from('m v=1\n'))).toBe(6);
  });
});
