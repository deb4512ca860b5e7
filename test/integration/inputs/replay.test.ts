import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { replay } from '../../../src/plugins/inputs/replay/plugin.ts';
import type { ServiceInput } from '../../../src/pipeline/plugin.ts';
import { testContext, type TestContext } from '../../support/context.ts';
import { CollectingSink, createService } from '../../support/input.ts';

/** Two series every ten seconds, three times, beginning at 1,000,000 s. */
const RECORDING = [0, 10, 20]
  .flatMap((second) => ['a', 'b'].map((host) => `m,host=${host} v=${second} ${1_000_000 + second}000000001\n`))
  .join('');

let folder: string;
let context: TestContext;
let sink: CollectingSink;
let player: ServiceInput | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wattbridge-replay-'));
  context = testContext({ name: 'inputs.replay', baseDirectory: folder, nowMs: 1_760_000_007_000 });
  sink = new CollectingSink(context.interner);
  await writeFile(join(folder, 'in.lp'), RECORDING);
});
afterEach(async () => {
  await player?.stop();
  player = undefined;
  await rm(folder, { recursive: true, force: true });
});

async function play(options: object): Promise<ServiceInput> {
  player = createService(replay, { file: 'in.lp', ...options }, context);
  await player.start(sink);
  return player;
}

/** The seconds of what was delivered, each once. */
function seconds(): number[] {
  return [...new Set(sink.lines.map((line) => Number(line.split(' ')[2]) / 1e9))].map(Math.floor);
}

describe('inputs.replay', () => {
  it('plays as fast as possible what was recorded, unmoved, and is then finished', async () => {
    await (
      await play({ speed: 0 })
    ).finished;
    expect(sink.lines).toEqual(RECORDING.trimEnd().split('\n'));
  });

  it('moves it to end now, in whole intervals and without touching the nanoseconds', async () => {
    await (
      await play({ speed: 0, move: 'end_now' })
    ).finished;
    expect(seconds()).toEqual([1_759_999_980, 1_759_999_990, 1_760_000_000]);
    expect(sink.lines[0]).toBe('m,host=a v=0 1759999980000000001');
  });

  it('moves it to start now', async () => {
    await (
      await play({ speed: 0, move: 'start_now' })
    ).finished;
    expect(seconds()).toEqual([1_760_000_000, 1_760_000_010, 1_760_000_020]);
  });

  it('delivers each time by itself, and no faster than the pace', async () => {
    const started = performance.now();
    await (
      await play({ speed: 100 })
    ).finished;
    expect(performance.now() - started).toBeGreaterThanOrEqual(195);
    expect(sink.sizes).toEqual([2, 2, 2]);
  });

  it('loops with times that go on', async () => {
    const looping = await play({ speed: 1000, move: 'start_now', loop: true });
    expect(looping.finished).toBeUndefined();
    await sink.taken(16);
    await looping.stop();
    const [first, ...rest] = seconds();
    expect(first).toBe(1_760_000_000);
    expect(rest.slice(0, 7)).toEqual([10, 20, 30, 40, 50, 60, 70].map((second) => first + second));
    expect(sink.lines[6]).toBe('m,host=a v=0 1760000030000000001');
  });

  it('loses nothing while the pipeline is busy', async () => {
    sink.busy = 4;
    await (
      await play({ speed: 1000 })
    ).finished;
    expect(sink.lines).toHaveLength(6);
  });

  it('stops at once in the middle of a pause, and is then finished', async () => {
    const playing = await play({ speed: 0.001 });
    await sink.taken(2);
    await playing.stop();
    await playing.finished;
    expect(sink.lines).toHaveLength(2);
  });

  it('leaves out bad lines with their place, and refuses to start with nothing to play', async () => {
    await writeFile(join(folder, 'in.lp'), `${RECORDING}bad\n`);
    await (
      await play({ speed: 0 })
    ).finished;
    expect(sink.lines).toHaveLength(6);
    expect(context.logged.map(({ message }) => message)).toEqual([expect.stringMatching(/^left out a line of "in.lp": .* at 7:4: "bad"$/)]);
    await writeFile(join(folder, 'in.lp'), '# nothing\n');
    await expect(play({})).rejects.toThrow('"in.lp" holds nothing that can be played');
    await expect(play({ file: 'nope.lp' })).rejects.toThrow('ENOENT');
  });

  it('refuses a loop without a pace', () => {
    expect(() => createService(replay, { file: 'x', loop: true, speed: 0 }, context)).toThrow('a loop as fast as possible never rests');
  });
});
