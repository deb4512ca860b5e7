import { describe, expect, it } from 'vitest';
import { decodeLabels } from '../../../../../src/formats/remote-write/decode.ts';
import { RemoteWriteEncoder, type EncodeOptions } from '../../../../../src/plugins/outputs/prometheus_remote_write/encode.ts';
import { namesState, timesState } from '../../../../../src/plugins/outputs/prometheus_remote_write/blocks.ts';
import { SeriesOrder } from '../../../../../src/plugins/outputs/prometheus_remote_write/order.ts';
import type { MemoryStore } from '../../../../../src/queue/memory/memory-store.ts';
import { memoryStore } from '../../../../support/store.ts';
import type { Payload } from '../../../../../src/queue/payload.ts';
import { testContext, type TestContext } from '../../../../support/context.ts';
import { pointsOf } from '../../../../support/output.ts';
import { unpackRequest } from '../../../../../src/formats/remote-write/packed-request.ts';
import { toVersion2 } from '../../../../../src/formats/remote-write/request-v2.ts';
import { Kind } from '../../../../../src/metric/kind.ts';
import type { Exemplar, Origin } from '../../../../../src/metric/origin.ts';
import { Point } from '../../../../../src/metric/point.ts';
import { decodePart, splitPayload } from '../../../../../src/plugins/outputs/prometheus_remote_write/parts.ts';
import { readVersion2 } from '../../../../support/remote-write-message.ts';

const options: EncodeOptions = { stringAsLabel: false, maxFutureMs: 600_000, names: 'legacy', startTimes: false };

function unlimited(): MemoryStore {
  return memoryStore();
}

function open(overrides: Partial<typeof options> = {}, store = unlimited()): { encoder: RemoteWriteEncoder; context: TestContext } {
  const context = testContext({ store });
  return { encoder: new RemoteWriteEncoder(context, { ...options, ...overrides }), context };
}

/** Samples as `name{label="value"} ms value`, in the order of the bodies. */
function samples(payloads: readonly Payload[]): string[] {
  return payloads.flatMap(({ body }) =>
    decodePart(body).flatMap(({ labels, samples: some }) => {
      const all = decodeLabels(labels);
      const name = all.find(([key]) => key === '__name__')?.[1];
      const rest = all.filter(([key]) => key !== '__name__').map(([key, value]) => `${key}="${value}"`);
      return some.map(({ ms, value }) => `${name}{${rest.join(',')}} ${ms} ${value}`);
    }),
  );
}

describe('the remote-write encoder', () => {
  it('makes a series of each field, its samples together and in order', () => {
    const { encoder, context } = open();
    const lines = 'm,b=2,a=1 x=1,y=2i 2000000\nm,a=1,b=2 y=1i,x=0.5 1000000\nm,a=1,b=2 x=3 3000000';
    const payloads = encoder.encode(pointsOf(context, lines), 10);
    expect(samples(payloads)).toEqual([
      'm_x{a="1",b="2"} 1 0.5',
      'm_x{a="1",b="2"} 2 1',
      'm_x{a="1",b="2"} 3 3',
      'm_y{a="1",b="2"} 1 1',
      'm_y{a="1",b="2"} 2 2',
    ]);
    expect(payloads.map(({ points, firstMs, lastMs }) => [points, firstMs, lastMs])).toEqual([[3, 1, 3]]);
  });

  it('fills no payload with more points than asked for, and keeps every sample', () => {
    const { encoder, context } = open();
    const lines = Array.from({ length: 25 }, (_, at) => `m v=${at} ${at}000000`);
    const payloads = encoder.encode(pointsOf(context, lines.join('\n')), 10);
    expect(payloads.map(({ points, firstMs, lastMs }) => [points, firstMs, lastMs])).toEqual([
      [10, 0, 9],
      [10, 10, 19],
      [5, 20, 24],
    ]);
    expect(samples(payloads)).toEqual(lines.map((_, at) => `m_v{} ${at} ${at}`));
  });

  it('cuts nanoseconds off and does not send a second sample of the same millisecond', () => {
    const { encoder, context } = open();
    expect(samples(encoder.encode(pointsOf(context, 'm v=1 1999999\nm v=2 1999999'), 10))).toEqual(['m_v{} 1 1']);
    expect(context.dropped).toEqual(new Map([['out_of_order', 1]]));
  });

  it('counts what it leaves out, each point once for a reason', () => {
    const { encoder, context } = open();
    const now = context.clock.ms;
    const lines = [
      `m v=1,w=1 ${now}000000`,
      `m v=1,w=1 ${now}000000`,
      `m v=1,w=2 ${now}000000`,
      `m v=2,s="on" ${now + 1}000000`,
      `m s="on" ${now + 1}000000`,
      `m v=3 ${now + 600_001}000000`,
      `prometheus é=1 ${now}000000`,
    ];
    const payloads = lines.flatMap((line) => encoder.encode(pointsOf(context, line), 10));
    expect(samples(payloads)).toEqual([`m_v{} ${now} 1`, `m_w{} ${now} 1`, `m_v{} ${now + 1} 2`]);
    expect(Object.fromEntries(context.dropped)).toEqual({ duplicate: 2, out_of_order: 1, string: 2, future: 1, no_name: 1 });
    const told = ['not newer than the last of their series', 'strings are no samples', 'further ahead of the clock than max_future'];
    expect(context.logged.map(({ message }) => message)).toEqual(told.map((words) => expect.stringContaining(words)));
  });

  it('leaves windows of energy out, which are written again as they grow, and counts nothing: their samples are there', () => {
    const { encoder, context } = open();
    const lines = 'energy joules_delta=1,joules_total=5 1000000\nenergy,rp=h1 covered_seconds=9,joules_delta=3,joules_total=5 2000000';
    expect(samples(encoder.encode(pointsOf(context, lines), 10))).toEqual(['energy_joules_delta{} 1 1', 'energy_joules_total{} 1 5']);
    expect(Object.fromEntries(context.dropped)).toEqual({});
  });

  it('remembers the order over a restart', () => {
    const store = unlimited();
    const before = open({}, store);
    before.encoder.encode(pointsOf(before.context, 'm,host=a v=1 5000000'), 10);
    const after = open({}, store);
    const lines = 'm,host=a v=1 5000000\nm,host=a v=0 4000000\nm,host=a v=2 6000000\nm,host=b v=9 1000000';
    expect(samples(after.encoder.encode(pointsOf(after.context, lines), 10))).toEqual(['m_v{host="b"} 1 9', 'm_v{host="a"} 6 2']);
    expect(Object.fromEntries(after.context.dropped)).toEqual({ duplicate: 1, out_of_order: 1 });
  });

  it('shares the order between shapes with a field in common', () => {
    const { encoder, context } = open();
    const lines = 'm v=1,w=1 2000000\nm v=2 1000000\nm v=3,x=1 2000000';
    const got = pointsOf(context, lines).flatMap((point) => samples(encoder.encode([point], 10)));
    expect(got).toEqual(['m_v{} 2 1', 'm_w{} 2 1', 'm_x{} 2 1']);
  });

  it('makes strings labels when asked, and drops points of strings alone', () => {
    const { encoder, context } = open({ stringAsLabel: true });
    const lines = 'm,host=a v=1,state="on",host="x" 1000000\nm,host=a v=2,state="off",host="x" 2000000\nm s="alone" 3000000';
    expect(samples(encoder.encode(pointsOf(context, lines), 10))).toEqual([
      'm_v{host="a",state="on"} 1 1',
      'm_v{host="a",state="off"} 2 2',
    ]);
    expect(Object.fromEntries(context.dropped)).toEqual({ string: 1 });
  });

  it('keeps names as they are where the receiver takes UTF-8, also over a restart', () => {
    const store = unlimited();
    const before = open({ names: 'utf8' }, store);
    const line = String.raw`plug.é,outlet-id=1,__name__=x,\u{1F50C}=y power\ w%20=1 5000000`.replace('\\u{1F50C}', '\u{1F50C}');
    const [sample] = samples(before.encoder.encode(pointsOf(before.context, line), 10));
    expect(sample).toBe('plug.é_power w%20{_name__="x",outlet-id="1",\u{1F50C}="y"} 5 1');
    const after = open({ names: 'utf8' }, store);
    expect(after.encoder.encode(pointsOf(after.context, line), 10)).toEqual([]);
    expect(Object.fromEntries(after.context.dropped)).toEqual({ duplicate: 1 });
  });

  it('tells of tags that had to get a number', () => {
    const { encoder, context } = open();
    expect(samples(encoder.encode(pointsOf(context, 'm,a-1=x,a_1=y v=1 1000000'), 10))).toEqual(['m_v{a_1="y",a_1_2="x"} 1 1']);
    expect(context.logged).toMatchObject([{ level: 'warn', details: { renamed: [['a-1', 'a_1_2']] } }]);
  });
});

describe('the order of series', () => {
  it('comes back from its texts', () => {
    const names = [
      ['m{}', 'm_v'],
      ['m{}', 'm_w'],
      ['m{host="a"}', 'm_v'],
      ['m{}', 'm x,"'],
    ] as const;
    expect(namesState.decode(namesState.encode(names), 1)).toEqual(names);
    const times = [1_760_000_000_000, 1_760_000_000_000, -5, -Infinity, -Infinity, 0];
    expect(timesState.encode(times)).toBe('1760000000000x2 -5 -x2 0');
    expect(timesState.decode(timesState.encode(times), 1)).toEqual(times);
  });

  it('refuses texts that are damaged', () => {
    for (const text of ['', '12 x', '1.5', '12x', '1,2']) expect(timesState.decode(text, 1)).toBeUndefined();
    for (const text of ['', '[1]', '{}', '["a"]', '[["a","b","c"]]']) expect(namesState.decode(text, 1)).toBeUndefined();
  });

  it('writes a short text for series that change together, and their names once', () => {
    const written: [string, string][] = [];
    const context = testContext({ store: memoryStore() });
    const spied: Pick<typeof context, 'state'> = {
      state: (spec) => {
        const state = context.state(spec);
        const set: typeof state.set = (key, value) => {
          written.push([spec.name, spec.encode(value)]);
          state.set(key, value);
        };
        return { get: (key) => state.get(key), set, delete: (key) => state.delete(key), entries: () => state.entries(), size: state.size };
      },
    };
    const encoder = new RemoteWriteEncoder(context, options, new SeriesOrder(spied));
    const send = (seconds: number): void => {
      const lines = Array.from({ length: 64 }, (_, id) => `m,id=${id} v=${id} ${seconds}000000000`);
      encoder.encode(pointsOf(context, lines.join('\n')), 100);
    };
    send(1);
    expect(written.map(([name]) => name)).toEqual(['series_names', 'series_times']);
    written.length = 0;
    send(2);
    expect(written).toEqual([['series_times', '2000x64']]);
  });

  it('is the same after a restart, also where a family got another series later', () => {
    const store = unlimited();
    const before = open({}, store);
    const first = Array.from({ length: 100 }, (_, id) => `m,id=${id} v=1 ${id + 1}000000`);
    before.encoder.encode(pointsOf(before.context, [...first, 'm,id=3 w=1 7000000'].join('\n')), 1000);
    const after = open({}, store);
    const lines = Array.from({ length: 100 }, (_, id) => `m,id=${id} v=2 ${id + 1}000000\nm,id=${id} v=3 ${id}500000`);
    expect(after.encoder.encode(pointsOf(after.context, [...lines, 'm,id=3 w=1 6000000'].join('\n')), 1000)).toEqual([]);
    const newer = 'm,id=3 v=1 5000000\nm,id=3 w=1 8000000\nm,id=99 v=1 101000000';
    expect(samples(after.encoder.encode(pointsOf(after.context, newer), 10))).toHaveLength(3);
  });

  it('forgets the series that were silent longest when there are too many, and keeps the others', () => {
    const context = testContext();
    const order = new SeriesOrder(context, 10);
    const add = (at: number): number => {
      const family = order.family('m', [['id', String(at)]]);
      order.series(family, 'm_v').last.ms = at;
      order.touch(family);
      return order.commit();
    };
    const forgotten = Array.from({ length: 11 }, (_, at) => add(at));
    expect(forgotten).toEqual([...Array.from({ length: 10 }, () => 0), 6]);
    expect(order.generation).toBe(1);
    expect(order.series(order.family('m', [['id', '10']]), 'm_v').last.ms).toBe(10);
    expect(order.series(order.family('m', [['id', '2']]), 'm_v').last.ms).toBe(-Infinity);
  });

  it('is asked again by shapes after it has forgotten', () => {
    const context = testContext();
    const encoder = new RemoteWriteEncoder(context, options, new SeriesOrder(context, 1000));
    const [first] = pointsOf(context, 'm,id=first v=1 1000000');
    encoder.encode([first], 10);
    const flood = Array.from({ length: 1001 }, (_, at) => `m,id=${at} v=1 2000000`);
    encoder.encode(pointsOf(context, flood.join('\n')), 2000);
    expect(context.logged).toMatchObject([{ level: 'warn', message: expect.stringContaining('too many series') }]);
    expect(samples(encoder.encode(pointsOf(context, 'm,id=1000 v=1 2000000\nm,id=1000 v=2 3000000'), 10))).toHaveLength(1);
  });
});

describe('start times and exemplars', () => {
  const ms = 1_760_000_000_000;
  const exemplar: Exemplar = { labels: [['trace_id', 'a']], value: 0.5, timestampMs: ms - 100 };

  function origins(context: TestContext, ...all: readonly Partial<Origin>[]): Point[] {
    const shape = context.interner.shape(context.interner.series('prometheus', []), [{ name: 'hits_total', kind: Kind.Float }]);
    return all.map((origin, at) => Point.fromValues(shape, ms + at, 0, [at], { startMs: 0, exemplars: [], ...origin }));
  }

  function received(payloads: readonly Payload[]): unknown[] {
    return payloads.flatMap(({ body }) =>
      readVersion2(
        toVersion2(unpackRequest(body), () => undefined),
        'legacy',
      ).flatMap(({ samples: some, exemplars }) => [...some.map(({ startMs }) => startMs), ...exemplars]),
    );
  }

  it('go into payloads for 2.0, which are joined with no others; start times not into those for 1.0', () => {
    const { encoder, context } = open({ startTimes: true });
    const payloads = encoder.encode(origins(context, { startMs: 5, exemplars: [exemplar] }), 10);
    expect(received(payloads)).toEqual([5, { labels: [['trace_id', 'a']], value: 0.5, ms: ms - 100 }]);
    expect(payloads.map(({ destination }) => destination)).toEqual(['2.0']);
    const first = open();
    const plain = first.encoder.encode(origins(first.context, { startMs: 5, exemplars: [exemplar] }), 10);
    expect(received(plain)).toEqual([undefined, { labels: [['trace_id', 'a']], value: 0.5, ms: ms - 100 }]);
    expect(plain.map(({ destination }) => destination)).toEqual(['']);
  });

  it('leave out a start that is no earlier than its sample, and count it', () => {
    const { encoder, context } = open({ startTimes: true });
    expect(received(encoder.encode(origins(context, { startMs: ms }, { startMs: ms }), 10))).toEqual([undefined, ms]);
    expect([...context.dropped]).toEqual([['start_after_sample', 1]]);
  });

  it('send an exemplar once, however often a target shows it, and the next one', () => {
    const { encoder, context } = open();
    const next = { ...exemplar, value: 0.75, timestampMs: ms + 2 };
    const got = encoder.encode(origins(context, ...[exemplar, exemplar, next, next].map((one) => ({ exemplars: [one] }))), 2);
    expect(received(got).filter((one) => one !== undefined)).toMatchObject([{ value: 0.5 }, { value: 0.75 }]);
    expect([...context.dropped]).toEqual([]);
  });

  it('give an exemplar without a time that of its sample, and send it once', () => {
    const { encoder, context } = open();
    const untimed = { ...exemplar, timestampMs: NaN };
    const got = encoder.encode(origins(context, { exemplars: [untimed] }, { exemplars: [untimed] }), 10);
    expect(received(got).filter((one) => one !== undefined)).toMatchObject([{ ms }]);
  });

  it.each<[string, Exemplar, string]>([
    ['older than the last', { ...exemplar, value: 1, timestampMs: ms - 200 }, 'exemplar_out_of_order'],
    ['of the same time as the last', { ...exemplar, value: 1 }, 'exemplar_out_of_order'],
    ['in the future', { ...exemplar, timestampMs: ms + 600_100 }, 'exemplar_future'],
    ['with too many characters', { ...exemplar, labels: [['trace_id', 'é'.repeat(121)]] }, 'exemplar_too_long'],
  ])('keep back an exemplar that is %s, and not its sample', (_, bad, reason) => {
    const { encoder, context } = open();
    const got = encoder.encode(origins(context, { exemplars: [exemplar] }, { exemplars: [bad] }), 10);
    expect(received(got)).toEqual([undefined, undefined, expect.objectContaining({ value: 0.5 })]);
    expect([...context.dropped]).toEqual([[reason, 1]]);
  });

  it('take as many characters as there may be, and make label names legal', () => {
    const { encoder, context } = open();
    const labels = [['trace.id', '𝄞'.repeat(120)]] as const;
    const got = encoder.encode(origins(context, { exemplars: [{ ...exemplar, labels }] }), 10);
    expect(received(got)[1]).toMatchObject({ labels: [['trace_id', '𝄞'.repeat(120)]] });
  });

  it('stay with the halves of a payload that is too large, exemplars with the last sample of their series', () => {
    const { encoder, context } = open({ startTimes: true });
    const [payload] = encoder.encode(origins(context, { startMs: 5, exemplars: [exemplar] }, { startMs: 6 }), 10);
    expect(splitPayload(payload)?.map((half) => received([half]))).toEqual([[5], [6, expect.objectContaining({ value: 0.5 })]]);
  });
});
