import { PassThrough, Readable } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LineScanner } from '../../../../src/formats/line-protocol/line-scanner.ts';
import { MAX_LINE_BYTES, plainLineEnds, singleLines, wholeLines, type LineEnds } from '../../../../src/plugins/shared/whole-lines.ts';

async function read(pieces: readonly (string | Buffer)[], ends: LineEnds = plainLineEnds): Promise<{ lines: string[]; tooLong: number }> {
  let tooLong = 0;
  const stream = Readable.from(pieces.map((piece) => Buffer.from(piece)));
  const lines = await Array.fromAsync(wholeLines(stream, ends, () => tooLong++));
  return { lines: lines.map(String), tooLong };
}

describe('wholeLines', () => {
  it('puts lines together that arrive in pieces, and gives what has no line end at the end', async () => {
    expect(await read(['a', 'b\nc\nd', '', 'e'])).toEqual({ lines: ['ab\nc\n', 'de'], tooLong: 0 });
  });

  it('loses and repeats nothing, wherever the pieces are cut', async () => {
    const text = 'm v="a\nb" 1\n# it\'s ="\nm v=2\n\nm,t=" v=3';
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(fc.nat(text.length)), fc.boolean(), async (cuts, isPlain) => {
        const at = [0, ...cuts.toSorted((a, b) => a - b), text.length];
        const { lines } = await read(
          at.slice(1).map((end, index) => text.slice(at[index], end)),
          isPlain ? plainLineEnds : new LineScanner(),
        );
        expect(lines.join('')).toBe(text);
        expect(lines.slice(0, -1).every((line) => line.endsWith('\n'))).toBe(true);
        expect(isPlain || !lines.some((line) => line.endsWith('"a\n'))).toBe(true);
      }),
    );
  });

  it('leaves out a line that is too long, alone, and tells of it', async () => {
    const long = Buffer.alloc(MAX_LINE_BYTES, 'x');
    expect(await read(['a\n', long, long, 'x\nb\n'])).toEqual({ lines: ['a\n', 'b\n'], tooLong: 1 });
    expect((await read([long, '\nb\n'])).tooLong).toBe(0);
  });

  it('goes on after a string that is never closed', async () => {
    const line = `m v=1 ${'1'.repeat(1000)}\n`;
    const { lines } = await read(['m v="a\n', ...Array.from({ length: 1100 }, () => line)], new LineScanner());
    expect(lines.join('').split('\n')).toHaveLength(1102);
  });

  it('ends when the stream is closed', async () => {
    const stream = new PassThrough();
    stream.write('a\nb');
    const lines: string[] = [];
    for await (const text of wholeLines(stream, plainLineEnds, () => undefined)) {
      lines.push(String(text));
      stream.destroy();
    }
    expect(lines).toEqual(['a\n', 'b']);
  });
});

describe('singleLines', () => {
  it('keeps the line ends', () => {
    expect(singleLines(Buffer.from('a\n\nb')).map(String)).toEqual(['a\n', '\n', 'b']);
    expect(singleLines(Buffer.from(''))).toEqual([]);
  });
});
