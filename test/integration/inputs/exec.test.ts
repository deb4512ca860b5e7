import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { z } from 'zod';
import { exec } from '../../../src/plugins/inputs/exec/plugin.ts';
import { testContext, type TestContext } from '../../support/context.ts';
import { isRunning } from '../../support/process.ts';
import { CollectingSink, createPolled, gatherOnce } from '../../support/input.ts';

let folder: string;
let context: TestContext;
let sink: CollectingSink;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wattbridge-exec-'));
  context = testContext({ name: 'inputs.exec', baseDirectory: folder });
  sink = new CollectingSink(context.interner);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

type Options = z.input<typeof exec.schema>;

/** What one gather delivers. */
async function run(options: Options): Promise<string[]> {
  await gatherOnce(createPolled(exec, { data_format: 'influx', ...options }, context), sink);
  return sink.lines.toSorted();
}

async function script(name: string, text: string): Promise<void> {
  await writeFile(join(folder, name), `#!/bin/sh\n${text}\n`);
  await chmod(join(folder, name), 0o755);
}

function logged(level: string): string[] {
  return context.logged.filter((entry) => entry.level === level).map(({ message }) => message);
}

/** The process id that a program wrote into a file, once it has. */
async function pidIn(name: string): Promise<number> {
  const text = await vi.waitFor(
    async () => {
      const written = await readFile(join(folder, name), 'utf8');
      expect(written).toMatch(/\n$/);
      return written;
    },
    { timeout: 10_000, interval: 10 },
  );
  return Number(text);
}

describe('inputs.exec', () => {
  it('runs commands in both spellings, and reads JSON unless told otherwise', async () => {
    const json = createPolled(exec, { commands: [`echo '{"a": 1, "b": {"c": 2}}'`] }, context);
    await gatherOnce(json, sink);
    expect(sink.lines).toEqual(['exec a=1,b_c=2 1760000000000000000']);
    sink.lines.length = 0;
    expect(await run({ commands: [['echo', 'a,t=x\\ y v=1 1'], "echo 'b v=2 2'"], command: 'echo c v=3 3' })).toEqual([
      'a,t=x\\ y v=1 1',
      'b v=2 2',
      'c v=3 3',
    ]);
    expect(logged('error')).toEqual([]);
  });

  it('runs every program that a pattern matches, each with the arguments', async () => {
    await script('read_b.sh', 'echo "b v=$1 1"');
    await script('read_a.sh', 'echo "a v=$1 1"');
    await writeFile(join(folder, 'read_c.sh'), 'no program');
    expect(await run({ commands: ['read_*.sh 7'] })).toEqual(['a v=7 1', 'b v=7 1']);
    expect(logged('error')).toEqual([
      expect.stringMatching(/^could not run ".*read_c\.sh 7": .*read_c\.sh may not be run; is it executable\?$/),
    ]);
  });

  it('gives the environment, over its own', async () => {
    const options = {
      environment: ['METER=a=b', 'HOME=/nowhere'],
      commands: [['sh', '-c', 'echo "m v=\\"$METER $HOME ${PATH:+set}\\" 1"']],
    };
    expect(await run(options)).toEqual(['m v="a=b /nowhere set" 1']);
  });

  it('takes nothing of a command that failed, and says how it failed', async () => {
    expect(await run({ commands: [['sh', '-c', 'echo a v=1 1; echo broken >&2; echo more >&2; exit 3'], 'echo b v=2 2'] })).toEqual([
      'b v=2 2',
    ]);
    expect(logged('error')).toEqual([expect.stringMatching(/^exit status 3 for command "sh -c echo .*": broken\.\.\.$/)]);
    expect(context.errors()).toBe(1);
  });

  it('takes it all the same with ignore_error', async () => {
    expect(await run({ ignore_error: true, commands: [['sh', '-c', 'echo a v=1 1; exit 3']] })).toEqual(['a v=1 1']);
    expect(context.errors()).toBe(0);
  });

  it('tells of a program that is not there', async () => {
    expect(await run({ commands: ['no-such-program x', './nor-this'] })).toEqual([]);
    expect(logged('error').toSorted()).toEqual([
      'could not run "./nor-this": there is no ./nor-this',
      'could not run "no-such-program x": there is no no-such-program in PATH',
    ]);
  });

  it('ends a command that takes too long, with all that it started', async () => {
    const command = ['sh', '-c', "echo $$ > shell; sh -c 'echo $$ > helper; exec sleep 100' & echo a v=1 1; wait"];
    expect(await run({ timeout: '300ms', commands: [command] })).toEqual([]);
    expect(logged('error')).toEqual([expect.stringMatching(/^command timed out for command "sh -c/)]);
    expect(isRunning(await pidIn('shell'))).toBe(false);
    expect(isRunning(await pidIn('helper'))).toBe(false);
  });

  it('kills a command that does not want to end', { timeout: 30_000 }, async () => {
    const command = ['sh', '-c', "trap '' TERM; echo $$ > shell; while :; do sleep 1; done"];
    expect(await run({ timeout: '100ms', commands: [command] })).toEqual([]);
    expect(isRunning(await pidIn('shell'))).toBe(false);
  });

  it('takes what a command wrote that ended well when it was asked to', async () => {
    const command = ['sh', '-c', "trap 'echo a v=1 1; exit 0' TERM; while :; do sleep 0.05; done"];
    expect(await run({ timeout: '300ms', commands: [command] })).toEqual(['a v=1 1']);
  });

  it('ends commands when the program stops', async () => {
    const stop = new AbortController();
    const input = createPolled(
      exec,
      { data_format: 'influx', commands: [['sh', '-c', 'echo $$ > shell; echo a v=1 1; exec sleep 100']] },
      context,
    );
    const gathering = input.gather(sink, stop.signal);
    const pid = await pidIn('shell');
    stop.abort();
    await gathering;
    expect(isRunning(pid)).toBe(false);
    expect(sink.lines).toEqual([]);
    expect(logged('error')).toEqual([]);
  });

  it('does not hold what a command writes without end', { timeout: 60_000 }, async () => {
    expect(await run({ timeout: '50s', ignore_error: true, commands: ['cat /dev/zero'] })).toEqual([]);
    expect(logged('error')).toEqual(['could not run "cat /dev/zero": it wrote more than 67108864 bytes']);
  });

  it('logs standard error by the levels in it when asked to', async () => {
    const commands = [['sh', '-c', 'printf "W! low battery\\nD! details\\n\\nplain\\nI! fine\\n" >&2; echo a v=1 1']];
    await run({ commands });
    expect(context.logged).toEqual([]);
    await run({ commands, log_stderr: true });
    expect(context.logged.map(({ level, message }) => [level, message])).toEqual([
      ['warn', 'low battery'],
      ['debug', 'details'],
      ['error', 'plain'],
      ['info', 'fine'],
    ]);
  });

  it('loses a bad line alone', async () => {
    expect(await run({ commands: [['printf', 'a v=1 1\\nb v=\\nc v=3 3\\n']] })).toEqual(['a v=1 1', 'c v=3 3']);
    expect(context.dropped.get('parse_error')).toBe(1);
    expect(logged('error')).toEqual([expect.stringContaining('left out a line of "printf')]);
  });

  it('hides what looks like a secret in the commands that it names', async () => {
    await run({ commands: ['no-such-program --password=hunter2'] });
    expect(JSON.stringify(context.logged)).not.toContain('hunter2');
  });

  it.each([
    [{ commands: [] }, 'there is nothing to run; name a program in commands'],
    [{}, 'there is nothing to run; name a program in commands'],
    [{ commands: [[]] }, 'a command must name a program'],
    [{ commands: [''] }, 'a command must name a program'],
    [{ commands: ["echo 'a"] }, "this command can't be taken apart: a single quote is not closed"],
    [{ commands: ['a'], environment: ['A'] }, 'write KEY=value'],
    [{ commands: ['a'], timeout: '0s' }, 'must be longer than 0s'],
    [{ commands: ['a'], data_format: 'nagios' }, 'is not supported here; supported: influx, json, csv, prometheus, openmetrics'],
  ])('refuses %j', (options, message) => {
    expect(() => createPolled(exec, options as Options, context)).toThrow(message);
  });
});
