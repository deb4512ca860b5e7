import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { SendResult } from '../../../src/pipeline/plugin.ts';
import type { DeadLetter } from '../../../src/queue/store.ts';
import { fakeTime, linesOf, startSender, type SenderRun } from '../../support/sender.ts';

const MINUTE = 60_000;
const ok: SendResult = { status: 'ok' };

beforeEach(fakeTime);
afterEach(() => void vi.useRealTimers());

function lettersOf(run: SenderRun): Promise<readonly DeadLetter[]> {
  return run.store.deadLetters.list({}, 1000);
}

/** A server of one's own: what it took, and what it says to a request. */
function startServer(answer: (lines: readonly string[], request: number) => SendResult, options: { batchSize?: number } = {}) {
  const taken: string[] = [];
  const requests: string[][] = [];
  const run = startSender({
    ...options,
    send: (payload) => {
      const lines = linesOf(payload);
      requests.push(lines);
      const result = answer(lines, requests.length);
      if (result.status === 'ok') taken.push(...lines);
      return Promise.resolve(result);
    },
  });
  return { ...run, taken, requests };
}

const failsOn = (word: string) => (lines: readonly string[]) =>
  lines.some((line) => line.includes(word)) ? ({ status: 'retry', reason: '500 panic' } as const) : ok;

/** One line a second in each of some partitions. */
async function feed(run: SenderRun, partitions: readonly number[], seconds: number): Promise<void> {
  for (let second = 0; second < seconds; second++) {
    for (const partition of partitions) await run.add(partition, [`p${partition} ${second}`]);
    await vi.advanceTimersByTimeAsync(1000);
  }
}

describe('a payload that its server fails on for ever', () => {
  it('is cut down to the guilty point, while all others are delivered', async () => {
    const server = startServer(failsOn('poison'));
    const lines = Array.from({ length: 100 }, (_, at) => (at === 37 ? 'poison' : `good ${at}`));
    await server.add(0, lines);
    await feed(server, [0, 1, 2], 1800);
    const letters = await lettersOf(server);
    expect(letters.map(({ body, reason }) => [body.toString(), reason])).toEqual([
      ['poison\n', 'given up, while the server took others: 500 panic'],
    ]);
    expect(server.waiting()).toBeLessThan(4);
    expect(lines.filter((line) => !server.taken.includes(line))).toEqual(['poison']);
    expect(server.metrics.totals.dropped.get('refused')).toBe(1);
    expect(server.sender.status.state).toBe('ok');
  });

  it('holds up its own partition only', async () => {
    const server = startServer(failsOn('poison'));
    await server.add(0, ['poison']);
    await feed(server, [1, 2, 3], 20);
    expect(server.taken.length).toBeGreaterThan(50);
    expect(server.sender.status).toEqual({ state: 'retrying', reason: '500 panic' });
    expect(await lettersOf(server)).toEqual([]);
  });

  it('is told of once, and of its end', async () => {
    const server = startServer(failsOn('poison'));
    await server.add(0, ['poison']);
    await feed(server, [1, 2], 3600);
    const told = server.logged.filter(({ level }) => level === 'warn' || level === 'error').map(({ message }) => message);
    expect(told).toEqual([
      'cannot deliver, will keep trying',
      'the server fails on one payload while it takes others; it is kept aside and tried again',
      'the server refused points for good',
    ]);
  });

  it('does not take the rest of a hopeless payload through a thousand halvings', async () => {
    const server = startServer(failsOn('poison'));
    await server.add(
      0,
      Array.from({ length: 1000 }, (_, at) => `poison ${at}`),
    );
    await feed(server, [1, 2], 7200);
    const letters = await lettersOf(server);
    expect(letters.reduce((sum, { points }) => sum + points, 0)).toBe(1000);
    expect(letters.length).toBeLessThan(50);
    expect(server.sender.status.state).toBe('ok');
  });

  it('waits as long as it takes where nothing else shows that the server is well', async () => {
    const server = startServer(failsOn('poison'));
    await server.add(0, ['poison']);
    await vi.advanceTimersByTimeAsync(48 * 60 * MINUTE);
    expect(await lettersOf(server)).toEqual([]);
    expect(server.waiting()).toBe(1);
  });

  it('is not given up for what another destination of the server takes', async () => {
    const server = startServer(failsOn('poison'));
    await server.add(0, ['poison'], 'broken');
    for (let second = 0; second < 3600; second++) {
      await server.add(1, [`good ${second}`], 'fine');
      await vi.advanceTimersByTimeAsync(1000);
    }
    expect(await lettersOf(server)).toEqual([]);
    expect(server.taken.length).toBeGreaterThan(3000);
  });
});

describe('an outage', () => {
  it.each([1, 10, 60])('of any length, again and again every %i minutes, makes no dead letter', async (minutes) => {
    let isDown = false;
    const server = startServer(() => (isDown ? { status: 'retry', reason: '503 down' } : ok));
    let added = 0;
    for (let turn = 0; turn < 16; turn++) {
      isDown = turn % 2 === 0;
      for (let partition = 0; partition < 4; partition++, added += 25) {
        await server.add(
          partition,
          Array.from({ length: 25 }, (_, at) => `p${partition} ${turn} ${at}`),
        );
      }
      await vi.advanceTimersByTimeAsync(minutes * MINUTE);
    }
    await vi.advanceTimersByTimeAsync(10 * MINUTE);
    expect(await lettersOf(server)).toEqual([]);
    expect(new Set(server.taken).size).toBe(added);
    expect(server.waiting()).toBe(0);
  });

  it('makes one request at a time, of one payload, ever less often', async () => {
    const server = startServer(() => ({ status: 'retry', reason: 'down' }));
    for (let at = 0; at < 50; at++) await server.add(at % 4, [`line ${at}`]);
    await vi.advanceTimersByTimeAsync(60 * MINUTE);
    // Full jitter: half of 30 s at the mean, so some 240 in an hour.
    expect(server.requests.length).toBeLessThan(320);
    expect(server.requests.slice(4).every((lines) => lines.length === 1)).toBe(true);
  });

  it('is over with the first answer: everything goes at once', async () => {
    let isDown = true;
    const server = startServer(() => (isDown ? { status: 'retry', reason: 'down' } : ok));
    for (let at = 0; at < 50; at++) await server.add(at % 4, [`line ${at}`]);
    await vi.advanceTimersByTimeAsync(30 * MINUTE);
    isDown = false;
    await vi.advanceTimersByTimeAsync(MINUTE);
    expect(server.waiting()).toBe(0);
    expect(server.logged.filter(({ level }) => level !== 'debug').map(({ message }) => message)).toEqual([
      'cannot deliver, will keep trying',
      'reached again',
    ]);
  });

  it('waits as long as the server asks for, but no longer than ten minutes', async () => {
    const server = startServer((_, request) => (request === 1 ? { status: 'retry', reason: '503', retryAfterMs: 86_400_000 } : ok), {
      batchSize: 1,
    });
    await server.add(0, ['a']);
    await vi.advanceTimersByTimeAsync(9.9 * MINUTE);
    expect(server.requests.length).toBe(1);
    await vi.advanceTimersByTimeAsync(0.2 * MINUTE);
    expect(server.taken).toEqual(['a']);
  });
});

describe('a request that is too large', () => {
  it('is sent in halves, and those that follow are smaller from the start', async () => {
    const server = startServer((lines) => (lines.length > 12 ? { status: 'too_large', reason: '413' } : ok), { batchSize: 50 });
    const lines = Array.from({ length: 400 }, (_, at) => `line ${String(at).padStart(3, '0')}`);
    for (let at = 0; at < 400; at += 10) await server.add(0, lines.slice(at, at + 10));
    await vi.advanceTimersByTimeAsync(MINUTE);
    expect(server.taken).toEqual(lines);
    expect(server.requests.filter((request) => request.length > 12).length).toBeLessThanOrEqual(3);
  });

  it('recovers slowly, so that a server that takes more again gets more', async () => {
    let most = 12;
    const server = startServer((lines) => (lines.length > most ? { status: 'too_large', reason: '413' } : ok), { batchSize: 50 });
    const ten = Array.from({ length: 10 }, (_, at) => `line ${at}`);
    for (let at = 0; at < 10; at++) await server.add(0, ten);
    await vi.advanceTimersByTimeAsync(MINUTE);
    most = 1000;
    for (let at = 0; at < 8000; at++) await server.add(0, ten);
    await vi.advanceTimersByTimeAsync(MINUTE);
    expect(Math.max(...server.requests.slice(-100).map((lines) => lines.length))).toBe(50);
  });

  it('that is a single point is refused for good, and costs the others nothing', async () => {
    const server = startServer((lines) => (lines.includes('huge') ? { status: 'too_large', reason: '413 too large' } : ok), {
      batchSize: 8,
    });
    await server.add(0, ['a', 'b', 'huge', 'c']);
    await server.add(0, ['d', 'e', 'f', 'g']);
    await vi.advanceTimersByTimeAsync(MINUTE);
    expect(server.taken).toEqual(['a', 'b', 'c', 'd', 'e', 'f', 'g']);
    expect((await lettersOf(server)).map(({ body, reason }) => [body.toString(), reason])).toEqual([['huge\n', '413 too large']]);
  });
});

describe('lanes', () => {
  /** A server that takes a second for each request. */
  function startSlowServer(): SenderRun & { readonly sizes: number[]; most(): number } {
    let underWay = 0;
    let most = 0;
    const sizes: number[] = [];
    const run = startSender({
      send: async ({ points }) => {
        sizes.push(points);
        most = Math.max(most, ++underWay);
        await new Promise((resolve) => setTimeout(resolve, 1000));
        underWay--;
        return ok;
      },
    });
    return { ...run, sizes, most: () => most };
  }

  it('are one where one suffices, with full batches of all partitions', async () => {
    const server = startSlowServer();
    for (let second = 0; second < 100; second++) {
      for (let partition = 0; partition < 4; partition++) await server.add(partition, ['a', 'b']);
      await vi.advanceTimersByTimeAsync(1000);
    }
    expect(server.most()).toBe(1);
    expect(server.sizes.length).toBeLessThan(101);
  });

  it('are as many as the arrival calls for, and the queue stays short', async () => {
    const server = startSlowServer();
    let longest = 0;
    for (let second = 0; second < 100; second++) {
      for (let part = 0; part < 8; part++) await server.add(part % 4, ['a', 'b', 'c', 'd']);
      await vi.advanceTimersByTimeAsync(1000);
      if (second > 20) longest = Math.max(longest, server.waiting());
    }
    // 32 points a second, 10 in a request of a second.
    expect(server.most()).toBe(4);
    expect(longest).toBeLessThan(200);
  });

  it('start with one after a failure', async () => {
    let isDown = true;
    const atOnce: number[] = [];
    let underWay = 0;
    const run = startSender({
      send: async () => {
        atOnce.push(++underWay);
        await new Promise((resolve) => setTimeout(resolve, 100));
        underWay--;
        return isDown ? { status: 'retry', reason: 'down' } : ok;
      },
    });
    for (let at = 0; at < 400; at++) await run.add(at % 4, ['a']);
    await vi.advanceTimersByTimeAsync(MINUTE);
    isDown = false;
    atOnce.length = 0;
    await vi.advanceTimersByTimeAsync(2 * MINUTE);
    expect(atOnce.slice(0, 2)).toEqual([1, 1]);
    expect(Math.max(...atOnce)).toBe(4);
    expect(run.waiting()).toBe(0);
  });
});

describe('what it tells of itself', () => {
  it('has the delay from the queue to the server, requests by result, and the state', async () => {
    let isDown = true;
    const server = startServer(() => (isDown ? { status: 'retry', reason: 'down' } : ok), { batchSize: 1 });
    await server.add(0, ['a']);
    await vi.advanceTimersByTimeAsync(100 * MINUTE);
    expect(await server.selfMetrics.collect()).toContain('wattbridge_delivery_state{output="out",state="retrying"} 1\n');
    isDown = false;
    await vi.advanceTimersByTimeAsync(2 * MINUTE);
    const text = await server.selfMetrics.collect();
    expect(text).toContain('wattbridge_delivery_state{output="out",state="ok"} 1\n');
    expect(text).toContain('wattbridge_delivery_seconds_bucket{le="3600",output="out"} 0\n');
    expect(text).toContain('wattbridge_delivery_seconds_bucket{le="21600",output="out"} 1\n');
    expect(text).toContain('wattbridge_delivery_attempts_total{output="out",result="ok"} 1\n');
  });
});
