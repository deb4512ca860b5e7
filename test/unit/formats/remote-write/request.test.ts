import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeLabels, decodeRequest } from '../../../../src/formats/remote-write/decode.ts';
import { labelSet } from '../../../../src/formats/remote-write/label-set.ts';
import { toVersion2 } from '../../../../src/formats/remote-write/request-v2.ts';
import { exemplarField } from '../../../../src/formats/remote-write/exemplar.ts';
import { toVersion1 } from '../../../../src/formats/remote-write/request-v1.ts';
import { readVersion1, readVersion2 } from '../../../support/remote-write-message.ts';
import { RequestWriter, sampleGroup, type SampleGroup } from '../../../../src/formats/remote-write/request-writer.ts';

function groupOf(name: string, labels: [string, string][] = []): SampleGroup {
  return sampleGroup(labelSet(name, labels).bytes);
}

describe('a write request', () => {
  it('is the bytes that protobuf makes of one sample', () => {
    const writer = new RequestWriter();
    writer.append(groupOf('up', [['job', 'a']]), 1_760_000_000_123, 1.5);
    // timeseries { labels { __name__ up } labels { job a } samples { value 1.5 timestamp 1760000000123 } }, by hand.
    const labels = '0a0e0a085f5f6e616d655f5f120275700a080a036a6f62120161';
    const sample = '121009000000000000f83f10fb80b3c19c33';
    expect(writer.take().toString('hex')).toBe(`0a2c${labels}${sample}`);
  });

  it('puts the name among the labels where its bytes belong', () => {
    const { bytes } = labelSet('m', [
      ['A', '1'],
      ['_y', '2'],
      ['z', '3'],
    ]);
    expect(decodeLabels(bytes).map(([name]) => name)).toEqual(['A', '__name__', '_y', 'z']);
  });

  it('comes back from its bytes, joined or not, whatever the samples', () => {
    const sample = fc.tuple(fc.integer({ min: 0, max: 4 }), fc.integer({ min: -9e12, max: 9e12 }), fc.double());
    fc.assert(
      fc.property(fc.array(fc.array(sample, { maxLength: 3000 }), { minLength: 1, maxLength: 3 }), (requests) => {
        const writer = new RequestWriter();
        const groups = Array.from({ length: 5 }, (_, index) => groupOf(`m${index}`, [['l', 'é'.repeat(index * 50)]]));
        const bodies = requests.map((samples) => {
          for (const [index, ms, value] of samples) writer.append(groups[index], ms, value);
          return Buffer.from(writer.take());
        });
        const got = decodeRequest(Buffer.concat(bodies)).flatMap(({ labels, samples }) => {
          const index = groups.findIndex((one) => one.labels.equals(labels));
          return samples.map(({ ms, value }) => [index, ms, value]);
        });
        const byGroup = requests.flatMap((samples) => samples.toSorted(([a], [b]) => order(samples, a) - order(samples, b)));
        expect(got).toEqual(byGroup);
      }),
      { numRuns: 50 },
    );
  });

  it('writes the one NaN that ends a series, never by accident, and knows it again', () => {
    const writer = new RequestWriter();
    const group = groupOf('up');
    for (let ms = 0; ms < 3000; ms++) writer.append(group, ms, NaN, ms % 3 === 0);
    const body = writer.take();
    expect(body.toString('hex').match(/09020000000000f07f10/g)).toHaveLength(1000);
    const [{ samples }] = decodeRequest(body);
    expect(samples.filter(({ stale }) => stale).map(({ ms }) => ms)).toEqual(Array.from({ length: 1000 }, (_, at) => at * 3));
    expect(samples.every(({ value }) => Number.isNaN(value))).toBe(true);
  });

  it('says the same in version 2.0, each series once, whatever the labels, the samples and the number of joined requests', () => {
    const value = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 200 }).map((text) => text.toWellFormed());
    const labels = fc.uniqueArray(fc.tuple(fc.constantFrom('A', 'a', 'host', 'z'), value), { selector: ([name]) => name });
    const sets = fc.uniqueArray(
      labels.map((some) =>
        labelSet(
          'm_total',
          some.toSorted(([a], [b]) => (a < b ? -1 : 1)),
        ),
      ),
      {
        selector: ({ key }) => key,
        minLength: 1,
        maxLength: 20,
      },
    );
    const helps = fc.option(fc.string({ maxLength: 300 }), { nil: undefined });
    fc.assert(
      fc.property(sets, fc.integer({ min: 1, max: 3 }), fc.double(), helps, (series, requests, number, help) => {
        const writer = new RequestWriter();
        const groups = series.map(({ bytes }) => sampleGroup(bytes));
        const bodies = Array.from({ length: requests }, (_, at) => {
          for (const group of groups) writer.append(group, 1_760_000_000_000 + at, number, at === 1);
          return Buffer.from(writer.take());
        });
        const metadata = help === undefined ? undefined : ({ type: 'counter', help, unit: 'm' } as const);
        const got = readVersion2(
          toVersion2(Buffer.concat(bodies), () => metadata),
          'legacy',
        );
        expect(got.map(({ name }) => name)).toEqual(series.map(({ key }) => key));
        for (const { samples, metadata: received } of got) {
          expect(samples.map(({ ms, stale }) => [ms, stale])).toEqual(bodies.map((_, at) => [1_760_000_000_000 + at, at === 1]));
          expect(samples[0].value).toBe(number);
          expect(received).toEqual(help === undefined ? undefined : { type: 1, help, unit: 'm' });
        }
      }),
    );
  });

  it('is the bytes that protobuf makes of an exemplar', () => {
    const writer = new RequestWriter();
    const group = groupOf('up');
    writer.append(group, 1, 1.5);
    writer.appendExemplar(group, exemplarField([['id', 'x']], 0.5, 300));
    // timeseries { labels { … } samples { … } exemplars { labels { id x } value 0.5 timestamp 300 } }, by hand.
    const [series, sample] = ['0a340a0e0a085f5f6e616d655f5f12027570', '120b09000000000000f83f1001'];
    expect(writer.take().toString('hex')).toBe(`${series}${sample}1a150a070a02696412017811000000000000e03f18ac02`);
  });

  it('has start times and exemplars in 2.0, and in 1.0 all of it but the start times, joined or not', () => {
    const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }).map((value) => value.toWellFormed());
    const sample = fc.record({ startMs: fc.option(fc.integer({ min: 1, max: 1_750_000_000_000 }), { nil: 0 }), exemplar: fc.option(text) });
    fc.assert(
      fc.property(fc.array(fc.array(sample, { minLength: 1, maxLength: 20 }), { minLength: 1, maxLength: 3 }), (requests) => {
        const writer = new RequestWriter();
        const groups = [groupOf('a_total'), groupOf('b_total', [['x', 'y']])];
        let ms = 1_760_000_000_000;
        const sent = groups.map(() => ({ samples: [] as unknown[], exemplars: [] as unknown[] }));
        const bodies = requests.map((samples) => {
          for (const [at, { startMs, exemplar }] of samples.entries()) {
            ms++;
            writer.append(groups[at % 2], ms, at, false, startMs);
            sent[at % 2].samples.push([ms, at, startMs]);
            if (exemplar === null) continue;
            writer.appendExemplar(groups[at % 2], exemplarField([['trace_id', exemplar]], at, ms));
            sent[at % 2].exemplars.push({ labels: [['trace_id', exemplar]], value: at, ms });
          }
          return Buffer.from(writer.take());
        });
        const body = Buffer.concat(bodies);
        const used = sent.filter(({ samples }) => samples.length > 0);
        const second = readVersion2(
          toVersion2(body, () => undefined),
          'legacy',
        );
        expect(second.map(({ samples }) => samples.map((one) => [one.ms, one.value, one.startMs ?? 0]))).toEqual(
          used.map(({ samples }) => samples),
        );
        expect(second.map(({ exemplars }) => exemplars)).toEqual(used.map(({ exemplars }) => exemplars));
        // The strict reader knows no start time in 1.0.
        const first = readVersion1(toVersion1(body), 'legacy');
        const flat = (series: typeof first): string[] =>
          series.flatMap(({ name, samples }) => samples.map((one) => `${name} ${one.ms} ${one.value}`)).sort();
        expect(flat(first)).toEqual(flat(second));
        expect(decodeRequest(body).flatMap(({ samples }) => samples.map((one) => one.startMs))).toHaveLength(flat(first).length);
      }),
      { numRuns: 50 },
    );
  });

  it('is sent to a receiver of 1.0 as it is where it has no start time', () => {
    const writer = new RequestWriter();
    const group = groupOf('up');
    writer.append(group, 1_760_000_000_000, 1.5);
    writer.appendExemplar(group, exemplarField([['id', 'x']], 0.5, 300));
    const body = writer.take();
    expect(toVersion1(body)).toBe(body);
  });

  it('refuses bytes that are cut off', () => {
    const writer = new RequestWriter();
    writer.append(groupOf('up'), 1, 1);
    const body = writer.take();
    for (let length = 1; length < body.length; length++) {
      expect(() => decodeRequest(body.subarray(0, length))).toThrow(/cut off|belongs|without value/);
    }
  });
});

/** Series stand in the order of their first sample. */
function order(samples: readonly (readonly [number, number, number])[], group: number): number {
  return samples.findIndex(([index]) => index === group);
}
