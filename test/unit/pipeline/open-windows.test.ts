/** What a crash leaves of a window of arrival: two bridges, one after the other, with one store. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createServices } from '../../../src/cli/services.ts';
import { loadSources } from '../../../src/config/load.ts';
import { textSource } from '../../../src/config/source.ts';
import type { PushReason } from '../../../src/pipeline/aggregator-stage.ts';
import { buildParts } from '../../../src/pipeline/build.ts';
import type { Clock } from '../../../src/pipeline/plugin.ts';
import { WindowJournal } from '../../../src/pipeline/window-journal.ts';
import { registry } from '../../../src/plugins/registry.generated.ts';
import { createLogger } from '../../../src/telemetry/log.ts';
import type { MemoryStore } from '../../../src/queue/memory/memory-store.ts';
import { testContext } from '../../support/context.ts';
import { parsePoint, parsePoints, toLines } from '../../support/points.ts';
import { memoryStore } from '../../support/store.ts';

/** 2025-10-09T08:53:20Z, a multiple of the period. */
const T0_MS = 1_760_000_000_000;
const PERIOD_MS = 10_000;

class Bridge {
  readonly #parts;
  readonly #now: { ms: number };

  constructor(aggregators: string, store: MemoryStore, nowMs = T0_MS, processors = '  []') {
    const yaml = `inputs: [{ file: { files: [none] } }]\nprocessors:\n${processors}\naggregators:\n${aggregators}\noutputs: [{ discard: {} }]\n`;
    const loaded = loadSources([textSource('p.yaml', yaml)], registry, { env: {} });
    if ('diagnostics' in loaded) throw new Error(JSON.stringify(loaded.diagnostics));
    this.#now = { ms: nowMs };
    const clock: Clock = { now: () => ({ ms: this.#now.ms, ns: 0 }) };
    const parts = buildParts(loaded.config, { ...createServices(loaded, createLogger({ write: () => undefined })), store, clock });
    if ('diagnostics' in parts) throw new Error(JSON.stringify(parts.diagnostics));
    this.#parts = parts;
  }

  get stateNames(): ReadonlySet<string> {
    return this.#parts.stateNames;
  }

  /** What goes on of a batch. */
  take(lines: string): string[] {
    const { flow, interner } = this.#parts;
    return toLines(interner, flow.process(parsePoints(interner, lines)));
  }

  /** What the windows make at a time: those that are over, or all, as at a shutdown or for another pipeline that goes on. */
  flush(
    nowMs: number,
    why: PushReason = 'due',
    heirs: ReadonlySet<string> | undefined = why === 'early' ? new Set<string>() : undefined,
  ): string[] {
    this.#now.ms = nowMs;
    const { flow, interner } = this.#parts;
    return toLines(interner, why === 'due' ? flow.flush() : flow.end(heirs));
  }
}

const SUMS = '  - basicstats: { period: 10s, drop_original: true, stats: [count, sum] }';
const line = (value: number | string, seconds = 1) => `m v=${value} ${T0_MS / 1000 + seconds}000000000`;

describe('an open window whose originals are dropped', () => {
  it('goes on after a crash, with what was in it, and ends when it would have', () => {
    const store = memoryStore();
    const killed = new Bridge(SUMS, store);
    expect(killed.take(`${line(1)}\n${line(2)}`)).toEqual([]);
    killed.take(line(4, 2));

    const next = new Bridge(SUMS, store, T0_MS + 5000);
    next.take(line(8, 6));
    expect(next.flush(T0_MS + 9999)).toEqual([]);
    expect(next.flush(T0_MS + PERIOD_MS)).toEqual([`m v_count=4,v_sum=15 ${T0_MS + PERIOD_MS}000000`]);
    expect(new Bridge(SUMS, store, T0_MS + PERIOD_MS).flush(T0_MS + 2 * PERIOD_MS)).toEqual([]);
  });

  it('goes on over a reload, and is told once; one of which the points are out is told early', () => {
    const store = memoryStore();
    const before = new Bridge(`${SUMS}\n  - minmax: { period: 10s }`, store);
    before.take(line(1));
    const heirs = new Bridge(`${SUMS}\n  - minmax: { period: 10s }`, memoryStore()).stateNames;
    expect(before.flush(T0_MS + 4000, 'early', heirs)).toEqual([`m v_max=1,v_min=1 ${T0_MS + 4000}000000`]);

    const after = new Bridge(SUMS, store, T0_MS + 5000);
    after.take(line(2, 6));
    expect(after.flush(T0_MS + PERIOD_MS)).toEqual([`m v_count=2,v_sum=3 ${T0_MS + PERIOD_MS}000000`]);
  });

  it('is told at once when it is over by the time of the restart', () => {
    const store = memoryStore();
    new Bridge(SUMS, store).take(line(1));
    const next = new Bridge(SUMS, store, T0_MS + 3_600_000);
    expect(next.flush(T0_MS + 3_600_000)).toEqual([`m v_count=1,v_sum=1 ${T0_MS + 3_600_000}000000`]);
  });

  it.each(['due', 'last', 'early'] as const)('leaves nothing behind once it was told: %s', (why) => {
    const store = memoryStore();
    const bridge = new Bridge(SUMS, store);
    bridge.take(line(1));
    expect(bridge.flush(T0_MS + PERIOD_MS, why)).toHaveLength(1);
    expect(new Bridge(SUMS, store, T0_MS + PERIOD_MS).flush(T0_MS + 2 * PERIOD_MS, 'last')).toEqual([]);
  });

  it('keeps what the aggregator saw, behind its filter, in every kind', () => {
    const aggregators = '  - merge: { period: 10s, drop_original: true, namepass: [m], fieldexclude: [no], tagexclude: [t] }';
    const store = memoryStore();
    const lines = `m,t=1,k=\xfc a=-0.0,no=1,u=18446744073709551615u ${T0_MS}000001\nm,k=\xfc b="x \\"y\\"",i=-9223372036854775808i,ok=false ${T0_MS}000001`;
    expect(new Bridge(aggregators, store).take(`${lines}\nother v=1 ${T0_MS}000000`)).toHaveLength(1);
    expect(new Bridge(aggregators, store).flush(T0_MS + PERIOD_MS)).toEqual([
      `m,k=\xfc a=-0,b="x \\"y\\"",i=-9223372036854775808i,ok=false,u=18446744073709551615u ${T0_MS}000001`,
    ]);
  });

  it('comes to the same wherever it is killed, for every aggregator', () => {
    const aggregators = [
      SUMS,
      '  - minmax: { period: 10s, drop_original: true, name_suffix: _mm }',
      '  - quantile: { period: 10s, drop_original: true, name_suffix: _q, quantiles: [0.5, 0.9] }',
      '  - valuecounter: { period: 10s, drop_original: true, name_suffix: _c, fields: [v] }',
      '  - histogram: { period: 10s, drop_original: true, name_suffix: _h, config: [{ measurement_name: m, buckets: [10, 50] }] }',
      '  - derivative: { period: 10s, drop_original: true, name_suffix: _d }',
      '  - final: { period: 10s, drop_original: true, output_strategy: periodic }',
    ].join('\n');
    const batch = fc.array(fc.tuple(fc.constantFrom('m', 'm,t=1'), fc.integer({ min: 0, max: 100 }), fc.integer({ min: 0, max: 9 })), {
      maxLength: 5,
    });
    const run = (batches: readonly (readonly (readonly [string, number, number])[])[], kills: ReadonlySet<number>) => {
      const store = memoryStore();
      let bridge = new Bridge(aggregators, store);
      for (const [index, points] of batches.entries()) {
        bridge.take(points.map(([series, value, second]) => `${series} v=${value} ${T0_MS / 1000 + second}000000000`).join('\n'));
        if (kills.has(index)) bridge = new Bridge(aggregators, store, T0_MS + 100 * index);
      }
      return bridge.flush(T0_MS + PERIOD_MS);
    };
    fc.assert(
      fc.property(fc.array(batch, { minLength: 1, maxLength: 8 }), fc.array(fc.nat(7)), (batches, kills) => {
        expect(run(batches, new Set(kills))).toEqual(run(batches, new Set()));
      }),
      { numRuns: 40 },
    );
  });
});

describe('an open window whose originals go on', () => {
  it('is not kept: a crash costs its aggregate what came before', () => {
    const aggregators = SUMS.replace('true', 'false');
    const store = memoryStore();
    expect(new Bridge(aggregators, store).take(line(1))).toHaveLength(1);
    const next = new Bridge(aggregators, store);
    next.take(line(2));
    expect(next.flush(T0_MS + PERIOD_MS)).toEqual([`m v_count=1,v_sum=2 ${T0_MS + PERIOD_MS}000000`]);
  });
});

describe('a processor that holds points back', () => {
  const TOP = '  - topk: { period: 10s, k: 1, fields: [v], add_rank_fields: [v] }';
  const bridge = (store: MemoryStore, seconds = 0, aggregators = '  []', processors = TOP): Bridge =>
    new Bridge(aggregators, store, T0_MS + seconds * 1000, processors);
  const of = (name: string, value: number, seconds: number): string => `${name} v=${value} ${T0_MS / 1000 + seconds}000000000`;
  const rankedOf = (name: string, value: number, seconds: number): string =>
    `${name} v=${value},v_topk_rank=1i ${T0_MS / 1000 + seconds}000000000`;

  it('goes on after a crash, with what it held, until its period is over', () => {
    const store = memoryStore();
    const killed = bridge(store);
    expect(killed.take(`${of('a', 1, 1)}\n${of('b', 5, 1)}`)).toEqual([]);
    killed.take(of('a', 2, 2));

    expect(bridge(store, 9).take(of('a', 4, 9))).toEqual([]);
    expect(bridge(store, 10).take(of('b', 3, 10))).toEqual([rankedOf('b', 5, 1), rankedOf('b', 3, 10)]);
    expect(bridge(store, 20).flush(T0_MS + 20_000, 'last')).toEqual([]);
  });

  it('tells at a shutdown what it holds, for good', () => {
    const store = memoryStore();
    const before = bridge(store);
    before.take(`${of('a', 1, 1)}\n${of('b', 5, 1)}`);
    expect(before.flush(T0_MS + 2000, 'last')).toEqual([rankedOf('b', 5, 1)]);
    const after = bridge(store, 3);
    expect(after.flush(T0_MS + 30_000, 'last')).toEqual([]);
  });

  it('leaves it to the next one at a reload, and tells it where there is none', () => {
    const store = memoryStore();
    const before = bridge(store);
    before.take(of('a', 1, 1));
    expect(before.flush(T0_MS + 2000, 'early', before.stateNames)).toEqual([]);
    const after = bridge(store, 3);
    after.take(of('b', 5, 3));
    expect(after.flush(T0_MS + 4000, 'early')).toEqual([rankedOf('b', 5, 3)]);
    expect(bridge(store, 5).flush(T0_MS + 20_000, 'last')).toEqual([]);
  });

  it('keeps what aggregators made, too', () => {
    const store = memoryStore();
    const top = `${TOP.replaceAll('[v]', '[v_sum]').replace('10s', '30s')}\nagent: { skip_processors_before_aggregators: true }`;
    const killed = bridge(store, 0, SUMS, top);
    expect(killed.take(line(1))).toEqual([]);
    expect(killed.flush(T0_MS + PERIOD_MS)).toEqual([]);

    const at = T0_MS / 1000 + 10;
    expect(bridge(store, 11, SUMS, top).flush(T0_MS + 12_000, 'last')).toEqual([`m v_count=1,v_sum=1,v_sum_topk_rank=1i ${at}000000000`]);
  });
});

describe('WindowJournal', () => {
  it('keeps so much and says so once, until the next window', () => {
    const context = testContext();
    const state = context.state<string>({ name: 'window', version: 1, encode: (text) => text, decode: (text) => text });
    const journal = new WindowJournal(state, context.interner, (maxBytes) => context.log.warn(`full at ${maxBytes}`), 20);
    const keep = (text: string, untilMs: number) => {
      journal.note(parsePoint(context.interner, text));
      journal.keep(untilMs);
    };
    for (const value of [1, 2, 3, 4]) keep(`m v=${value} 1`, 10);
    expect(toLines(context.interner, journal.read()?.points ?? [])).toEqual(['m v=1 1', 'm v=2 1', 'm v=3 1']);
    expect(context.logged.map(({ level }) => level)).toEqual(['warn']);
    journal.clear();
    keep('m v=5 1', 20);
    expect(journal.read()?.untilMs).toBe(20);
  });
});
