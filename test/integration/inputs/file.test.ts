import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { file } from '../../../src/plugins/inputs/file/plugin.ts';
import { testContext, type TestContext } from '../../support/context.ts';
import { CollectingSink, createPolled, gatherOnce } from '../../support/input.ts';

let folder: string;
let context: TestContext;
let sink: CollectingSink;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wattbridge-file-'));
  context = testContext({ name: 'inputs.file', baseDirectory: folder });
  sink = new CollectingSink(context.interner);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

function write(name: string, content: string | Buffer): Promise<void> {
  return writeFile(join(folder, name), content);
}

function gather(options: Parameters<typeof createPolled<typeof file.schema>>[1]): Promise<void> {
  return gatherOnce(createPolled(file, options, context), sink);
}

function errors(): string[] {
  return context.logged.filter(({ level }) => level === 'error').map(({ message }) => message);
}

describe('inputs.file', () => {
  it('reads files in the order of the list, globs in lexical order, and one named twice twice', async () => {
    await write('b.lp', 'm v=2 2\n');
    await write('a.lp', 'm v=1 1');
    await write('c.txt', 'm v=3 3\n');
    await mkdir(join(folder, 'd.lp'));
    await gather({ files: ['c.txt', '*.lp', 'c.txt'] });
    expect(sink.lines).toEqual(['m v=3 3', 'm v=1 1', 'm v=2 2', 'm v=3 3']);
    expect(errors()).toEqual([]);
  });

  it('finds files in folders below, with two stars', async () => {
    await mkdir(join(folder, 'x/y'), { recursive: true });
    await write('x/y/deep.lp', 'm v=1 1');
    await gather({ files: ['**/*.lp'], file_tag: 'file', file_path_tag: 'path' });
    expect(sink.lines).toEqual([`m,file=deep.lp,path=${join(folder, 'x/y/deep.lp')} v=1 1`]);
  });

  it('loses a bad line alone, and says where it is and what is wrong', async () => {
    await write('in.lp', 'cpu v=1 1\n\ncpu v= 2\ncpu v=3 3\n');
    await gather({ files: ['in.lp'] });
    expect(sink.lines).toEqual(['cpu v=1 1', 'cpu v=3 3']);
    expect(errors()).toEqual(['left out a line of "in.lp": metric parse error: expected field at 3:7: "cpu v= 2"']);
    expect(context.dropped).toEqual(new Map([['parse_error', 1]]));
  });

  it('does not flood the log with a file that is something else', async () => {
    await write('in.lp', 'rubbish\n'.repeat(1000));
    await gather({ files: ['in.lp'] });
    expect(errors()).toHaveLength(11);
    expect(errors().at(-1)).toBe('left out 990 more bad lines of "in.lp"');
    expect(context.dropped.get('parse_error')).toBe(1000);
  });

  it("reads the others when one is missing, in Telegraf's words", async () => {
    await write('in.lp', 'm v=1 1');
    await gather({ files: ['nope.lp', 'no*.lp', 'in.lp'] });
    expect(errors()).toEqual(['could not find file(s): nope.lp', 'could not find file(s): no*.lp']);
    expect(context.errors()).toBe(2);
    expect(sink.lines).toEqual(['m v=1 1']);
  });

  it('keeps strings with line ends in them whole', async () => {
    await write('in.lp', 'm s="a\nb" 1\nm v=2 2\n');
    await gather({ files: ['in.lp'] });
    expect(sink.lines).toEqual(['m s="a\nb" 1', 'm v=2 2']);
  });

  it('reads other encodings and precisions, and skips a byte-order mark', async () => {
    await write('in.lp', Buffer.from('\ufeffm,t=é v=1 1760000000\n', 'utf16le'));
    await write('bom.lp', '\ufeffm v=1 1760000000\n');
    await gather({ files: ['in.lp'], character_encoding: 'utf-16le', influx_timestamp_precision: '1s' });
    await gather({ files: ['bom.lp'], influx_timestamp_precision: '1s' });
    expect(sink.lines).toEqual(['m,t=é v=1 1760000000000000000', 'm v=1 1760000000000000000']);
  });

  it('gives lines without a time this moment, cut to the precision', async () => {
    Object.assign(context.clock, { ms: 1_760_000_000_999, ns: 1 });
    await write('in.lp', 'm v=1');
    await gather({ files: ['in.lp'], influx_timestamp_precision: '1s' });
    expect(sink.lines).toEqual(['m v=1 1760000000000000000']);
  });

  it('waits for a busy pipeline and loses nothing', async () => {
    await write('in.lp', Array.from({ length: 7000 }, (_, index) => `m v=1 ${index}\n`).join(''));
    sink.busy = 2;
    await gather({ files: ['in.lp'] });
    expect(sink.lines).toHaveLength(7000);
    expect(sink.refused).toBe(2);
  });

  it('refuses formats, encodings and precisions that there are not, when it is configured', () => {
    const parse = (options: object) => file.schema.safeParse({ files: ['x'], ...options }).error?.issues.map(({ message }) => message);
    expect(parse({ data_format: 'inflxu' })).toEqual([
      expect.stringContaining('data_format "inflxu" is not supported here; supported: influx, json, csv'),
    ]);
    expect(parse({ influx_timestamp_precision: '1m' })).toEqual(['"1m" is not a precision of timestamps; choose 1ns, 1us, 1ms or 1s']);
    expect(parse({ character_encoding: 'latin1' })).toHaveLength(1);
    expect(parse({ files: [] })).toHaveLength(1);
    expect(parse({ influx_timestamp_precision: '1000ms' })).toBeUndefined();
  });
});
