import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CharacterEncoding } from '../../../../src/plugins/shared/character-encoding.ts';
import { readLineBlocks, type LineBlock } from '../../../../src/plugins/shared/line-blocks.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wattbridge-blocks-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function read(content: string | Buffer, encoding: CharacterEncoding = 'none', blockBytes?: number): Promise<LineBlock[]> {
  const file = join(folder, 'in');
  await writeFile(file, content);
  return Array.fromAsync(readLineBlocks(file, encoding, blockBytes));
}

describe('readLineBlocks', () => {
  it('gives a file of common size as one block, last line without its end included', async () => {
    expect(await read('a\nb')).toEqual([{ text: Buffer.from('a\nb'), linesBefore: 0 }]);
    expect(await read('')).toEqual([]);
  });

  it('cuts a large one at line ends, loses nothing, and counts the lines before', async () => {
    const text = Array.from({ length: 100 }, (_, index) => `line ${index}\n`).join('');
    for (const size of [16, 17, 64, 100, 1000]) {
      const blocks = await read(text, 'none', size);
      expect(Buffer.concat(blocks.map((block) => block.text)).toString()).toBe(text);
      let lines = 0;
      for (const block of blocks) {
        expect(block.linesBefore).toBe(lines);
        expect(block.text.at(-1)).toBe(0x0a);
        lines += block.text.toString().split('\n').length - 1;
      }
    }
  });

  it('says so when there is no line end where one must be', async () => {
    await expect(read('x'.repeat(100), 'none', 50)).rejects.toThrow('no line end within 50 bytes');
  });

  it.each(['utf-16le', 'utf-16be'] as const)('reads %s, whatever the reads cut in two, and skips the byte-order mark', async (encoding) => {
    const text = 'm,t=é s="\u{1f50c}" 1\n'.repeat(50);
    const bytes = Buffer.from(`\ufeff${text}`, 'utf16le');
    if (encoding === 'utf-16be') bytes.swap16();
    for (const size of [33, 64, 1 << 20]) {
      const blocks = await read(bytes, encoding, size);
      expect(Buffer.concat(blocks.map((block) => block.text)).toString()).toBe(text);
    }
  });

  it('replaces invalid bytes when told that it is UTF-8, and passes them on when told nothing', async () => {
    expect((await read(Buffer.from([0x61, 0xff, 0x0a]), 'utf-8'))[0].text.toString()).toBe('a\ufffd\n');
    expect((await read(Buffer.from([0x61, 0xff, 0x0a])))[0].text).toEqual(Buffer.from([0x61, 0xff, 0x0a]));
  });
});
