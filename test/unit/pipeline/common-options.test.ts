/** What every input is told by the same options, through the whole of a pipeline: when it gathers, how times are rounded, under which name and level it logs. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { loadSources } from '../../../src/config/load.ts';
import { textSource } from '../../../src/config/source.ts';
import { toNanoseconds } from '../../../src/metric/time.ts';
import { createPipeline } from '../../../src/pipeline/pipeline.ts';
import { defineInput } from '../../../src/pipeline/plugin.ts';
import type { Registry } from '../../../src/pipeline/registry.ts';
import { Ports } from '../../../src/pipeline/ports.ts';
import { registry } from '../../../src/plugins/registry.generated.ts';
import { createLogger } from '../../../src/telemetry/log.ts';
import { SelfMetrics } from '../../../src/telemetry/self-metrics.ts';
import { parsePoints } from '../../support/points.ts';
import { memoryStore } from '../../support/store.ts';

// Node's own promises of timers are out of reach of the clock that tests turn.
vi.mock('../../../src/pipeline/wait-for.ts', () => ({
  waitFor: (ms: number, signal: AbortSignal) =>
    new Promise<boolean>((resolve) => {
      if (signal.aborted) resolve(false);
      setTimeout(resolve, Math.max(0, ms), true);
      signal.addEventListener('abort', () => resolve(false));
    }),
}));

/** Between two multiples of every interval below. */
const START_MS = 1_760_000_000_100;

beforeEach(() => {
  vi.useFakeTimers({ now: START_MS });
});
afterEach(() => {
  vi.useRealTimers();
});

interface Seen {
  /** When it gathered, in milliseconds after the start. */
  readonly gathers: number[];
  /** The times of what reached the outputs. */
  readonly times: bigint[];
  readonly log: string[];
}

/** Runs an input with these options for so long; each gather gives one point at …000.250501 s. */
async function run(agent: string, options: string, forMs: number): Promise<Seen> {
  const seen: Seen = { gathers: [], times: [], log: [] };
  const clockwork = defineInput({
    id: 'clockwork',
    summary: '',
    schema: z.strictObject({}),
    example: '',
    create: (_, { interner, log }) => ({
      gather: async (sink) => {
        seen.gathers.push(Date.now() - START_MS);
        log.debug('gathering');
        await sink.deliver(parsePoints(interner, 'm v=1 1760000000250501000\n'));
      },
    }),
  });
  const all: Registry = { ...registry, inputs: new Map([['clockwork', clockwork]]) };
  const text = `[agent]\n${agent}\n[[inputs.clockwork]]\n${options}\n[[outputs.discard]]\n`;
  const loaded = loadSources([textSource('telegraf.conf', text)], all, { env: {} });
  if ('diagnostics' in loaded) throw new Error(JSON.stringify(loaded.diagnostics));
  const pipeline = createPipeline(loaded.config, {
    registry: all,
    store: memoryStore(),
    logger: createLogger({ level: 'info', limitRepeats: false, write: (line) => seen.log.push(line) }),
    metrics: new SelfMetrics({ version: '0' }),
    clock: { now: () => ({ ms: Date.now(), ns: 0 }) },
    ports: new Ports().user(),
    baseDirectory: '.',
    tap: (points) => seen.times.push(...points.map(({ ms, ns }) => toNanoseconds(ms, ns))),
  });
  if ('diagnostics' in pipeline) throw new Error(JSON.stringify(pipeline.diagnostics));
  await pipeline.start();
  await vi.advanceTimersByTimeAsync(forMs);
  const stopped = pipeline.stop();
  await vi.advanceTimersByTimeAsync(5000);
  await stopped;
  return seen;
}

describe('an input gathers', () => {
  it.each([
    ["at multiples of the agent's interval", 'interval = "2s"', '', [1900, 3900, 5900]],
    ['at multiples of its own', 'interval = "1m"', 'interval = "2s"', [1900, 3900, 5900]],
    ["at the agent's where its own is 0", 'interval = "2s"', 'interval = "0s"', [1900, 3900, 5900]],
    ['at once and then every interval, without round_interval', 'interval = "2s"\nround_interval = false', '', [0, 2000, 4000, 6000]],
    ["with the agent's offset", 'interval = "2s"\ncollection_offset = "500ms"', '', [2400, 4400]],
    ['with its own offset', 'interval = "2s"\ncollection_offset = "500ms"', 'collection_offset = "50ms"', [1950, 3950, 5950]],
  ])('%s', async (_, agent, options, expected) => {
    expect((await run(agent, options, 6000)).gathers).toEqual(expected);
  });

  it.each([
    ["the agent's", 'collection_jitter = "500ms"', ''],
    ['its own', 'collection_jitter = "1s"', 'collection_jitter = "500ms"'],
  ])('later by a part of %s jitter, which never adds up', async (_, agent, options) => {
    vi.spyOn(Math, 'random').mockReturnValue(0.5);
    const { gathers } = await run(`interval = "2s"\n${agent}`, options, 8000);
    vi.restoreAllMocks();

    expect(gathers).toEqual([2150, 4150, 6150]);
  });
});

describe('times are rounded', () => {
  it.each([
    ['to the second by default', 'interval = "2s"', '', 1_760_000_000_000_000_000n],
    ['to the millisecond where it gathers more often than once a second', 'interval = "500ms"', '', 1_760_000_000_251_000_000n],
    ["to the agent's precision", 'interval = "2s"\nprecision = "100ms"', '', 1_760_000_000_300_000_000n],
    ["to the input's", 'interval = "2s"\nprecision = "100ms"', 'precision = "1us"', 1_760_000_000_250_501_000n],
    ['by its own interval', 'interval = "2s"', 'interval = "500ms"', 1_760_000_000_251_000_000n],
  ])('%s', async (_, agent, options, time) => {
    expect(new Set((await run(agent, options, 3000)).times)).toEqual(new Set([time]));
  });
});

describe('the log', () => {
  it('has the alias, and what log_level of this plugin alone lets through', async () => {
    const { log } = await run('interval = "2s"', 'alias = "a"\nlog_level = "debug"', 3000);
    expect(log.join('\n')).toContain('D! [inputs.clockwork::a] gathering');
    expect((await run('interval = "2s"', 'alias = "a"', 3000)).log.join('\n')).not.toContain('gathering');
  });
});
