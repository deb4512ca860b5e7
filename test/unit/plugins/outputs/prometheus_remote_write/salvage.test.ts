import fc from 'fast-check';
import { refusals } from '../../../../support/output.ts';
import { describe, expect, it } from 'vitest';
import { decodeLabels } from '../../../../../src/formats/remote-write/decode.ts';
import { labelSet } from '../../../../../src/formats/remote-write/label-set.ts';
import { packRequest, unpackRequest } from '../../../../../src/formats/remote-write/packed-request.ts';
import { RequestWriter, sampleGroup } from '../../../../../src/formats/remote-write/request-writer.ts';
import { decodePart } from '../../../../../src/plugins/outputs/prometheus_remote_write/parts.ts';
import { Salvage, type PostAnswer, type SalvageOptions } from '../../../../../src/plugins/outputs/prometheus_remote_write/salvage.ts';
import type { Refusal } from '../../../../../src/plugins/outputs/prometheus_remote_write/verdict.ts';
import { requestLines } from '../../../../../src/formats/remote-write/lines.ts';
import type { SendResult } from '../../../../../src/pipeline/plugin.ts';
import { joinPayloads, type Payload } from '../../../../../src/queue/payload.ts';

interface Spec {
  readonly name: string;
  readonly ms: number;
}

function refusal(reason: string): Refusal {
  return { kind: 'refused', reason, words: reason, written: undefined, writtenExemplars: undefined, isPartial: false };
}

function options(post: SalvageOptions['post'], resent = false): SalvageOptions {
  return { resent, nowMs: 1e12, post, earned: new Set() };
}

function payloadOf(samples: readonly Spec[]): Payload {
  const writer = new RequestWriter();
  const groups = new Map(samples.map(({ name }) => [name, sampleGroup(labelSet('m', [['id', name]]).bytes)]));
  for (const { name, ms } of samples) {
    const group = groups.get(name);
    if (group !== undefined) writer.append(group, ms, 1);
  }
  return { destination: '', body: packRequest(writer.take()), points: samples.length, firstMs: 0, lastMs: 0 };
}

/** Values of samples that others wrote, and of ours. */
const THEIRS = 2;
const OURS = 1;

/** A receiver that refuses a whole request for one sample that is not newer than the last of its series, unless it is that very one: as Prometheus does. */
class Receiver {
  readonly stored: Spec[] = [];
  requests = 0;
  /** After so many requests from now on one is not answered, and stored or not. */
  cut: { after: number; stores: boolean } | undefined;
  readonly #last: ReadonlyMap<string, Held>;

  constructor(last: readonly (readonly [string, number])[]) {
    this.#last = new Map(last.map(([name, ms]) => [name, { ms, value: THEIRS }]));
  }

  post = (body: Buffer): Promise<PostAnswer> => {
    this.requests++;
    if (this.cut === undefined || this.cut.after-- > 0) return Promise.resolve(this.#store(body));
    if (this.cut.stores) this.#store(body);
    this.cut = undefined;
    return Promise.resolve({ kind: 'retry', reason: 'gone', retryAfterMs: undefined });
  };

  #store(body: Buffer): PostAnswer {
    const last = new Map(this.#last);
    for (const { name, ms } of this.stored) last.set(name, { ms, value: OURS });
    const fresh: Spec[] = [];
    for (const { labels, samples } of decodePart(body)) {
      const name = decodeLabels(labels)[1][1];
      for (const { ms } of samples) {
        const newest = last.get(name);
        if (newest !== undefined && ms < newest.ms) return refusal('400 out of order sample');
        if (newest?.ms === ms && newest.value === THEIRS) return refusal('400 duplicate sample for timestamp');
        if (newest?.ms !== ms) fresh.push({ name, ms });
        last.set(name, { ms, value: OURS });
      }
    }
    this.stored.push(...fresh);
    return { kind: 'ok' };
  }
}

interface Held {
  readonly ms: number;
  readonly value: number;
}

const names: fc.Arbitrary<string> = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h');
const manyNames = fc.integer({ min: 0, max: 99 }).map((at) => `s${at}`);
const samplesOf = (id: fc.Arbitrary<string>, maxLength: number) =>
  fc.uniqueArray(fc.record({ name: id, ms: fc.integer({ min: 0, max: 30 }) }), {
    selector: ({ name, ms }) => `${name} ${ms}`,
    minLength: 1,
    maxLength,
  });
const manySamples = samplesOf(names, 60);
const heldBefore = fc.uniqueArray(fc.tuple(names, fc.integer({ min: 0, max: 30 })), { selector: ([name]) => name });

describe('salvage', () => {
  it('stores every sample that can be stored and counts the others, whatever the server has already', async () => {
    await fc.assert(
      fc.asyncProperty(manySamples, heldBefore, async (given, last) => {
        const sorted = given.toSorted((x, y) => x.ms - y.ms);
        const receiver = new Receiver(last);
        const payload = payloadOf(sorted);
        const first = await receiver.post(payload.body);
        const salvage = new Salvage(payload, options(receiver.post));
        const result = first.kind === 'refused' ? await salvage.run(first) : { status: 'ok' as const };
        const good = sorted.filter(({ name, ms }) => ms > (new Map(last).get(name) ?? -Infinity));
        expect(receiver.stored.toSorted(byNameThenTime)).toEqual(good.toSorted(byNameThenTime));
        expect(result.status === 'reject' ? sorted.length : refusals(result).points).toBe(sorted.length - good.length);
      }),
    );
  });

  it.each([
    ['few series, any of which others write, too', manySamples, heldBefore],
    ['many series of our own', samplesOf(manyNames, 400), fc.constant([])],
  ])('loses nothing and refuses nothing that is stored, whatever tries were cut short: %s', async (_, many, held) => {
    const cuts = fc.array(fc.record({ after: fc.integer({ min: 0, max: 12 }), stores: fc.boolean() }), { maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(many, held, fc.integer({ min: 1, max: 4 }), cuts, async (given, last, payloads, failures) => {
        const sorted = given.toSorted((x, y) => x.ms - y.ms);
        const size = Math.ceil(sorted.length / payloads);
        const parts = Array.from({ length: payloads }, (__, at) => sorted.slice(at * size, (at + 1) * size));
        const payload = joinPayloads(parts.filter(({ length }) => length > 0).map(payloadOf));
        const receiver = new Receiver(last);
        const result = await sendUntilAnswered(payload, receiver, failures);
        const good = sorted.filter(({ name, ms }) => ms > (new Map(last).get(name) ?? -Infinity));
        expect(receiver.stored.toSorted(byNameThenTime)).toEqual(good.toSorted(byNameThenTime));
        const { points } = result.status === 'reject' ? payload : refusals(result);
        expect(points).toBeLessThanOrEqual(sorted.length - good.length);
      }),
      { numRuns: 300 },
    );
  });

  it('knows by few questions that all of a large payload was stored by the try before', async () => {
    const samples = Array.from({ length: 20_000 }, (_, at) => ({ name: `s${at % 1000}`, ms: Math.floor(at / 1000) }));
    const payload = payloadOf(samples);
    const receiver = new Receiver([]);
    await receiver.post(payload.body);
    expect(await new Salvage(payload, options(receiver.post, true)).run(refusal('400 out of order sample'))).toEqual({ status: 'ok' });
    expect(receiver.requests).toBeLessThan(50);
  });

  it('finds samples at fault of several kinds among ten thousand with few requests', async () => {
    const samples = Array.from({ length: 10_000 }, (_, at) => ({ name: `s${at}`, ms: 5 }));
    const held = [17, 18, 4000, 9999].map((at): [string, number] => [`s${at}`, 7]);
    const receiver = new Receiver(held);
    const result = await new Salvage(payloadOf(samples), options(receiver.post)).run(refusal('400 out of order sample'));
    expect(refusals(result)).toEqual({ points: 4, reasons: ['400 out of order sample'] });
    expect(receiver.stored).toHaveLength(9996);
    expect(receiver.requests).toBeLessThan(80);
  });

  it('takes the word of a server that stores parts and names the rest, and asks no more', async () => {
    const samples = ['a', 'b', 'c'].flatMap((name) => [1, 2, 3].map((ms) => ({ name, ms })));
    const words = ['b', 'b', 'c'].map((id) => `out of order sample for series {__name__="m", id="${id}"}`).join('\n');
    const partial = { ...refusal('400 out of order'), words, written: 6, isPartial: true };
    const post = (): Promise<PostAnswer> => Promise.reject(new Error('asked'));
    const result = await new Salvage(payloadOf(samples), options(post)).run(partial);
    const named =
      result.status === 'partial' ? result.refused.map(({ body, points }) => [points, requestLines(unpackRequest(body)).toString()]) : [];
    expect(named).toEqual([
      [2, 'm,id=b value=1 1000000\nm,id=b value=1 2000000\n'],
      [1, 'm,id=c value=1 1000000\n'],
    ]);
  });

  it('asks seldom where everything is too old for the server', async () => {
    let requests = 0;
    const post = (): Promise<PostAnswer> => {
      requests++;
      return Promise.resolve(refusal('400 out of bounds'));
    };
    const samples = Array.from({ length: 1000 }, (_, at) => ({ name: `s${at}`, ms: 5 }));
    expect(await new Salvage(payloadOf(samples), options(post)).run(refusal('400 out of bounds'))).toEqual({
      status: 'reject',
      reason: '400 out of bounds',
    });
    expect(requests).toBeLessThan(15);
  });

  it('gives up a part as a whole after so many requests, and counts it', async () => {
    let requests = 0;
    const post = (): Promise<PostAnswer> => {
      requests++;
      return Promise.resolve(refusal('400 no'));
    };
    const samples = Array.from({ length: 5000 }, (_, at) => ({ name: `s${at}`, ms: 5 }));
    const result = await new Salvage(payloadOf(samples), options(post)).run(refusal('400 no'));
    expect(refusals(result).points).toBe(5000);
    expect(refusals(result).reasons).toEqual(['400 no', expect.stringContaining('too many to find out')]);
    expect(requests).toBeLessThan(2020);
  });

  it('stops when an answer is missing', async () => {
    const post = (): Promise<PostAnswer> => Promise.resolve({ kind: 'retry', reason: 'gone', retryAfterMs: 5 });
    const result = await new Salvage(
      payloadOf([
        { name: 'a', ms: 1 },
        { name: 'b', ms: 1 },
      ]),
      options(post),
    ).run(refusal('400 no'));
    expect(result).toEqual({ status: 'retry', reason: 'gone', retryAfterMs: 5 });
  });
});

/** Sends a payload again and again, as a sender does, while one request of each try but the last is not answered. */
async function sendUntilAnswered(payload: Payload, receiver: Receiver, failures: readonly Receiver['cut'][]): Promise<SendResult> {
  const earned = new Set<string>();
  let result: SendResult = { status: 'retry', reason: '' };
  for (const [at, cut] of [...failures, undefined].entries()) {
    receiver.cut = cut === undefined ? undefined : { ...cut };
    const answer = await receiver.post(payload.body);
    if (answer.kind === 'ok') return { status: 'ok' };
    if (answer.kind === 'refused') result = await new Salvage(payload, { ...options(receiver.post, at > 0), earned }).run(answer);
    if (result.status !== 'retry') return result;
  }
  return result;
}

function byNameThenTime(a: Spec, b: Spec): number {
  return a.name.localeCompare(b.name) || a.ms - b.ms;
}
