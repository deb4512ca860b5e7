import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { z } from 'zod';
import { execd } from '../../../src/plugins/inputs/execd/plugin.ts';
import type { ServiceInput } from '../../../src/pipeline/plugin.ts';
import { testContext, type TestContext } from '../../support/context.ts';
import { CollectingSink, createService } from '../../support/input.ts';
import { isRunning } from '../../support/process.ts';

let folder: string;
let context: TestContext;
let sink: CollectingSink;
let keeper: ServiceInput | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wattbridge-execd-'));
  context = testContext({ name: 'inputs.execd', baseDirectory: folder });
  sink = new CollectingSink(context.interner);
});
afterEach(async () => {
  await stop();
  await rm(folder, { recursive: true, force: true });
});

type Options = Partial<z.input<typeof execd.schema>>;

/** Starts a shell script as the program. */
async function start(script: string, options: Options = {}): Promise<void> {
  keeper = createService(execd, { command: ['sh', '-c', script], restart_delay: '10ms', ...options }, context);
  await keeper.start(sink);
}

async function stop(): Promise<void> {
  const running = keeper;
  keeper = undefined;
  await running?.stop();
}

function logged(level: string): string[] {
  return context.logged.filter((entry) => entry.level === level).map(({ message }) => message);
}

/** Resolves when so many errors were logged. */
const errors = (count: number): Promise<void> => vi.waitFor(() => expect(logged('error').length).toBeGreaterThanOrEqual(count), WAIT);

const WAIT = { timeout: 10_000, interval: 10 };

const pidOf = async (name: string): Promise<number> => Number(await readFile(join(folder, name), 'utf8'));

/** A program that answers every line on its standard input, and ends with it. */
const ANSWERS = 'echo ready v=0 1; while read line; do echo "answer v=1 2"; done; echo bye v=2 3';

describe('inputs.execd', () => {
  it('takes what the program writes as it comes', async () => {
    await start('echo a v=1 1; echo b v=2i 2; cat');
    await sink.taken(2);
    expect(sink.lines).toEqual(['a v=1 1', 'b v=2i 2']);
  });

  it('writes an empty line for every interval with signal STDIN, and takes the last words', async () => {
    await start(ANSWERS, { signal: 'STDIN' });
    await sink.taken(1);
    await keeper?.tick?.();
    await sink.taken(2);
    await keeper?.tick?.();
    await sink.taken(3);
    await stop();
    expect(sink.lines).toEqual(['ready v=0 1', 'answer v=1 2', 'answer v=1 2', 'bye v=2 3']);
    expect(logged('error')).toEqual([]);
  });

  it.each(['SIGHUP', 'SIGUSR1', 'SIGUSR2'] as const)('sends %s', async (signal) => {
    const name = signal.slice(3);
    await start(`trap 'echo signal v=1 2' ${name}; echo ready v=0 1; while :; do read line || exit; done`, { signal });
    await sink.taken(1);
    await keeper?.tick?.();
    await sink.taken(2);
    expect(sink.lines).toEqual(['ready v=0 1', 'signal v=1 2']);
  });

  it('asks for nothing with signal none', async () => {
    await start(ANSWERS);
    await keeper?.tick?.();
    await stop();
    expect(sink.lines).toEqual(['ready v=0 1', 'bye v=2 3']);
  });

  it('tells of a program that does not read its standard input', async () => {
    await start('echo ready v=0 1; exec sleep 100', { signal: 'STDIN' });
    await sink.taken(1);
    // The pipe holds 64 KiB; then a line of ours stays with us.
    const fillPipe = async (): Promise<void> => {
      for (let lines = 0; lines < 70_000; lines++) await keeper?.tick?.();
    };
    await expect(fillPipe()).rejects.toThrow('"sh" does not read its standard input');
  });

  it('starts a program again that has died, as often as it dies', async () => {
    await start('echo a v=1 1; exit 3');
    await sink.taken(3);
    await stop();
    expect(sink.lines.slice(0, 3)).toEqual(['a v=1 1', 'a v=1 1', 'a v=1 1']);
    expect(logged('error').slice(0, 2)).toEqual(['"sh" ended: exit status 3', '"sh" ended: exit status 3']);
  });

  it('starts a program again that ended well, or was killed', async () => {
    await start('if [ -e once ]; then kill -9 $$; fi; touch once; echo a v=1 1');
    await sink.taken(1);
    await errors(2);
    await stop();
    expect(logged('error').slice(0, 2)).toEqual(['"sh" ended: exit status 0', '"sh" ended: signal: SIGKILL']);
  });

  it('leaves a program that failed alone with stop_on_error', async () => {
    await start('echo a v=1 1; exit 3', { stop_on_error: true });
    await errors(2);
    await stop();
    expect(sink.lines).toEqual(['a v=1 1']);
    expect(logged('error')).toEqual(['"sh" ended: exit status 3', '"sh" is not started again, as stop_on_error asks']);
    expect(logged('info')).toHaveLength(1);
  });

  it('tries again when the program is not there for a while', async () => {
    const program = join(folder, 'meter');
    await writeFile(program, '#!/bin/sh\necho a v=1 1\nrm meter\n', { mode: 0o755 });
    keeper = createService(execd, { command: [program], restart_delay: '10ms' }, context);
    await keeper.start(sink);
    await vi.waitFor(() => expect(logged('error')).toContainEqual(expect.stringMatching(/^failed to start/)), WAIT);
    await writeFile(program, '#!/bin/sh\necho b v=2 2\ncat\n', { mode: 0o755 });
    await sink.taken(2);
    expect(sink.lines).toEqual(['a v=1 1', 'b v=2 2']);
  });

  it('stops while it waits to start a program again', async () => {
    await start('exit 1', { restart_delay: '1h' });
    await errors(1);
    await stop();
    expect(logged('info')).toHaveLength(1);
  });

  it('can not start without its program', async () => {
    keeper = createService(execd, { command: ['no-such-program --follow'] }, context);
    await expect(keeper.start(sink)).rejects.toThrow(
      'failed to start "no-such-program --follow": there is no no-such-program --follow in PATH; write the program and each argument as a text of its own',
    );
  });

  it('leaves nobody behind', async () => {
    await start("echo $$ > shell; sh -c 'echo $$ > helper; exec sleep 100' & sleep 0.2; echo ready v=1 1; read line");
    await sink.taken(1);
    const pids = [await pidOf('shell'), await pidOf('helper')];
    expect(pids.map(isRunning)).toEqual([true, true]);
    await stop();
    expect(pids.map(isRunning)).toEqual([false, false]);
  });

  it('ends the helpers of a program that died before it starts it again', async () => {
    await start(
      "if [ -e helper ]; then echo again v=1 1; read line; exit; fi; sh -c 'echo $$ > helper; exec sleep 100' & sleep 0.2; exit 1",
    );
    await sink.taken(1);
    expect(isRunning(await pidOf('helper'))).toBe(false);
  });

  it('ends a program that goes on without its standard input', { timeout: 30_000 }, async () => {
    await start('echo $$ > shell; echo ready v=1 1; exec sleep 100');
    await sink.taken(1);
    await stop();
    expect(isRunning(await pidOf('shell'))).toBe(false);
  });

  it('lets the program wait while the pipeline is busy, and loses nothing', async () => {
    sink.busy = 3;
    await start('i=0; while [ $i -lt 2000 ]; do echo "m v=${i}i 1"; i=$((i+1)); done; read line');
    await sink.taken(2000);
    expect(sink.lines).toEqual(Array.from({ length: 2000 }, (_, index) => `m v=${index}i 1`));
  });

  it('counts what could not be delivered when it stopped', async () => {
    sink.busy = 1_000_000;
    await start('echo a v=1 1; echo b v=2 2; cat');
    await vi.waitFor(() => expect(sink.refused).toBeGreaterThan(0), WAIT);
    await stop();
    expect(context.dropped.get('shutdown')).toBe(2);
  });

  it('logs standard error by the levels in it', async () => {
    await start('printf "E! bad\\nW! low\\nI! fine\\nD! more\\nT! most\\nplain\\n" >&2; echo a v=1 1; cat');
    await sink.taken(1);
    await stop();
    const messages = context.logged.map(({ level, message }) => [level, message]).slice(1);
    expect(messages).toEqual([
      ['error', 'bad'],
      ['warn', 'low'],
      ['info', 'fine'],
      ['debug', 'more'],
      ['debug', 'most'],
      ['error', 'stderr: "plain"'],
    ]);
  });

  it('reads strings with line ends in them, and leaves out bad lines alone', async () => {
    await start(`printf 'a v="x\\ny" 1\\nbad\\nb v=2 2'; cat`);
    await sink.taken(1);
    await stop();
    expect(sink.lines).toEqual(['a v="x\ny" 1', 'b v=2 2']);
    expect(context.dropped.get('parse_error')).toBe(1);
  });

  it('reads JSON line by line, and gives the environment', async () => {
    await start(`echo "{\\"a\\": $A}"; echo '{'; echo '{"b": 2}'; cat`, { data_format: 'json', environment: ['A=7'] });
    await sink.taken(2);
    expect(sink.lines).toEqual(['execd a=7 1760000000000000000', 'execd b=2 1760000000000000000']);
    expect(logged('error')).toEqual([expect.stringContaining('could not parse "sh"')]);
  });

  it.each([
    [{ command: [] }, 'name a program to run'],
    [{ command: ['a'], signal: 'SIGKILL' }, 'Invalid option'],
    [{ command: ['a'], data_format: 'prometheus' }, 'needs whole files'],
  ])('refuses %j', (options, message) => {
    expect(() => createService(execd, options as never, context)).toThrow(message);
  });
});
