/** What every durable driver promises besides: what was committed is there after a restart. */
import { describe, expect, it } from 'vitest';
import type { StateSpec } from '../../../src/queue/store.ts';
import { add, payload, take, takeAll, textsOf, type OpenStore } from './contract.ts';

const totals: StateSpec<number> = {
  name: 'totals',
  version: 2,
  encode: String,
  decode: (text, version) => (version === 2 ? Number(text) : undefined),
};

/** Runs the suite; `place` gives a place of its own to each test, where a store can be opened again and again. */
export function describeDurableStore(driver: string, place: () => Promise<OpenStore>): void {
  describe(`the ${driver} store after a restart`, () => {
    it('has every payload as it was, in order, with when it was added', async () => {
      const open = await place();
      const full = { destination: '/write?db=é', body: Buffer.from([0, 255, 10]), points: 7, firstMs: -5.5, lastMs: 1e15, partition: 3 };
      const before = await open({ now: () => 1234.5 });
      await add(before.store, full);
      await add(before.store, payload('b', { partition: 3, destination: full.destination }));
      await before.store.close();

      const { store } = await open();
      expect(store.queue('out').depth).toEqual({ payloads: 2, points: 8, bytes: 4, oldestMs: 1234.5 });
      const lease = await take(store);
      expect(lease.payloads).toEqual([full, payload('b', { partition: 3, destination: full.destination })]);
      expect([lease.addedMs, lease.resent]).toEqual([[1234.5, 1234.5], false]);
      await store.close();
    });

    it('has what was leased and not settled, and not what was settled', async () => {
      const open = await place();
      const before = await open();
      await add(before.store, payload('a'), payload('b'), payload('c'));
      await (await take(before.store, { maxPoints: 1 })).settle([]);
      await take(before.store, { maxPoints: 1 });
      await before.store.close();

      const { store } = await open();
      await add(store, payload('d'));
      expect(await takeAll(store)).toEqual(['b', 'c', 'd']);
      await store.close();
    });

    it('knows what may have been sent', async () => {
      const open = await place();
      const before = await open();
      await add(before.store, payload('a'), payload('b'));
      await (await take(before.store, { maxPoints: 1 })).markTried();
      await before.store.close();

      const { store } = await open();
      const first = await take(store, { separateResent: true });
      expect([textsOf(first), first.resent]).toEqual([['a'], true]);
      await first.settle([]);
      expect((await take(store, { separateResent: true })).resent).toBe(false);
      await store.close();
    });

    it('has the state as of the last commit, deletions included', async () => {
      const open = await place();
      const before = await open();
      const state = before.store.state(totals);
      for (const key of ['a', 'b', 'c\n"é']) state.set(key, 1);
      await add(before.store, payload('x'));
      state.set('a', 2);
      state.delete('b');
      await add(before.store, payload('y'));
      await before.store.close();

      const { store } = await open();
      expect(new Map(store.state(totals).entries())).toEqual(
        new Map([
          ['a', 2],
          ['c\n"é', 1],
        ]),
      );
      await store.close();
    });

    it.each([
      ['can not be decoded any more', 1],
      ['a newer version wrote, without a try', 3],
    ])('starts entries of state afresh that %s', async (_which, version) => {
      const open = await place();
      const before = await open();
      before.store.state({ ...totals, version }).set('a', 1);
      await add(before.store, payload('x'));
      await before.store.close();

      const { store } = await open();
      const tried: number[] = [];
      const decode = (text: string, written: number): number | undefined => (tried.push(written), totals.decode(text, written));
      expect(store.state({ ...totals, decode }).size).toBe(0);
      expect(tried).toEqual(version === 3 ? [] : [version]);
      expect(store.health().join()).toContain('state totals');
      await store.close();
    });

    it('has the dead letters, and can replay them', async () => {
      const open = await place();
      const before = await open({ now: () => 99 });
      await add(before.store, payload('good bad'));
      await (await take(before.store)).settle([{ ...payload('bad'), reason: 'no such policy' }]);
      await before.store.close();

      const { store } = await open();
      expect(store.deadLetters.counts().get('out')).toMatchObject({ letters: 1, points: 1, bytes: 3 });
      expect(await store.deadLetters.list({}, 10)).toMatchObject([{ output: 'out', reason: 'no such policy', atMs: 99 }]);
      expect(await store.deadLetters.replay({})).toBe(1);
      await store.close();

      const third = await open();
      expect(textsOf(await take(third.store))).toEqual(['bad']);
      expect(await third.store.deadLetters.list({}, 10)).toEqual([]);
      await third.store.close();
    });

    it('keeps to its bounds with what it finds', async () => {
      const open = await place();
      const before = await open();
      await add(before.store, payload('a'), payload('b'));
      await before.store.close();

      const { store } = await open({ bounds: { maxPoints: 2 } });
      store.queue('out');
      expect(store.admit()).toEqual({ status: 'busy', reason: 'the queue of out is full' });
      await store.close();
    });
  });
}
