/** What every driver of the store promises, as one suite that runs against all of them. */
import { describe, expect, it } from 'vitest';
import type { QueuedPayload } from '../../../src/queue/payload.ts';
import type { Lease, QueueBounds, StateSpec, Store, StoreDrop, TakeLimits } from '../../../src/queue/store.ts';

export interface OpenOptions {
  readonly bounds?: Partial<QueueBounds>;
  readonly now?: () => number;
}

export interface OpenedStore {
  readonly store: Store;
  /** Losses that the store told of, by reason, in points. */
  readonly dropped: ReadonlyMap<StoreDrop, number>;
}

/** Opens a fresh, empty store; the test closes it. */
export type OpenStore = (options?: OpenOptions) => Promise<OpenedStore>;

const everything: TakeLimits = { maxPoints: 1000, maxBytes: 1e6, maxPartitions: 4, separateResent: false };

export function payload(text: string, options: Partial<QueuedPayload> = {}): QueuedPayload {
  return { destination: 'db', body: Buffer.from(text), points: 1, firstMs: 1, lastMs: 2, partition: 0, ...options };
}

/** Commits payloads to the output `out`. */
export function add(store: Store, ...payloads: readonly QueuedPayload[]): Promise<void> {
  return store.commit({ payloads: new Map([['out', payloads]]) });
}

/** A lease of the output `out`, which there must be. */
export async function take(store: Store, limits: Partial<TakeLimits> = {}): Promise<Lease> {
  const lease = await store.queue('out').take({ ...everything, ...limits });
  if (lease === undefined) throw new Error('nothing to take');
  return lease;
}

export function textsOf(lease: Lease): string[] {
  return lease.payloads.map(({ body }) => body.toString());
}

/** Everything there is, lease by lease, each settled. */
export async function takeAll(store: Store): Promise<string[]> {
  const texts: string[] = [];
  while (store.queue('out').depth.payloads > 0) {
    const lease = await take(store);
    texts.push(...textsOf(lease));
    await lease.settle([]);
  }
  return texts;
}

const counterState: StateSpec<{ total: number }> = {
  name: 'counter',
  version: 1,
  encode: ({ total }) => String(total),
  decode: (text) => (Number.isFinite(Number(text)) ? { total: Number(text) } : undefined),
};

/** Runs the suite against one driver. */
export function describeStore(driver: string, open: OpenStore): void {
  describe(`the ${driver} store`, () => {
    it('gives the oldest payloads of one destination, in order and within the limits', async () => {
      const { store } = await open();
      await add(store, payload('a'), payload('b'), payload('c'), payload('d', { destination: 'other' }));
      const first = await take(store, { maxPoints: 2 });
      expect(textsOf(first)).toEqual(['a', 'b']);
      await first.settle([]);
      const second = await take(store);
      expect(textsOf(second)).toEqual(['c']);
      await second.settle([]);
      expect(textsOf(await take(store))).toEqual(['d']);
      await store.close();
    });

    it('keeps every property of a payload', async () => {
      const { store } = await open();
      const full = { destination: '/write?db=é', body: Buffer.from([0, 255, 10]), points: 7, firstMs: -5.5, lastMs: 1e15, partition: 3 };
      await add(store, full);
      expect((await take(store)).payloads).toEqual([full]);
      await store.close();
    });

    it('says when each payload was added', async () => {
      let now = 1000;
      const { store } = await open({ now: () => now });
      await add(store, payload('a'));
      now = 2000;
      await add(store, payload('b'));
      expect((await take(store)).addedMs).toEqual([1000, 2000]);
      await store.close();
    });

    it('passes over a partition that has a lease out, and only that', async () => {
      const { store } = await open();
      await add(store, payload('a0'), payload('b1', { partition: 1 }), payload('c0'), payload('d1', { partition: 1 }));
      const zero = await take(store, { maxPartitions: 1 });
      expect(textsOf(zero)).toEqual(['a0', 'c0']);
      await add(store, payload('e0'));
      const one = await take(store);
      expect(textsOf(one)).toEqual(['b1', 'd1']);
      expect(await store.queue('out').take(everything)).toBeUndefined();
      await zero.settle([]);
      expect(textsOf(await take(store))).toEqual(['e0']);
      await store.close();
    });

    it('finds what can be taken behind a long backlog of a partition that is held up', async () => {
      const { store } = await open();
      await add(store, payload('held'));
      await take(store, { maxPartitions: 1 });
      await add(store, ...Array.from({ length: 3000 }, (_, at) => payload(`held ${at}`)), payload('free', { partition: 1 }));
      expect(textsOf(await take(store))).toEqual(['free']);
      await store.close();
    });

    it('finds what can be taken behind more of a held partition than is kept in memory, and that in order when it is free', async () => {
      const { store } = await open();
      const large = Array.from({ length: 24 }, (_, at) => payload(`${at}:`.padEnd(2e6, 'x')));
      const added = large.map(({ body }) => body.toString('utf8', 0, 4));
      await add(store, payload('held'));
      const held = await take(store);
      for (let at = 0; at < large.length; at += 6) await add(store, ...large.slice(at, at + 6));
      await add(store, payload('free', { partition: 1 }));
      expect(textsOf(await take(store))).toEqual(['free']);
      held.release();
      const texts: string[] = [];
      while (texts.length < 25) {
        const lease = await take(store, { maxPartitions: 1 });
        texts.push(...textsOf(lease).map((text) => text.slice(0, 4)));
        await lease.settle([]);
      }
      expect(texts).toEqual(['held', ...added]);
      await store.close();
    });

    it('gives a released lease out again, before anything later', async () => {
      const { store } = await open();
      await add(store, payload('a'), payload('b'));
      const lease = await take(store, { maxPoints: 1 });
      lease.release();
      expect(await takeAll(store)).toEqual(['a', 'b']);
      await store.close();
    });

    it('remembers what may have been sent, and leases each such payload alone when asked to', async () => {
      const { store } = await open();
      await add(store, payload('a'), payload('b'));
      const lease = await take(store);
      expect(lease.resent).toBe(false);
      await lease.markTried();
      lease.release();
      await add(store, payload('c'));
      for (const text of ['a', 'b']) {
        const again = await take(store, { separateResent: true });
        expect([again.resent, textsOf(again)]).toEqual([true, [text]]);
        await again.settle([]);
      }
      const fresh = await take(store, { separateResent: true });
      expect([fresh.resent, textsOf(fresh)]).toEqual([false, ['c']]);
      await store.close();
    });

    it('tells how full a queue is, leases included', async () => {
      const { store } = await open({ now: () => 1000 });
      await add(store, payload('aa', { points: 2 }), payload('b'));
      const lease = await take(store, { maxPoints: 2 });
      expect(store.queue('out').depth).toEqual({ payloads: 2, points: 3, bytes: 3, oldestMs: 1000 });
      await lease.settle([]);
      expect(store.queue('out').depth).toMatchObject({ payloads: 1, points: 1, bytes: 1 });
      await (await take(store)).settle([]);
      expect(store.queue('out').depth).toEqual({ payloads: 0, points: 0, bytes: 0, oldestMs: undefined });
      await store.close();
    });

    it('is busy while a queue that blocks is at its bound, and wakes who waits for room', async () => {
      const { store } = await open({ bounds: { maxPoints: 2 } });
      await add(store, payload('a'), payload('b'));
      expect(store.admit()).toEqual({ status: 'busy', reason: 'the queue of out is full' });
      const room = store.room(60_000);
      await (await take(store, { maxPoints: 1 })).settle([]);
      await room;
      expect(store.admit()).toEqual({ status: 'ok' });
      await store.close();
    });

    it('drops the oldest at the bound where told so, but nothing on its way, and counts', async () => {
      const { store, dropped } = await open({ bounds: { maxPoints: 3, overflow: 'drop_oldest' } });
      await add(store, payload('a'), payload('b'), payload('c'));
      const lease = await take(store, { maxPoints: 1 });
      await add(store, payload('d'));
      expect(store.admit()).toEqual({ status: 'ok' });
      await lease.settle([]);
      expect(textsOf(await take(store))).toEqual(['c', 'd']);
      expect(dropped).toEqual(new Map([['overflow', 1]]));
      await store.close();
    });

    it('keeps to a bound that is more than is kept in memory, although nothing is taken', async () => {
      const { store, dropped } = await open({ bounds: { maxBytes: 20e6, overflow: 'drop_oldest' } });
      for (let at = 0; at < 30; at++) await add(store, payload(`${at}:`.padEnd(2e6, 'x')));
      await expect.poll(() => store.queue('out').depth.bytes, { timeout: 10_000 }).toBeLessThanOrEqual(22e6);
      const [oldest] = textsOf(await take(store, { maxPoints: 1 }));
      expect(Number(oldest.split(':')[0])).toBeGreaterThanOrEqual(18);
      expect(dropped.get('overflow')).toBe(30 - store.queue('out').depth.payloads);
      await store.close();
    });

    it('drops the newest at the bound where told so, and counts', async () => {
      const { store, dropped } = await open({ bounds: { maxPoints: 2, overflow: 'drop_newest' } });
      await add(store, payload('a'), payload('b'), payload('c', { points: 5 }));
      expect(textsOf(await take(store))).toEqual(['a', 'b']);
      expect(dropped).toEqual(new Map([['overflow', 5]]));
      await store.close();
    });

    it('drops what has waited too long, and counts', async () => {
      let now = 1000;
      const { store, dropped } = await open({ bounds: { maxAgeMs: 500 }, now: () => now });
      await add(store, payload('a'));
      now = 1400;
      await add(store, payload('b'));
      now = 1600;
      expect(textsOf(await take(store))).toEqual(['b']);
      expect(dropped).toEqual(new Map([['expired', 1]]));
      await store.close();
    });

    it('takes nothing for old because the clock was set', async () => {
      let now = 1000;
      const { store, dropped } = await open({ bounds: { maxAgeMs: 500 }, now: () => now });
      store.queue('out');
      await add(store, payload('a'));
      now += 86_400_000;
      const lease = await take(store);
      expect(textsOf(lease)).toEqual(['a']);
      lease.release();
      now -= 7 * 86_400_000;
      expect(await takeAll(store)).toEqual(['a']);
      expect(dropped).toEqual(new Map());
      await store.close();
    });

    it('keeps refused points with the words of the server, lists, replays and forgets them', async () => {
      const { store } = await open();
      await add(store, payload('good bad worse'));
      const bad = { ...payload('bad'), reason: '400 field type conflict' };
      const worse = { ...payload('worse'), reason: '400 beyond retention policy' };
      await (await take(store)).settle([bad, worse]);
      const letters = await store.deadLetters.list({}, 10);
      expect(letters.map(({ output, body, reason }) => [output, body.toString(), reason])).toEqual([
        ['out', 'bad', '400 field type conflict'],
        ['out', 'worse', '400 beyond retention policy'],
      ]);
      expect(store.deadLetters.counts().get('out')).toMatchObject({ letters: 2, points: 2, bytes: 8 });
      expect(await store.deadLetters.replay({ reason: 'TYPE conflict' })).toBe(1);
      expect(textsOf(await take(store))).toEqual(['bad']);
      expect(await store.deadLetters.drop({ output: 'out' })).toBe(1);
      expect(await store.deadLetters.list({}, 10)).toEqual([]);
      expect(store.deadLetters.counts().get('out')).toMatchObject({ letters: 0, points: 0, bytes: 0 });
      await store.close();
    });

    it('keeps the state of a stage apart from that of others', async () => {
      const { store } = await open();
      const one = store.state({ ...counterState, name: 'one' });
      const two = store.state({ ...counterState, name: 'two' });
      one.set('key', { total: 1 });
      two.set('key', { total: 2 });
      two.delete('none');
      expect([one.get('key'), two.get('key'), two.size]).toEqual([{ total: 1 }, { total: 2 }, 1]);
      expect([...one.entries()]).toEqual([['key', { total: 1 }]]);
      await store.close();
    });

    it('tells a listener of everything added', async () => {
      const { store } = await open();
      let calls = 0;
      store.queue('out').onAdded(() => calls++);
      await add(store, payload('a'));
      await add(store, payload('b'));
      expect(calls).toBe(2);
      await store.close();
    });
  });
}

/** For the drivers that keep dead letters; that of Redis has those of the disk. */
export function describeLetterBound(driver: string, open: OpenStore): void {
  describe(`the ${driver} store`, () => {
    it.each([
      ['points', 8 * 1024 * 1024, 'too old'],
      ['words of the server', 1, `too old: ${'é'.repeat(4 * 1024 * 1024)}`],
    ])('forgets the oldest of the refused points when there are too many %s, and counts them', async (_what, bytes, reason) => {
      const { store } = await open();
      for (let id = 0; id < 10; id++) {
        await add(store, payload(`${id}`));
        await (await take(store)).settle([{ ...payload(`${id}`.padEnd(bytes, '.'), { points: 2 }), reason }]);
      }
      const kept = await store.deadLetters.list({}, 20);
      expect(kept.map(({ body }) => body.toString('utf8', 0, 1)).join('')).toBe('3456789');
      expect(store.deadLetters.counts().get('out')).toMatchObject({ letters: 7, points: 14, evictedPoints: 6 });
      await store.close();
    });
  });
}
