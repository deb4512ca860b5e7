import { describe, expect, it } from 'vitest';
import { InputCommon } from '../../../src/config/common.ts';
import { Interner } from '../../../src/metric/interner.ts';
import { MetricFilter } from '../../../src/pipeline/filter.ts';
import { InputRunner } from '../../../src/pipeline/input-runner.ts';
import { InputStage } from '../../../src/pipeline/input-stage.ts';
import type { Delivery, Input, PolledInput, ServiceInput, Sink } from '../../../src/pipeline/plugin.ts';
import { PluginMetrics } from '../../../src/telemetry/plugin-metrics.ts';
import { testContext } from '../../support/context.ts';

/** A service with an end that fails to start so many times. */
class Stubborn implements ServiceInput {
  starts = 0;
  stops = 0;
  readonly started = Promise.withResolvers<void>();
  readonly finished: Promise<void> = new Promise<void>(() => undefined);
  readonly #failures: number;

  constructor(failures: number) {
    this.#failures = failures;
  }

  start(): Promise<void> {
    this.starts++;
    if (this.starts <= this.#failures) return Promise.reject(new Error('the port is taken'));
    this.started.resolve();
    return Promise.resolve();
  }

  stop(): Promise<void> {
    this.stops++;
    return Promise.resolve();
  }
}

function runnerOf(
  input: Input,
  startupErrorBehavior: InputCommon['startup_error_behavior'],
  intervalMs = 1,
  onDelivery: () => void = () => undefined,
): InputRunner {
  const context = testContext();
  const interner = new Interner();
  const common = InputCommon.parse({});
  return new InputRunner({
    name: 'inputs.stubborn',
    input,
    log: context.log,
    metrics: new PluginMetrics(),
    stage: new InputStage({
      interner,
      filter: new MetricFilter(common, { interner, clock: context.clock, log: context.log }),
      common,
      globalTags: {},
      alwaysIncludeLocalTags: false,
      alwaysIncludeGlobalTags: false,
      precisionNs: 1,
    }),
    ticker: { intervalMs, round: false, offsetMs: 0, jitterMs: 0, nowMs: () => 0 },
    startupErrorBehavior,
    deliver: () => {
      onDelivery();
      return Promise.resolve({ status: 'ok' });
    },
  });
}

describe('a service that cannot start', () => {
  it('ends the program with its name and reason by default, and is stopped', async () => {
    const input = new Stubborn(1);
    const runner = runnerOf(input, 'error');
    await expect(runner.start()).rejects.toThrow('inputs.stubborn: the port is taken');
    await runner.stop();
    expect(input.stops).toBe(1);
  });

  it.each(['ignore', 'probe'] as const)(
    'is left out with "%s": nobody waits for its end, neither in a run nor in --once',
    async (behavior) => {
      const input = new Stubborn(Infinity);
      const runner = runnerOf(input, behavior);
      await runner.once(Promise.resolve());
      await runner.finished;
      await runner.stop();
      expect([input.starts, input.stops]).toEqual([1, 1]);
    },
  );

  it('is asked again once per interval with "retry", and stopped once', async () => {
    const input = new Stubborn(2);
    const runner = runnerOf(input, 'retry');
    await runner.start();
    await input.started.promise;
    await runner.stop();
    expect([input.starts, input.stops]).toEqual([3, 1]);
  });

  it('is not asked again once it is stopped', async () => {
    const input = new Stubborn(Infinity);
    const runner = runnerOf(input, 'retry', 3_600_000);
    await runner.start();
    await runner.stop();
    expect([input.starts, input.stops]).toEqual([1, 1]);
  });
});

describe('an input that compares two readings', () => {
  class Comparing implements PolledInput {
    readonly needsEarlierGather = true;
    readonly delivered: Promise<Delivery>[] = [];

    async gather(sink: Sink): Promise<void> {
      this.delivered.push(sink.deliver([]));
      await Promise.resolve();
    }
  }

  it('is gathered twice in --once, and only the second goes anywhere', async () => {
    const input = new Comparing();
    const taken: number[] = [];
    const runner = runnerOf(input, 'error', 1000, () => taken.push(input.delivered.length));
    await runner.once(Promise.resolve());
    expect([input.delivered.length, taken]).toEqual([2, [1]]);
  });

  it('lets a service that has one do its round for --once, without starting it, and stops it', async () => {
    const service = new Stubborn(0);
    let rounds = 0;
    const once = () => Promise.resolve(void rounds++);
    const runner = runnerOf(Object.assign(service, { once }), 'error');
    await runner.once(Promise.resolve());
    await runner.stop();
    expect([rounds, service.starts, service.stops]).toEqual([1, 0, 1]);
  });
});

describe('a service that is told of the intervals', () => {
  class Ticked extends Stubborn {
    override readonly finished = Promise.resolve();
    ticks = 0;
    readonly ticked = Promise.withResolvers<void>();

    tick(): Promise<void> {
      this.ticks++;
      if (this.ticks === 2) this.ticked.resolve();
      return this.ticks === 1 ? Promise.reject(new Error('not ready yet')) : Promise.resolve();
    }
  }

  it('is told of each, whatever became of the one before, until it is stopped', async () => {
    const input = new Ticked(0);
    const runner = runnerOf(input, 'error');
    await runner.start();
    await input.ticked.promise;
    await runner.stop();
    const { ticks } = input;
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(input.ticks).toBe(ticks);
  });

  it('is told once it has started, when that took more than one try', async () => {
    const input = new Ticked(1);
    const runner = runnerOf(input, 'retry');
    await runner.start();
    await input.ticked.promise;
    await runner.stop();
    expect(input.starts).toBe(2);
  });

  it('is told once in --once, and not at all when it can not start', async () => {
    const [input, stubborn] = [new Ticked(0), new Ticked(1)];
    await runnerOf(input, 'error').once(Promise.resolve());
    await runnerOf(stubborn, 'ignore').once(Promise.resolve());
    expect([input.ticks, stubborn.ticks]).toEqual([1, 0]);
  });
});
