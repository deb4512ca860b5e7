import { describe, expect, it } from 'vitest';
import type { Output, SendResult } from '../../../src/pipeline/plugin.ts';
import { Sender } from '../../../src/pipeline/sender.ts';
import { memoryStore } from '../../support/store.ts';
import type { QueuedPayload } from '../../../src/queue/payload.ts';
import { SelfMetrics } from '../../../src/telemetry/self-metrics.ts';
import { PluginMetrics } from '../../../src/telemetry/plugin-metrics.ts';
import { testContext } from '../../support/context.ts';

function payload(text: string, destination = 'db'): QueuedPayload {
  return { destination, body: Buffer.from(text), points: 1, firstMs: 0, lastMs: 0, partition: 0 };
}

/** A sender over an output that answers as told, and remembers what it was sent. */
function setUp(
  answer: (sent: string, tries: number) => SendResult,
  options: { batchSize?: number; flushIntervalMs?: number; connect?: Output['connect'] } = {},
) {
  const store = memoryStore({ maxPoints: 100 });
  const queue = store.queue('out');
  const sent: string[] = [];
  const metrics = new PluginMetrics();
  const context = testContext();
  const output: Output = {
    encode: () => [],
    send: ({ body }) => {
      sent.push(body.toString());
      return Promise.resolve(answer(body.toString(), sent.length));
    },
    ...(options.connect && { connect: options.connect }),
  };
  const sender = new Sender({
    output,
    queue,
    batchSize: options.batchSize ?? 2,
    flushIntervalMs: options.flushIntervalMs ?? 3_600_000,
    flushJitterMs: 0,
    log: context.log,
    metrics,
    delivery: new SelfMetrics({ version: '1' }).output('out'),
    maxParallelRequests: 4,
    nowMs: Date.now,
  });
  const add = (...payloads: QueuedPayload[]): Promise<void> => store.commit({ payloads: new Map([['out', payloads]]) });
  return { sender, sent, metrics, add, queue, logged: context.logged, store };
}

async function until(condition: () => boolean): Promise<void> {
  for (let tries = 0; tries < 500 && !condition(); tries++) await new Promise((resolve) => setTimeout(resolve, 10));
  expect(condition()).toBe(true);
}

describe('Sender', () => {
  it('joins neighbours of one destination up to a batch, in order, and sends full batches at once', async () => {
    const { sender, sent, add } = setUp(() => ({ status: 'ok' }));
    sender.start();
    await add(payload('a'), payload('b'), payload('c', 'other'), payload('d', 'other'));
    await until(() => sent.length === 2);
    expect(sent).toEqual(['ab', 'cd']);
    await sender.stop(1000);
  });

  it('says so while its server refuses everything, and no longer once it takes something again', async () => {
    const { sender, sent, add } = setUp((text) => (text === 'good' ? { status: 'ok' } : { status: 'reject', reason: '404 not here' }), {
      batchSize: 1,
    });
    sender.start();
    await add(payload('bad'));
    await until(() => sent.length === 1);
    expect(sender.status).toEqual({ state: 'refusing', reason: '404 not here' });
    await add(payload('good'));
    await until(() => sent.length === 2);
    expect(sender.status).toEqual({ state: 'ok', reason: '' });
    await sender.stop(1000);
  });

  it('leaves what is no full batch for the flush interval', async () => {
    const { sender, sent, add } = setUp(() => ({ status: 'ok' }), { flushIntervalMs: 200 });
    sender.start();
    await add(payload('a'));
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(sent).toEqual([]);
    await until(() => sent.length === 1);
    await sender.stop(1000);
  });

  it('sends the same payload again until it gets through, before any later one', async () => {
    const { sender, sent, add, logged, queue } = setUp((_, tries) => (tries < 3 ? { status: 'retry', reason: 'down' } : { status: 'ok' }));
    sender.start();
    await add(payload('a'), payload('b'), payload('c'), payload('d'));
    await until(() => queue.depth.payloads === 1);
    sender.flush();
    await until(() => queue.depth.payloads === 0);
    // While the server is down, one payload at a time asks whether it is back.
    expect(sent).toEqual(['ab', 'a', 'a', 'bc', 'd']);
    expect(logged.filter(({ level }) => level !== 'debug').map(({ message }) => message)).toEqual([
      'cannot deliver, will keep trying',
      'reached again',
    ]);
    await sender.stop(1000);
  });

  it('counts refused points and goes on', async () => {
    const { sender, add, metrics, queue } = setUp((sent) =>
      sent === 'ab' ? { status: 'partial', refused: [{ ...payload('a'), reason: 'type conflict' }] } : { status: 'reject', reason: 'no' },
    );
    sender.start();
    await add(payload('a'), payload('b'), payload('c'), payload('d'));
    await until(() => queue.depth.payloads === 0);
    expect(metrics.totals.pointsOut).toBe(1);
    expect(metrics.totals.dropped.get('refused')).toBe(3);
    await sender.stop(1000);
  });

  it('keeps a payload that the output fails on by a bug', async () => {
    let failures = 0;
    const { sender, add, queue, sent } = setUp(() => {
      if (failures++ === 0) throw new Error('bug');
      return { status: 'ok' };
    });
    sender.start();
    await add(payload('a'), payload('b'));
    await until(() => queue.depth.payloads === 0);
    expect(sent).toEqual(['ab', 'a', 'b']);
    await sender.stop(1000);
  });

  it('drains at the end, and says what it had to leave behind', async () => {
    const fine = setUp(() => ({ status: 'ok' }));
    fine.sender.start();
    await fine.add(payload('a'));
    expect(await fine.sender.stop(1000)).toBe(0);
    expect(fine.sent).toEqual(['a']);

    const down = setUp(() => ({ status: 'retry', reason: 'down' }));
    down.sender.start();
    await down.add(payload('a'));
    const started = Date.now();
    expect(await down.sender.stop(60_000)).toBe(1);
    expect(Date.now() - started).toBeLessThan(5000);
  });

  it('keeps trying to connect, and sends nothing before', async () => {
    let tries = 0;
    const { sender, sent, add } = setUp(() => ({ status: 'ok' }), {
      connect: () => (tries++ < 2 ? Promise.reject(new Error('refused')) : Promise.resolve()),
    });
    sender.start();
    await add(payload('a'), payload('b'));
    await until(() => sent.length === 1);
    expect(tries).toBe(3);
    await sender.stop(1000);
  });
});
