/** A `PluginContext` that remembers: what a plugin logged, dropped and kept, for tests that drive one plugin alone. */
import { Interner } from '../../src/metric/interner.ts';
import { MetadataRegistry } from '../../src/metric/metadata.ts';
import type { Clock, PluginContext } from '../../src/pipeline/plugin.ts';
import { WindowJournal, windowJournalSpec } from '../../src/pipeline/window-journal.ts';
import { SelfMetrics } from '../../src/telemetry/self-metrics.ts';
import { Ports } from '../../src/pipeline/ports.ts';
import type { MemoryStore } from '../../src/queue/memory/memory-store.ts';
import { memoryStore } from './store.ts';

export interface LogEntry {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly message: string;
  readonly details: object | undefined;
}

export interface TestContext extends PluginContext {
  /** What was logged, in order. */
  readonly logged: LogEntry[];
  /** Points dropped, by reason. */
  readonly dropped: Map<string, number>;
  /** Keeps what processors hold back, as after a batch. */
  endBatch(): void;
  /** How often `error` was called. */
  errors(): number;
  /** The clock, which stands still until a test turns it. */
  readonly clock: TestClock;
}

export interface TestClock extends Clock {
  ms: number;
  ns: number;
}

/** 2025-10-09T08:53:20Z: the time in which the golden cases play. */
const GOLDEN_NOW_MS = 1_760_000_000_000;

/**
 * A fresh context. `store` lets two contexts share state, as before and after a restart; `nowMs` sets the clock, which
 * stands still (hand in `Date.now()` for tests against real servers).
 */
export function testContext(
  options: {
    name?: string;
    store?: MemoryStore;
    nowMs?: number;
    intervalMs?: number;
    baseDirectory?: string;
    interner?: Interner;
    self?: SelfMetrics;
    ports?: Ports;
    continues?: boolean;
    maxHeldBytes?: number;
  } = {},
): TestContext {
  const logged: LogEntry[] = [];
  const dropped = new Map<string, number>();
  const store = options.store ?? memoryStore();
  const name = options.name ?? 'test';
  let errors = 0;
  const interner = options.interner ?? new Interner();
  const keeps: (() => void)[] = [];
  const record = (level: LogEntry['level']) => (message: string, details?: object) => void logged.push({ level, message, details });
  const clock: TestClock = { ms: options.nowMs ?? GOLDEN_NOW_MS, ns: 0, now: () => ({ ms: clock.ms, ns: clock.ns }) };
  return {
    name,
    log: { debug: record('debug'), info: record('info'), warn: record('warn'), error: record('error') },
    clock,
    interner,
    metadata: new MetadataRegistry(),
    self: options.self ?? new SelfMetrics({ version: '0.0.0' }),
    baseDirectory: options.baseDirectory ?? process.cwd(),
    intervalMs: options.intervalMs ?? 10_000,
    ports: (options.ports ?? new Ports()).user(),
    continues: options.continues ?? false,
    state: (spec) => store.state({ ...spec, name: `${name}.${spec.name}` }),
    keepHeld: (dueMs) => {
      const journal = new WindowJournal(
        store.state({ ...windowJournalSpec, name: `${name}/window` }),
        interner,
        () => undefined,
        options.maxHeldBytes,
      );
      keeps.push(() => journal.keep(dueMs()));
      return journal;
    },
    endBatch: () => {
      for (const keep of keeps) keep();
    },
    drop: (reason, points = 1) => void dropped.set(reason, (dropped.get(reason) ?? 0) + points),
    error: () => void errors++,
    logged,
    dropped,
    errors: () => errors,
  };
}
