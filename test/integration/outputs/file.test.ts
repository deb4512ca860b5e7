import { mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, zstdDecompressSync, type ZstdDecompress } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { file } from '../../../src/plugins/outputs/file/plugin.ts';
import type { Output } from '../../../src/pipeline/plugin.ts';
import { testContext, type TestContext } from '../../support/context.ts';
import { createOutput, deliver, firstTry, pointsOf } from '../../support/output.ts';

let folder: string;
let opened: Output[];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wattbridge-file-'));
  opened = [];
});
afterEach(async () => {
  for (const output of opened) await output.close?.();
  await rm(folder, { recursive: true });
});

async function open(options: object): Promise<{ output: Output; context: TestContext }> {
  const context = testContext({ baseDirectory: folder });
  const output = createOutput(file, { files: ['out.lp'], ...options }, context);
  opened.push(output);
  await output.connect?.(new AbortController().signal);
  return { output, context };
}

/** Node's own function stops after the first frame; zstd's command line, and every other reader, goes on. */
function unzstd(bytes: Buffer): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; at < bytes.length;) {
    const { buffer, engine } = zstdDecompressSync(bytes.subarray(at), { info: true }) as unknown as {
      buffer: Buffer;
      engine: ZstdDecompress;
    };
    parts.push(buffer);
    at += engine.bytesWritten;
  }
  return Buffer.concat(parts);
}

const read = (name: string): Promise<string> => readFile(join(folder, name), 'utf8');

describe('file', () => {
  it('appends to every file, after what was there', async () => {
    await writeFile(join(folder, 'out.lp'), 'before v=0 0\n');
    const { output, context } = await open({ files: ['out.lp', 'second.lp'] });
    for (const line of ['m v=1 1', 'm v=2 2']) expect(await deliver(output, pointsOf(context, line))).toEqual([{ status: 'ok' }]);
    expect(await read('out.lp')).toBe('before v=0 0\nm v=1 1\nm v=2 2\n');
    expect(await read('second.lp')).toBe('m v=1 1\nm v=2 2\n');
  });

  it('writes as the options of the format say', async () => {
    const { output, context } = await open({ influx_sort_fields: true, influx_uint_support: true, influx_omit_timestamp: true });
    await deliver(output, pointsOf(context, 'm b=1u,a=2i 1'));
    expect(await read('out.lp')).toBe('m a=2i,b=1u\n');
  });

  it.each([
    ['gzip', gunzipSync],
    ['zstd', unzstd],
  ] as const)('ends a file well after every write with %s', async (algorithm, decompress) => {
    const { output, context } = await open({ compression_algorithm: algorithm, compression_level: 1 });
    for (const line of ['m v=1 1', 'm v=2 2']) await deliver(output, pointsOf(context, line));
    expect(decompress(await readFile(join(folder, 'out.lp'))).toString()).toBe('m v=1 1\nm v=2 2\n');
  });

  it('takes a write back from all files when one fails, so that the retry repeats nothing', async () => {
    const { output, context } = await open({ files: ['out.lp', '/dev/full'] });
    const [payload] = output.encode(pointsOf(context, 'm v=1 1'), 1000);
    const result = await output.send(payload, firstTry);
    expect(result).toMatchObject({ status: 'retry', reason: expect.stringContaining('cannot write to /dev/full: ENOSPC') });
    expect(await read('out.lp')).toBe('');
  });

  it("leaves earlier lines alone when a file can't be opened again", async () => {
    const { output, context } = await open({});
    await deliver(output, pointsOf(context, 'm v=1 1'));
    await rename(folder, `${folder}-away`);
    expect(await deliver(output, pointsOf(context, 'm v=2 2'))).toMatchObject([
      { status: 'retry', reason: expect.stringContaining('ENOENT') },
    ]);
    await rename(`${folder}-away`, folder);
    expect(await deliver(output, pointsOf(context, 'm v=3 3'))).toEqual([{ status: 'ok' }]);
    expect(await read('out.lp')).toBe('m v=1 1\nm v=3 3\n');
  });

  it('goes on in a new file when somebody has moved the old one away', async () => {
    const { output, context } = await open({});
    await deliver(output, pointsOf(context, 'm v=1 1'));
    await rename(join(folder, 'out.lp'), join(folder, 'moved.lp'));
    await deliver(output, pointsOf(context, 'm v=2 2'));
    expect([await read('moved.lp'), await read('out.lp')]).toEqual(['m v=1 1\n', 'm v=2 2\n']);
  });

  it('starts a new file at the size, keeps so many old ones, and never overwrites one', async () => {
    const { output, context } = await open({ rotation_max_size: 8, rotation_max_archives: 2 });
    for (let at = 1; at <= 5; at++) await deliver(output, pointsOf(context, `m v=${at} ${at}`));
    // All in one second of the test's clock, 2025-10-09T08:53:20Z.
    const stamp = '2025-10-09-1760000000';
    expect((await readdir(folder)).sort()).toEqual([`out.${stamp}-3.lp`, `out.${stamp}-4.lp`, 'out.lp']);
    expect(await read(`out.${stamp}-3.lp`)).toBe('m v=3 3\n');
    expect(await read('out.lp')).toBe('m v=5 5\n');
  });

  it('starts a new file when the old one is old enough', async () => {
    const { output, context } = await open({ rotation_interval: '1h' });
    await deliver(output, pointsOf(context, 'm v=1 1'));
    context.clock.ms += 3_599_999;
    await deliver(output, pointsOf(context, 'm v=2 2'));
    context.clock.ms += 1;
    await deliver(output, pointsOf(context, 'm v=3 3'));
    expect(await read('out.2025-10-09-1760003600.lp')).toBe('m v=1 1\nm v=2 2\n');
    expect(await read('out.lp')).toBe('m v=3 3\n');
  });

  it("says which file can't be opened, and why", async () => {
    await expect(open({ files: ['no/such/folder.lp'] })).rejects.toThrow(`cannot open ${join(folder, 'no/such/folder.lp')}: ENOENT`);
  });
});
