import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requestLines } from '../../../src/formats/remote-write/lines.ts';
import { unpackRequest } from '../../../src/formats/remote-write/packed-request.ts';
import { prometheusRemoteWrite } from '../../../src/plugins/outputs/prometheus_remote_write/plugin.ts';
import { testContext, type TestContext } from '../../support/context.ts';
import { createOutput, deliver, deliverJoined, firstTry, pointsOf, refusals } from '../../support/output.ts';
import { startPrometheus, startVictoriaMetrics, type Prometheus } from '../../support/servers.ts';
import type { Output } from '../../../src/pipeline/plugin.ts';

let prometheus: Prometheus;
beforeAll(async () => {
  prometheus = await startPrometheus();
});
afterAll(() => prometheus.stop());

/** A second ago, cut to the second, so that what tests send is neither too old nor ahead. */
const now = Math.floor(Date.now() / 1000) * 1000 - 1000;

function open(options: object = {}): { output: Output; context: TestContext } {
  const context = testContext({ name: 'outputs.prometheus_remote_write', nowMs: Date.now() });
  return { output: createOutput(prometheusRemoteWrite, { url: prometheus.writeUrl, ...options }, context), context };
}

/** Nanoseconds of a time some seconds before now. */
function ago(seconds: number): string {
  return `${now - seconds * 1000}000000`;
}

/** The samples of one series as `[seconds before now, value]`, oldest first. */
async function samples(selector: string): Promise<[number, number][]> {
  const series = await prometheus.query(`${selector}[1h]`, now / 1000 + 5);
  return series.flatMap(({ values = [] }) =>
    values.map(([time, value]): [number, number] => [Math.round(now / 1000 - time), Number(value)]),
  );
}

describe('prometheus_remote_write to a real Prometheus', () => {
  it('delivers every kind of number with its labels', async () => {
    const { output, context } = open();
    const line = `kinds,host=kvm-0,Rack=b2 f=1.5,i=-3i,u=18446744073709551615u,t=true,s="on" ${ago(60)}`;
    expect(await deliver(output, pointsOf(context, line))).toEqual([{ status: 'ok' }]);
    const got = await prometheus.query('{__name__=~"kinds_.*"}', now / 1000);
    expect(Object.fromEntries(got.map(({ metric, value }) => [metric['__name__'], Number(value?.[1])]))).toEqual({
      kinds_f: 1.5,
      kinds_i: -3,
      kinds_u: 18446744073709552000,
      kinds_t: 1,
    });
    expect(got[0].metric).toMatchObject({ host: 'kvm-0', Rack: 'b2' });
    expect(context.dropped).toEqual(new Map([['string', 1]]));
  });

  it('keeps every sample of a burst of one series, in order, over payloads joined and not', async () => {
    const { output, context } = open();
    const lines = Array.from({ length: 500 }, (_, at) => `burst,host=a v=${at} ${ago(600 - at)}`);
    expect(await deliverJoined(output, pointsOf(context, lines.slice(0, 300).join('\n')), 7)).toEqual({ status: 'ok' });
    expect(await deliver(output, pointsOf(context, lines.slice(300).toReversed().join('\n')))).toEqual([{ status: 'ok' }]);
    expect(await samples('burst_v')).toEqual(lines.map((_, at) => [600 - at, at]));
  });

  it('stores hostile labels as they are, and none that Prometheus would refuse', async () => {
    const { output, context } = open();
    const line = String.raw`hostile,__name__=up,t\ 1=a,t-1=b,quote="\\{},script=<script>,é=x,new\line=1 v=1 ${ago(30)}`;
    expect(await deliver(output, pointsOf(context, line))).toEqual([{ status: 'ok' }]);
    const [{ metric }] = await prometheus.query('hostile_v', now / 1000);
    expect(metric).toMatchObject({ __name__: 'hostile_v', _name__: 'up', t_1: 'a', t_1_2: 'b', script: '<script>' });
  });

  it('does not encode what Prometheus would refuse the whole request for, and says so', async () => {
    const { output, context } = open();
    await deliver(output, pointsOf(context, `late v=1 ${ago(50)}`));
    const lines = [`late v=0 ${ago(51)}`, `late v=1 ${ago(50)}`, `late v=9 ${ago(50)}`, `late v=2 ${ago(-3600)}`, `late v=3 ${ago(40)}`];
    expect(await deliver(output, pointsOf(context, lines.join('\n')))).toEqual([{ status: 'ok' }]);
    expect(await samples('late_v')).toEqual([
      [50, 1],
      [40, 3],
    ]);
    expect(context.dropped).toEqual(
      new Map([
        ['duplicate', 1],
        ['out_of_order', 2],
        ['future', 1],
      ]),
    );
  });

  it('gets the good samples through when the server refuses some, and counts the refused', async () => {
    const other = open({ url: `${prometheus.url}/api/v1/write` });
    await deliver(other.output, pointsOf(other.context, `mixed,id=3 v=1 ${ago(20)}`));
    const { output, context } = open();
    const fresh = Array.from({ length: 10 }, (_, id) => [
      `mixed,id=${id} v=1 ${ago(30)}`,
      `mixed,id=${id} v=2 ${ago(25)}`,
      `mixed,id=${id} v=3 ${ago(10)}`,
    ]);
    const [result] = await deliver(output, pointsOf(context, fresh.flat().join('\n')));
    expect(refusals(result)).toEqual({ points: 2, reasons: [expect.stringContaining('out of order')] });
    expect(await samples('mixed_v{id="3"}')).toEqual([
      [20, 1],
      [10, 3],
    ]);
    const whole = [
      [30, 1],
      [25, 2],
      [10, 3],
    ];
    for (const id of [0, 2, 4, 9]) expect(await samples(`mixed_v{id="${id}"}`)).toEqual(whole);
  });

  it('delivers ten thousand good points around one bad one of each kind, and lists each with the words of the server', async () => {
    const theirs = open({ url: `${prometheus.url}/api/v1/write` });
    await deliver(theirs.output, pointsOf(theirs.context, `many,id=late v=1 ${ago(20)}\nmany,id=twice v=1 ${ago(30)}`));
    const { output, context } = open();
    const good = Array.from({ length: 10_000 }, (_, at) => `many,id=g${at % 1000} v=${at} ${ago(30 - Math.floor(at / 1000))}`);
    const bad = [`many,id=old v=1 1500000000000000000`, `many,id=late v=2 ${ago(25)}`, `many,id=twice v=2 ${ago(30)}`];
    const odd = [
      `many,id=ahead v=1 ${ago(-3600)}`,
      `many,i-d=1,i_d=2,id=labels v=1 ${ago(5)}`,
      `many,id=${'x'.repeat(60_000)} v=1 ${ago(5)}`,
    ];
    const [result, ...others] = await deliver(output, pointsOf(context, [...good, ...bad, ...odd].join('\n')), 20_000);
    const listed =
      result.status === 'partial' ? result.refused.map(({ body, reason }) => [requestLines(unpackRequest(body)).toString(), reason]) : [];
    expect(others).toEqual([]);
    expect(listed.toSorted(([a], [b]) => (a < b ? -1 : 1))).toEqual([
      [expect.stringContaining('many_v,id=late'), '400 out of order sample'],
      ['many_v,id=old value=1 1500000000000000000\n', '400 out of bounds'],
      [expect.stringContaining('many_v,id=twice'), '400 duplicate sample for timestamp'],
    ]);
    expect(context.dropped).toEqual(new Map([['future', 1]]));
    const [{ value }] = await prometheus.query('sum(count_over_time(many_v{id=~"g.*|labels|x.*"}[1h]))', now / 1000 + 5);
    expect(value?.[1]).toBe('10002');
  });

  it('finds a sample that is too old for the window of a server, which answers 500 for ever', async () => {
    const patient = await startPrometheus({ outOfOrderWindow: '10m' });
    const theirs = open({ url: `${patient.url}/api/v1/write` });
    await deliver(theirs.output, pointsOf(theirs.context, `m,id=3 v=1 ${ago(20)}`));
    const { output, context } = open({ url: patient.writeUrl });
    const lines = Array.from({ length: 50 }, (_, id) => [`m,id=${id} v=1 ${ago(1500)}`, `m,id=${id} v=2 ${ago(25)}`]).flat();
    const [result] = await deliver(output, pointsOf(context, lines.join('\n')));
    const [{ value }] = await patient.query('sum(count_over_time(m_v[1h]))', now / 1000 + 5);
    await patient.stop();
    expect(refusals(result)).toEqual({ points: 1, reasons: [expect.stringContaining('too old sample')] });
    expect(value?.[1]).toBe('100');
  });

  it('finds out that Prometheus 2 knows only 1.0, and loses nothing by it', async () => {
    const { output, context } = open({ protocol: 'auto' });
    expect(await deliver(output, pointsOf(context, `asked v=1 ${ago(30)}\nasked v=2 ${ago(29)}`))).toEqual([{ status: 'ok' }]);
    expect(await samples('asked_v')).toEqual([
      [30, 1],
      [29, 2],
    ]);
    expect(context.logged).toMatchObject([{ level: 'info' }]);
  });

  it('delivers to VictoriaMetrics, in either version asked for, and again without harm', async () => {
    const victoria = await startVictoriaMetrics();
    const { output, context } = open({ url: victoria.writeUrl, protocol: 'auto' });
    const lines = Array.from({ length: 300 }, (_, at) => `vm,id=${at % 100} v=${at} ${ago(30 - Math.floor(at / 100))}`);
    const [payload] = output.encode(pointsOf(context, lines.join('\n')), 1000);
    expect(await output.send(payload, firstTry)).toEqual({ status: 'ok' });
    expect(await output.send(payload, { ...firstTry, resent: true })).toEqual({ status: 'ok' });
    await fetch(`${victoria.url}/internal/force_flush`);
    const [{ value }] = await victoria.query('sum(distinct_over_time(vm_v[1h]))', now / 1000 + 5);
    await victoria.stop();
    expect(value?.[1]).toBe('300');
  });

  it('rejects a payload of which nothing can be stored, without asking for each sample', async () => {
    const { output, context } = open();
    const lines = Array.from({ length: 200 }, (_, at) => `ancient,id=${at} v=1 1500000000000000000`);
    const [result] = await deliver(output, pointsOf(context, lines.join('\n')));
    expect(result).toMatchObject({ status: 'reject', reason: expect.stringContaining('out of bounds') });
  });

  it('makes strings labels when asked', async () => {
    const { output, context } = open({ string_as_label: true });
    await deliver(output, pointsOf(context, `stringy,host=a state="on",v=1 ${ago(30)}\nstringy,host=a state="off",v=2 ${ago(20)}`));
    const got = await prometheus.query('stringy_v', now / 1000);
    expect(got.map(({ metric, value }) => [metric['state'], value?.[1]])).toEqual([
      ['off', '2'],
      ['on', '1'],
    ]);
  });

  it('keeps the payload while the server is away, and delivers it once', async () => {
    const { output, context } = open();
    await prometheus.halt();
    const [payload] = output.encode(pointsOf(context, `away v=1 ${ago(15)}\naway v=2 ${ago(14)}`), 1000);
    expect(await output.send(payload, firstTry)).toMatchObject({ status: 'retry', reason: expect.any(String) });
    await prometheus.resume();
    expect(await output.send(payload, firstTry)).toEqual({ status: 'ok' });
    expect(await samples('away_v')).toEqual([
      [15, 1],
      [14, 2],
    ]);
  });
});
