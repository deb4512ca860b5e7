import { randomBytes } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { gzipBody } from '../../../../src/plugins/shared/gzip.ts';
import { posts } from '../../../bench/lines.ts';

describe('a body as gzip', () => {
  it.each([
    ['nothing', Buffer.alloc(0)],
    ['a line', Buffer.from('cpu value=1 1\n')],
    ['what does not shrink, in several pieces', randomBytes(300_000)],
    ['what shrinks a thousandfold', Buffer.alloc(3_000_000)],
  ])('comes back: %s', async (_, body) => {
    for (const level of [1, 6, 9]) expect(gunzipSync(await gzipBody(body, level)).equals(body)).toBe(true);
  });

  it('has memory of just its size, which can be given back', async () => {
    const [lines] = posts(5000, 5000);
    const packed = await gzipBody(lines, 1);
    expect(packed.buffer.byteLength).toBe(packed.length);
    expect(gunzipSync(packed).equals(lines)).toBe(true);
  });
});
