import fc from 'fast-check';
import { refusals } from '../../../../support/output.ts';
import { describe, expect, it } from 'vitest';
import { decodeLabels, decodeRequest } from '../../../../../src/formats/remote-write/decode.ts';
import { labelSet } from '../../../../../src/formats/remote-write/label-set.ts';
import { RequestWriter, sampleGroup } from '../../../../../src/formats/remote-write/request-writer.ts';
import type { Answer } from '../../../../../src/plugins/outputs/prometheus_remote_write/client.ts';
import { Salvage } from '../../../../../src/plugins/outputs/prometheus_remote_write/salvage.ts';
import type { Payload } from '../../../../../src/queue/payload.ts';

interface Spec {
  readonly name: string;
  readonly ms: number;
}

function payloadOf(samples: readonly Spec[]): Payload {
  const writer = new RequestWriter();
  const groups = new Map(samples.map(({ name }) => [name, sampleGroup(labelSet('m', [['id', name]]).bytes)]));
  for (const { name, ms } of samples) {
    const group = groups.get(name);
    if (group !== undefined) writer.append(group, ms, 1);
  }
  return { destination: '', body: writer.take(), points: samples.length, firstMs: 0, lastMs: 0 };
}

/** A receiver that refuses a whole request for one sample that is not newer than the last of its series, as Prometheus does. */
class Receiver {
  readonly stored: Spec[] = [];
  requests = 0;
  readonly #last = new Map<string, number>();

  constructor(last: readonly (readonly [string, number])[]) {
    for (const [name, ms] of last) this.#last.set(name, ms);
  }

  post = (body: Buffer): Promise<Answer> => {
    this.requests++;
    const last = new Map(this.#last);
    const samples = decodeRequest(body).flatMap((series) =>
      series.samples.map(({ ms }) => ({ name: decodeLabels(series.labels)[1][1], ms })),
    );
    for (const { name, ms } of samples) {
      if (ms <= (last.get(name) ?? -Infinity)) return Promise.resolve({ kind: 'refused', reason: '400 out of order sample' });
      last.set(name, ms);
    }
    for (const [name, ms] of last) this.#last.set(name, ms);
    this.stored.push(...samples);
    return Promise.resolve({ kind: 'ok' });
  };
}

describe('salvage', () => {
  it('stores every sample that can be stored and counts the others, whatever the server has already', async () => {
    const samples = fc.uniqueArray(fc.record({ name: fc.constantFrom('a', 'b', 'c', 'd', 'e'), ms: fc.integer({ min: 0, max: 30 }) }), {
      selector: ({ name, ms }) => `${name} ${ms}`,
      minLength: 1,
    });
    const held = fc.uniqueArray(fc.tuple(fc.constantFrom('a', 'b', 'c', 'd', 'e'), fc.integer({ min: 0, max: 30 })), {
      selector: ([name]) => name,
    });
    await fc.assert(
      fc.asyncProperty(samples, held, async (given, last) => {
        const sorted = given.toSorted((x, y) => x.ms - y.ms);
        const receiver = new Receiver(last);
        const payload = payloadOf(sorted);
        const first = await receiver.post(payload.body);
        const salvage = new Salvage(payload, 0, receiver.post);
        const result = first.kind === 'refused' ? await salvage.run(first.reason) : { status: 'ok' as const };
        const good = sorted.filter(({ name, ms }) => ms > (new Map(last).get(name) ?? -Infinity));
        expect(receiver.stored.toSorted(byNameThenTime)).toEqual(good.toSorted(byNameThenTime));
        expect([result.status, refusals(result).points]).toEqual(
          good.length === 0 ? ['reject', 0] : good.length === sorted.length ? ['ok', 0] : ['partial', sorted.length - good.length],
        );
      }),
    );
  });

  it('asks seldom where everything is too old for the server', async () => {
    let requests = 0;
    const post = (): Promise<Answer> => {
      requests++;
      return Promise.resolve({ kind: 'refused', reason: '400 out of bounds' });
    };
    const samples = Array.from({ length: 1000 }, (_, at) => ({ name: `s${at}`, ms: 5 }));
    expect(await new Salvage(payloadOf(samples), 0, post).run('400 out of bounds')).toEqual({
      status: 'reject',
      reason: '400 out of bounds',
    });
    expect(requests).toBeLessThan(15);
  });

  it('gives up a part as a whole after so many requests, and counts it', async () => {
    let requests = 0;
    const post = (): Promise<Answer> => {
      requests++;
      return Promise.resolve({ kind: 'refused', reason: '400 no' });
    };
    const samples = Array.from({ length: 5000 }, (_, at) => ({ name: `s${at}`, ms: 5 }));
    expect(await new Salvage(payloadOf(samples), 0, post).run('400 no')).toEqual({ status: 'reject', reason: '400 no' });
    expect(requests).toBeLessThan(520);
  });

  it('stops when an answer is missing', async () => {
    const post = (): Promise<Answer> => Promise.resolve({ kind: 'retry', reason: 'gone', retryAfterMs: 5, unclear: true });
    const result = await new Salvage(
      payloadOf([
        { name: 'a', ms: 1 },
        { name: 'b', ms: 1 },
      ]),
      0,
      post,
    ).run('400 no');
    expect(result).toEqual({ status: 'retry', reason: 'gone', retryAfterMs: 5 });
  });
});

function byNameThenTime(a: Spec, b: Spec): number {
  return a.name.localeCompare(b.name) || a.ms - b.ms;
}
