import { mkdtemp, open, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startOfOutput } from '../../../../src/queue/disk/ids.ts';
import { OutputTable } from '../../../../src/queue/disk/output-table.ts';
import { PayloadTable } from '../../../../src/queue/disk/payload-table.ts';
import { openDatabase } from '../../../../src/queue/disk/schema.ts';
import type { StateSpec, Store } from '../../../../src/queue/store.ts';
import { add, payload } from '../../../contract/store/contract.ts';
import { Random } from '../../../support/random.ts';
import { diskStore } from '../../../support/store.ts';

const FILE = 'queue.sqlite';
const PAYLOADS = 400;
const FLIPS = 30;
const PAGE = 32 * 1024;

const totals: StateSpec<string> = { name: 'totals', version: 1, encode: (text) => text, decode: (text) => text };

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'wattbridge-damage-'));
});

afterEach(() => rm(directory, { recursive: true }));

/** Bodies of many sizes: some in a page with others, some over many pages. */
function bodyOf(at: number): string {
  return `${at}:${'x'.repeat(at % 7 === 0 ? 40_000 : 50 * (at % 30))}`;
}

async function fill(): Promise<void> {
  const { store } = await diskStore({ directory });
  const state = store.state(totals);
  for (let at = 0; at < PAYLOADS; at += 10) {
    state.set(`key ${at}`, 'y'.repeat(100));
    await add(store, ...Array.from({ length: 10 }, (_, index) => payload(bodyOf(at + index), { points: 1 })));
  }
  await store.close();
}

/** Everything in the queue, in the order it came. */
async function drain(store: Store): Promise<string[]> {
  const texts: string[] = [];
  for (;;) {
    const lease = await store.queue('out').take({ maxPoints: 100, maxBytes: 1e6, maxPartitions: 4, separateResent: false });
    if (lease === undefined) return texts;
    texts.push(...lease.payloads.map(({ body }) => body.toString()));
    await lease.settle([]);
  }
}

async function flip(random: Random): Promise<number> {
  const path = join(directory, FILE);
  const { size } = await stat(path);
  // Every other one near the start of a page, where SQLite keeps what holds the file together.
  const at = random.below(2) === 0 ? random.below(size) : random.below(size / PAGE) * PAGE + random.below(120);
  const file = await open(path, 'r+');
  const byte = Buffer.alloc(1);
  await file.read(byte, 0, 1, at);
  byte[0] ^= 1 << random.below(8);
  await file.write(byte, 0, 1, at);
  await file.close();
  return at;
}

describe('a queue file that was damaged', () => {
  it('anywhere: damaged payloads are counted, none is sent, the rest arrives in order', async () => {
    await fill();
    const random = new Random(4711);
    for (let round = 0; round < FLIPS; round++) {
      const pristine = await saved();
      const at = await flip(random);
      const { store, dropped } = await diskStore({ directory });
      const texts = await drain(store);
      const known = texts.map((text) => Number(text.split(':')[0]));
      const lost = PAYLOADS - texts.length;
      expect(texts, `byte ${at}`).toEqual(known.map(bodyOf));
      expect(known, `byte ${at}`).toEqual(known.toSorted((a, b) => a - b));
      // Of a file of which nothing can be read, nobody knows how much was in it; health tells.
      const isUnreadable = texts.length === 0 && store.health().length > 0;
      expect(isUnreadable ? lost : (dropped.get('damaged') ?? 0), `byte ${at}`).toBe(lost);
      await store.close();
      await restore(pristine);
    }
  }, 120_000);

  it('beyond reading: it is set aside, a fresh one works, and health says so until the next start', async () => {
    await writeFile(join(directory, FILE), Buffer.alloc(100_000, 'no database'));
    const { store } = await diskStore({ directory });
    expect(store.health()).toEqual([expect.stringMatching(/is damaged \(.*\); it was set aside as .*queue\.sqlite\.damaged-/)]);
    await add(store, payload('a'));
    expect(await drain(store)).toEqual(['a']);
    await store.close();

    const again = await diskStore({ directory });
    expect(again.store.health()).toEqual([]);
    await again.store.close();
  });

  it.each([
    ['while it is saved into another', async (file: string) => writeFile(`${file}.rescued`, 'half of it')],
    [
      'when that one takes its place',
      async (file: string) => {
        await rename(file, `${file}.rescued`);
        await writeFile(`${file}-wal`, 'of the damaged one');
      },
    ],
  ])('and then the bridge killed %s: all that could be read is there', async (_when, kill) => {
    await fill();
    await kill(join(directory, FILE));
    for (let start = 0; start < 2; start++) {
      const { store } = await diskStore({ directory });
      expect(store.queue('out').depth.payloads).toBe(PAYLOADS);
      await store.close();
    }
  });

  it('at its end: what is left of a file that was cut goes on', async () => {
    await fill();
    const file = await open(join(directory, FILE), 'r+');
    await file.truncate((await file.stat()).size / 2);
    await file.close();
    const { store } = await diskStore({ directory });
    const texts = await drain(store);
    expect(texts).toEqual(texts.map((text) => bodyOf(Number(text.split(':')[0]))));
    await add(store, payload('after'));
    expect(await drain(store)).toEqual(['after']);
    expect(store.health()).not.toEqual([]);
    await store.close();
  });
});

describe('a queue file of another version', () => {
  it('is brought up to date when it is older, with all that is in it', async () => {
    const old = openDatabase(join(directory, FILE), { upTo: 1 });
    const { body, ...rest } = payload('old');
    const id = startOfOutput(1) + 1;
    new PayloadTable(old).insert({ ...rest, id, output: 'out', addedMs: 5, size: body.length }, body);
    new OutputTable(old).put({ number: 1, name: 'out', payloads: 1, points: 1, bytes: body.length, lastId: id });
    old.close();
    const { store } = await diskStore({ directory });
    await add(store, payload('new'));
    expect(await drain(store)).toEqual(['old', 'new']);
    expect(store.health()).toEqual([]);
    await store.close();
  });

  it('is set aside when it is newer, and is whole again under its own name; of two, the second is kept, and health says so', async () => {
    await fill();
    setVersion(99);
    const first = await diskStore({ directory });
    expect(first.store.health()).toEqual([expect.stringContaining('newer Wattbridge (version 99 of the file')]);
    expect(await drain(first.store)).toEqual([]);
    await first.store.close();
    const [aside] = await asides();

    await rename(join(directory, aside), join(directory, FILE));
    setVersion(2);
    const back = await diskStore({ directory });
    expect(back.store.queue('out').depth.payloads).toBe(PAYLOADS);
    await back.store.close();

    const seen: string[] = [];
    for (let time = 0; time < 2; time++) {
      setVersion(99);
      const { store } = await diskStore({ directory });
      seen.push(...store.health());
      await store.close();
    }
    expect(seen[0]).not.toContain('was removed');
    expect(seen[1]).toMatch(/queue\.sqlite\.newer-\S+, set aside before, was removed$/);
    expect(await asides()).toHaveLength(1);
  });
});

function setVersion(version: number): void {
  const db = new DatabaseSync(join(directory, FILE));
  db.exec(`PRAGMA user_version = ${version}`);
  db.close();
}

async function asides(): Promise<string[]> {
  return (await readdir(directory)).filter((name) => name.includes('.newer-'));
}

async function saved(): Promise<Buffer> {
  const file = await open(join(directory, FILE), 'r');
  const bytes = await file.readFile();
  await file.close();
  return bytes;
}

async function restore(bytes: Buffer): Promise<void> {
  for (const name of await readdir(directory)) await rm(join(directory, name));
  await writeFile(join(directory, FILE), bytes);
}
