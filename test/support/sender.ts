/** A sender over a receiver of the test's own, on faked time: hours of outages and retries take no time at all. */
import { vi } from 'vitest';
import type { Attempt, Output, SendResult } from '../../src/pipeline/plugin.ts';
import { Sender } from '../../src/pipeline/sender.ts';
import type { MemoryStore } from '../../src/queue/memory/memory-store.ts';
import type { Payload, QueuedPayload } from '../../src/queue/payload.ts';
import { PluginMetrics } from '../../src/telemetry/plugin-metrics.ts';
import { SelfMetrics } from '../../src/telemetry/self-metrics.ts';
import { testContext, type LogEntry } from './context.ts';
import { memoryStore } from './store.ts';

export interface SenderRun {
  readonly sender: Sender;
  readonly store: MemoryStore;
  readonly metrics: PluginMetrics;
  readonly selfMetrics: SelfMetrics;
  readonly logged: readonly LogEntry[];
  /** Points that wait. */
  readonly waiting: () => number;
  /** Puts lines into the queue, one payload each call; a line is a point. */
  readonly add: (partition: number, lines: readonly string[], destination?: string) => Promise<void>;
}

export interface SenderRunOptions {
  readonly send: (payload: Payload, attempt: Attempt) => Promise<SendResult>;
  readonly batchSize?: number;
  readonly output?: Partial<Output>;
  readonly maxParallelRequests?: number;
}

/** Fakes the clocks and timers; `vi.useRealTimers` ends it. */
export function fakeTime(): void {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance', 'Date'] });
}

/** A sender that has begun. */
export function startSender({ send, batchSize = 10, output, maxParallelRequests = 4 }: SenderRunOptions): SenderRun {
  const store = memoryStore();
  const context = testContext();
  const metrics = new PluginMetrics();
  const selfMetrics = new SelfMetrics({ version: '1' });
  const sender = new Sender({
    output: { concurrent: true, encode: () => [], split: halveLines, ...output, send },
    queue: store.queue('out'),
    batchSize,
    maxParallelRequests,
    flushIntervalMs: 1000,
    flushJitterMs: 0,
    log: context.log,
    metrics,
    delivery: selfMetrics.output('out'),
    nowMs: Date.now,
  });
  sender.start();
  const add = (partition: number, lines: readonly string[], destination = 'db'): Promise<void> =>
    store.commit({ payloads: new Map([['out', [payloadOf(partition, lines, destination)]]]) });
  return { sender, store, metrics, selfMetrics, logged: context.logged, waiting: () => store.queue('out').depth.points, add };
}

/** The lines of a payload. */
export function linesOf({ body }: Pick<Payload, 'body'>): string[] {
  return body.toString().split('\n').slice(0, -1);
}

function payloadOf(partition: number, lines: readonly string[], destination: string): QueuedPayload {
  const body = Buffer.from(lines.map((line) => `${line}\n`).join(''));
  return { destination, body, points: lines.length, firstMs: 0, lastMs: 0, partition };
}

function halveLines(payload: Payload): [Payload, Payload] | undefined {
  const lines = linesOf(payload);
  if (lines.length < 2) return undefined;
  const middle = lines.length >> 1;
  return [payloadOf(0, lines.slice(0, middle), payload.destination), payloadOf(0, lines.slice(middle), payload.destination)];
}
