import { execFileSync } from 'node:child_process';
import { appendFile, mkdir, mkdtemp, rename, rm, symlink, truncate, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { formatDiagnostics } from '../../../src/config/diagnostics.ts';
import { loadSources } from '../../../src/config/load.ts';
import { textSource } from '../../../src/config/source.ts';
import { tail } from '../../../src/plugins/inputs/tail/plugin.ts';
import { registry } from '../../../src/plugins/registry.generated.ts';
import type { ServiceInput } from '../../../src/pipeline/plugin.ts';
import type { MemoryStore } from '../../../src/queue/memory/memory-store.ts';
import { memoryStore } from '../../support/store.ts';
import { testContext, type TestContext } from '../../support/context.ts';
import { CollectingSink, createService } from '../../support/input.ts';

let folder: string;
let context: TestContext;
let sink: CollectingSink;
let store: MemoryStore;
let tailer: ServiceInput | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wattbridge-tail-'));
  store = memoryStore();
});
afterEach(async () => {
  await tailer?.stop();
  tailer = undefined;
  await rm(folder, { recursive: true, force: true });
});

const path = (name: string): string => join(folder, name);
const write = (name: string, text: string | Buffer): Promise<void> => writeFile(path(name), text);
const append = (name: string, text: string | Buffer): Promise<void> => appendFile(path(name), text);

/** Starts one; a new context with the store of the one before stands for a restart. */
async function start(options: Partial<z.input<typeof tail.schema>> = {}, continues = false): Promise<void> {
  await tailer?.stop();
  context = testContext({ name: 'inputs.tail', baseDirectory: folder, store, continues });
  sink = new CollectingSink(context.interner);
  tailer = createService(tail, { files: ['in.lp'], initial_read_offset: 'beginning', path_tag: '', ...options }, context);
  await tailer.start(sink);
}

async function stop(): Promise<void> {
  await tailer?.stop();
  tailer = undefined;
}

function logged(level: string): string[] {
  return context.logged.filter((entry) => entry.level === level).map(({ message }) => message);
}

describe('inputs.tail', () => {
  it('reads what is there and what comes, each line once', async () => {
    await write('in.lp', 'm v=1 1\nm v=2 2\n');
    await start();
    await sink.taken(2);
    await append('in.lp', 'm v=3 3\n');
    await sink.taken(3);
    expect(sink.lines).toEqual(['m v=1 1', 'm v=2 2', 'm v=3 3']);
  });

  describe('csv with a head', () => {
    const csv: Partial<z.input<typeof tail.schema>> = {
      data_format: 'csv',
      csv_skip_rows: 1,
      csv_metadata_rows: 1,
      csv_metadata_separators: ['='],
      csv_header_row_count: 2,
      csv_comment: '#',
      csv_tag_columns: ['channel'],
      csv_timestamp_column: 'at',
      csv_timestamp_format: 'unix',
    };
    const HEAD = 'Bench meter 3\nroom=B12\n# columns\nat,channel,milli\n,,watts\n';

    it('knows the columns of each file, and waits until its head is whole', async () => {
      await write('in.lp', HEAD.slice(0, -3));
      await start(csv);
      await append('in.lp', 'ts\n1,a,5\n');
      await sink.taken(1);
      await rename(path('in.lp'), path('old.lp'));
      await append('old.lp', '2,a,6\n');
      await write('in.lp', `${HEAD.replace('milli', 'channel2,milli')}3,b,x,7\n`);
      await sink.taken(3);
      expect(sink.lines).toEqual([
        'tail,channel=a,room=B12 milliwatts=5i 1000000000',
        'tail,channel=a,room=B12 milliwatts=6i 2000000000',
        'tail,channel=b,room=B12 channel2watts="x",milli=7i 3000000000',
      ]);
    });

    it('goes on after a restart, from the end, and after the file was cut short, with the columns that the file says', async () => {
      await write('in.lp', `${HEAD}1,a,5\n`);
      await start({ ...csv, initial_read_offset: 'saved-or-beginning' });
      await sink.taken(1);
      await start({ ...csv, initial_read_offset: 'saved-or-beginning' });
      await append('in.lp', '2,a,6\n');
      await sink.taken(1);
      expect(sink.lines).toEqual(['tail,channel=a,room=B12 milliwatts=6i 2000000000']);

      await start({ ...csv, initial_read_offset: 'end' });
      await append('in.lp', '3,a,7\n');
      await sink.taken(1);
      await write('in.lp', 'x\nroom=C1\nat,kW\n,h\n4,8\n');
      await sink.taken(2);
      expect(sink.lines).toEqual(['tail,channel=a,room=B12 milliwatts=7i 3000000000', 'tail,room=C1 kWh=8i 4000000000']);
    });

    it('is read in UTF-16, too, and names a file that has no head', async () => {
      await write('in.lp', Buffer.from(`${HEAD}1,a,5\n`, 'utf16le'));
      await write('none.lp', Buffer.from('# x\n'.repeat(200_000), 'utf16le'));
      await start({ ...csv, character_encoding: 'utf-16le', files: ['*.lp'] });
      await sink.taken(1);
      expect(sink.lines).toEqual(['tail,channel=a,room=B12 milliwatts=5i 1000000000']);
      await expect
        .poll(() => logged('error'))
        .toEqual([expect.stringMatching(/could not read "none\.lp": its first MiB has no whole head/)]);
    });
  });

  it('waits for the end of a line that is half written', async () => {
    await write('in.lp', 'm v=1 1\nm v=1');
    await start();
    await sink.taken(1);
    await append('in.lp', '2345 2\n');
    await sink.taken(2);
    expect(sink.lines).toEqual(['m v=1 1', 'm v=12345 2']);
  });

  it('takes a last line without its end when it stops, if it has been quiet', async () => {
    await write('in.lp', 'm v=1 1\nm v=2 2');
    await start();
    await sink.taken(1);
    await new Promise((resolve) => setTimeout(resolve, 1000));
    expect(sink.lines).toEqual(['m v=1 1']);
    await stop();
    expect(sink.lines).toEqual(['m v=1 1', 'm v=2 2']);
  });

  it('does not take half a line that is being written when it stops; the next start does', async () => {
    await write('in.lp', 'm v=1 1\n');
    await start({ initial_read_offset: 'saved-or-beginning' });
    await sink.taken(1);
    await append('in.lp', 'm v=2');
    await stop();
    expect(sink.lines).toEqual(['m v=1 1']);
    await append('in.lp', '2 2\n');
    await start({ initial_read_offset: 'saved-or-beginning' });
    await sink.taken(1);
    expect(sink.lines).toEqual(['m v=22 2']);
  });

  it("loses a bad line alone and logs it in Telegraf's words", async () => {
    await write(
      'in.lp',
      'cpu,cpu=cpu0 usage_idle=90 1\ncpu,cpu=cpu2 usage_idle= 2\n# comment\n\ncpu s="open\ncpu,cpu=cpu4 usage_idle=5 3\n',
    );
    await start();
    await sink.taken(2);
    expect(sink.lines).toEqual(['cpu,cpu=cpu0 usage_idle=90 1', 'cpu,cpu=cpu4 usage_idle=5 3']);
    expect(logged('error')[0]).toBe(
      'Malformed log line in "in.lp": ["cpu,cpu=cpu2 usage_idle= 2"]: metric parse error: expected field at 1:25: "cpu,cpu=cpu2 usage_idle= 2"',
    );
    expect(logged('error')).toHaveLength(2);
    expect(context.dropped).toEqual(new Map([['parse_error', 2]]));
  });

  it('sets the path as a tag, as the pattern gave it', async () => {
    await write('a.lp', 'm v=1 1\n');
    await start({ files: ['*.lp'], path_tag: 'path' });
    await sink.taken(1);
    expect(sink.lines).toEqual(['m,path=a.lp v=1 1']);
  });

  it('follows a file that is renamed and made anew, also what its writer still puts in the old one', async () => {
    await write('in.lp', 'm v=1 1\n');
    await start();
    await sink.taken(1);
    await append('in.lp', 'm v=2 2\n');
    await rename(path('in.lp'), path('in.lp.1'));
    await write('in.lp', 'm v=3 3\n');
    await sink.taken(3);
    // A writer that is told to open its file anew takes its time.
    await new Promise((resolve) => setTimeout(resolve, 1000));
    await append('in.lp.1', 'm v=4 4\n');
    await append('in.lp', 'm v=5 5\n');
    await sink.taken(5);
    expect([...sink.lines].sort()).toEqual(['m v=1 1', 'm v=2 2', 'm v=3 3', 'm v=4 4', 'm v=5 5']);
  });

  it('follows a file that is deleted and comes back', async () => {
    await write('in.lp', 'm v=1 1\n');
    await start();
    await sink.taken(1);
    await unlink(path('in.lp'));
    await new Promise((resolve) => setTimeout(resolve, 600));
    await write('in.lp', 'm v=2 2\n');
    await sink.taken(2);
    expect(sink.lines).toEqual(['m v=1 1', 'm v=2 2']);
  });

  it('follows a file that is cut short', async () => {
    await write('in.lp', 'm v=1 1\nm v=2 2\n');
    await start();
    await sink.taken(2);
    await truncate(path('in.lp'));
    await append('in.lp', 'm v=3 3\n');
    await sink.taken(3);
    expect(sink.lines.at(-1)).toBe('m v=3 3');
  });

  it('finds new files and reads them from their beginning', async () => {
    await start({ files: ['*.lp'], initial_read_offset: 'end' });
    await write('late.lp', 'm v=1 1\n');
    await sink.taken(1);
    expect(sink.lines).toEqual(['m v=1 1']);
  });

  it('starts at the end if told so, leaving out the line that is half written there', async () => {
    await write('in.lp', 'm v=1 1\nm v=2');
    await start({ initial_read_offset: 'end' });
    await append('in.lp', '2 2\nm v=3 3\n');
    await sink.taken(1);
    expect(sink.lines).toEqual(['m v=3 3']);
    expect(context.dropped.size).toBe(0);
  });

  it('goes on where it stopped, and from the start of a file that took the name since', async () => {
    await write('in.lp', 'm v=1 1\n');
    await start({ initial_read_offset: 'saved-or-end' });
    await append('in.lp', 'm v=2 2\n');
    await sink.taken(1);
    await stop();
    expect(sink.lines).toEqual(['m v=2 2']);
    await append('in.lp', 'm v=3 3\n');
    await start({ initial_read_offset: 'saved-or-end' });
    await sink.taken(1);
    await stop();
    expect(sink.lines).toEqual(['m v=3 3']);
    await rename(path('in.lp'), path('old'));
    await write('in.lp', 'm v=4 4\n');
    await start({ initial_read_offset: 'saved-or-end' });
    await sink.taken(1);
    expect(sink.lines).toEqual(['m v=4 4']);
  });

  it('at a reload goes on where it was, wherever a start would begin, and takes what came meanwhile', async () => {
    await write('in.lp', 'm v=1 1\n');
    for (const initial_read_offset of ['end', 'beginning'] as const) {
      await start({ initial_read_offset: 'end' });
      await append('in.lp', 'm v=2 2\n');
      await sink.taken(1);
      await stop();
      await append('in.lp', 'm v=3 3\n');
      await start({ initial_read_offset }, true);
      await sink.taken(1);
      expect(sink.lines).toEqual(['m v=3 3']);
      await stop();
    }
  });

  it('remembers the end even if no line came', async () => {
    await write('in.lp', 'm v=1 1\n');
    await start({ initial_read_offset: 'saved-or-end' });
    await stop();
    await append('in.lp', 'm v=2 2\n');
    await start({ initial_read_offset: 'saved-or-end' });
    await sink.taken(1);
    expect(sink.lines).toEqual(['m v=2 2']);
  });

  it('takes no more lines than may be undelivered, and waits for a busy pipeline', async () => {
    await write('in.lp', Array.from({ length: 25 }, (_, index) => `m v=1 ${index}\n`).join(''));
    await start({ max_undelivered_lines: 10 });
    sink.busy = 2;
    await sink.taken(25);
    expect(sink.sizes).toEqual([10, 10, 5]);
    expect(sink.refused).toBe(2);
    expect(new Set(sink.lines).size).toBe(25);
  });

  it('leaves out a line beyond all measure, and only that', async () => {
    await write('in.lp', `m v=1 1\nm s="${'x'.repeat(3 * 1024 * 1024)}" 2\nm v=3 3\n`);
    await start();
    await sink.taken(2);
    expect(sink.lines).toEqual(['m v=1 1', 'm v=3 3']);
    expect(context.dropped).toEqual(new Map([['line_too_long', 1]]));
  });

  it('reads UTF-16, where the byte of a line end is a part of other characters too', async () => {
    await write('in.lp', Buffer.from('\ufeffm,t=\u0a0a\u010a v=1 1\nm v=2', 'utf16le'));
    await start({ character_encoding: 'utf-16le' });
    await sink.taken(1);
    await append('in.lp', Buffer.from(' 2\n', 'utf16le'));
    await sink.taken(2);
    expect(sink.lines).toEqual(['m,t=\u0a0a\u010a v=1 1', 'm v=2 2']);
  });

  it('passes over what is no file: a named pipe would hold up all others, and a link may lead nowhere', async () => {
    execFileSync('mkfifo', [path('a.lp')]);
    await mkdir(path('b.lp'));
    await symlink('c.lp', path('c.lp'));
    await write('in.lp', 'm v=1 1\n');
    await start({ files: ['*.lp'] });
    await sink.taken(1);
    expect(logged('error')).toEqual([expect.stringMatching(/^could not read "c.lp": ELOOP/)]);
  });

  it('names at check what it does not have', () => {
    const issues = tail.schema.safeParse({ files: ['x'], pipe: true }).error?.issues;
    expect(issues?.map(({ message }) => message)).toEqual(['named pipes are not supported; write to a file, or push to influxdb_listener']);
    const toml =
      '[[inputs.tail]]\nfiles = ["x"]\npipe = true\ndata_format = "prometheus"\n[inputs.tail.multiline]\npattern = "a"\n[[outputs.discard]]\n';
    const loaded = loadSources([textSource('telegraf.conf', toml)], registry, { env: {} });
    const text = 'diagnostics' in loaded ? formatDiagnostics(loaded.diagnostics) : '';
    expect(text).toContain('pipe: named pipes are not supported; write to a file');
    expect(text).toContain('"prometheus" needs whole files');
    expect(text).toContain('multiline: Telegraf has this option, Wattbridge has not: a line is read by itself');
  });

  it.each(['in.lp.1', 'in-20260101.lp'])(
    'reads the rest of a file that became %s while the bridge was down, before the new one',
    async (rotated) => {
      await write('in.lp', 'm v=1 1\n');
      await start();
      await sink.taken(1);
      await stop();
      await append('in.lp', 'm v=2 2\nm v=3 3\n');
      await rename(path('in.lp'), path(rotated));
      await write('in.lp', 'm v=4 4\n');

      await start({ initial_read_offset: 'saved-or-end' });
      await sink.taken(3);
      expect(sink.lines).toEqual(['m v=2 2', 'm v=3 3', 'm v=4 4']);

      // The new file is the one that counts from then on.
      await stop();
      await append('in.lp', 'm v=5 5\n');
      await start({ initial_read_offset: 'saved-or-end' });
      await sink.taken(1);
      expect(sink.lines).toEqual(['m v=5 5']);
    },
  );

  it('reads the new file from its beginning when the one before is gone', async () => {
    await write('in.lp', 'm v=1 1\n');
    await start();
    await sink.taken(1);
    await stop();
    await write('new.lp', 'm v=2 2\n');
    await rename(path('new.lp'), path('in.lp'));

    await start({ initial_read_offset: 'saved-or-end' });
    await sink.taken(1);
    expect(sink.lines).toEqual(['m v=2 2']);
  });
});
