/** A job that scrapes servers over HTTP: what Prometheus promises its users, one scrape at a time. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { prometheus } from '../../../src/plugins/inputs/prometheus/plugin.ts';
import type { ServiceInput } from '../../../src/pipeline/plugin.ts';
import { testContext, type TestContext } from '../../support/context.ts';
import { startFakeServer, type FakeServer, type Reply } from '../../support/fake-server.ts';
import { createService } from '../../support/input.ts';
import { PROTOBUF_TYPE, protobufPage, type PageHistogram, type PageMetric } from '../../support/protobuf-exposition.ts';
import { ScrapeSink } from '../../support/scrape.ts';

const cleanups: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

interface JobUnderTest {
  readonly context: TestContext;
  readonly input: ServiceInput;
  /** Scrapes every target once, a second later each time. */
  readonly scrape: () => Promise<ReturnType<ScrapeSink['take']>>;
}

function job(options: object, baseDirectory?: string): JobUnderTest {
  const context = testContext({ name: 'inputs.prometheus', ...(baseDirectory === undefined ? {} : { baseDirectory }) });
  const input = createService(prometheus, { job: 'node', ...options }, context);
  cleanups.push(() => input.stop());
  const sink = new ScrapeSink(context.interner);
  const scrape = async () => {
    context.clock.ms += 1000;
    await input.once?.(sink);
    return sink.take();
  };
  return { context, input, scrape };
}

/** A target whose answers come one after another, the last one for ever. */
async function target(...replies: readonly (Reply | string)[]): Promise<FakeServer> {
  const server = await startFakeServer((_asked, number) => {
    const reply = replies[Math.min(number, replies.length - 1)];
    return typeof reply === 'string' ? { status: 200, body: reply } : reply;
  });
  cleanups.push(() => server.stop());
  return server;
}

function host({ url }: FakeServer): string {
  return new URL(url).host;
}

describe('a scrape of a job', () => {
  it('gives one point per series, named by its field, at the time of the scrape, and says how it went', async () => {
    const server = await target('# TYPE a counter\na{x="1"} 3\na{x="2"} 4\n');
    const { scrape, context } = job({ urls: [server.url] });
    const { samples, report, ms } = await scrape();
    const tags = `instance=${host(server)},job=node`;
    expect(samples).toEqual([`prometheus,${tags},x=1 a=3`, `prometheus,${tags},x=2 a=4`]);
    expect(report).toMatchObject({ up: 1, scrape_samples_scraped: 2, scrape_samples_post_metric_relabeling: 2, scrape_series_added: 2 });
    expect(report['scrape_duration_seconds']).toBeGreaterThan(0);
    expect(new Set(ms)).toEqual(new Set([context.clock.ms]));
    expect((await scrape()).report).toMatchObject({ scrape_series_added: 0 });
    expect(server.asked[0].path).toBe('/metrics');
    expect(server.asked[0].headers).toMatchObject({ accept: expect.stringContaining('openmetrics') as string });
  });

  it('ends the series that a scrape lacks, whatever the order of their labels, and all when the target fails', async () => {
    const server = await target(
      'a{x="1",y="2"} 1\nb 1\n',
      'a{y="2",x="1"} 2\n',
      'a{y="2",x="1"} 3\nb 2\n',
      { status: 500, body: 'on fire' },
      'b 3\n',
    );
    const { scrape, context } = job({ urls: [server.url] });
    const tags = `instance=${host(server)},job=node`;
    const a = `prometheus,${tags},x=1,y=2 a`;
    const b = `prometheus,${tags} b`;
    expect((await scrape()).samples).toEqual([`${a}=1`, `${b}=1`]);
    expect((await scrape()).samples).toEqual([`${a}=2`, `${b} stale`]);
    expect(await scrape()).toMatchObject({ samples: [`${a}=3`, `${b}=2`], report: { scrape_series_added: 1 } });
    expect(await scrape()).toMatchObject({ samples: [`${a} stale`, `${b} stale`], report: { up: 0, scrape_samples_scraped: 0 } });
    expect((await scrape()).samples).toEqual([`${b}=3`]);
    expect(context.logged.map(({ level, message }) => [level, message])).toEqual([
      ['error', 'target is down'],
      ['info', 'target is up again'],
    ]);
    expect(context.logged[0].details).toMatchObject({ instance: host(server), reason: 'status 500: on fire' });
  });

  it('refuses an exposition whole that is not valid, and says once in which line and why', async () => {
    const server = await target('a 1\nb 1\n', 'a 1\nb one\n');
    const { scrape, context } = job({ urls: [server.url] });
    await scrape();
    for (let times = 0; times < 3; times++) {
      const { samples, report } = await scrape();
      expect(samples.filter((sample) => !sample.endsWith('stale'))).toEqual([]);
      expect(report).toMatchObject({ up: 0 });
    }
    expect(context.logged).toHaveLength(1);
    expect(context.logged[0].details).toMatchObject({ reason: expect.stringMatching(/line 2, column 3: /) as string });
    expect(context.errors()).toBe(3);
  });

  it('takes a body without samples for a target that is up and has nothing', async () => {
    const server = await target('a 1\n', '');
    const { scrape } = job({ urls: [server.url] });
    await scrape();
    const { samples, report } = await scrape();
    expect(samples).toEqual([expect.stringMatching(/a stale$/)]);
    expect(report).toMatchObject({ up: 1, scrape_samples_scraped: 0 });
  });

  it('counts a series that a body has twice, and keeps the first', async () => {
    const server = await target('a{x="1",y="2"} 1\na{y="2",x="1"} 2\n');
    const { scrape, context } = job({ urls: [server.url] });
    expect((await scrape()).samples).toEqual([expect.stringMatching(/ a=1$/)]);
    expect(context.dropped).toEqual(new Map([['duplicate', 1]]));
  });
});

describe('a job that takes native histograms', () => {
  const histogram: PageHistogram = { count: 3, sum: 4.5, schema: 2, zeroThreshold: 0.001, zeroCount: 1, spans: [[0, 1]], deltas: [2] };

  function page(...histograms: readonly PageMetric[]): Reply {
    const families = [
      { name: 'latency', type: 'histogram', metrics: histograms },
      { name: 'heat', type: 'gauge', metrics: [{ gauge: 21.5 }] },
    ] as const;
    return { status: 200, headers: { 'content-type': PROTOBUF_TYPE }, body: protobufPage(families) };
  }

  it('asks for protobuf first, and makes a point of each with the names of the job, which ends', async () => {
    const wider: PageHistogram = { ...histogram, count: 4, spans: [[0, 2]], deltas: [2, -1] };
    const server = await target(page({ labels: { path: '/a' }, histogram }), page({ labels: { path: '/a' }, histogram: wider }), page());
    const { scrape, context } = job({ urls: [server.url], scrape_native_histograms: true });
    const tags = `instance=${host(server)},job=node`;
    const series = `latency,${tags},path=/a`;
    const rest = 'schema=2i,sum=4.5,zero_count=1,zero_threshold=0.001';
    const first = await scrape();
    expect(first.samples).toEqual([
      `prometheus,${tags} heat=21.5`,
      `${series} count=3,counter_reset_hint=0u,positive_bucket_0=2,positive_span_0_length=1u,positive_span_0_offset=0i,${rest}`,
    ]);
    expect(first.report).toMatchObject({ up: 1, scrape_samples_scraped: 2, scrape_series_added: 2 });
    expect(server.asked[0].headers.accept).toMatch(
      /^application\/vnd\.google\.protobuf;.*encoding=delimited,application\/openmetrics-text/,
    );
    expect((await scrape()).report).toMatchObject({ scrape_series_added: 0 });
    expect((await scrape()).samples).toEqual([`prometheus,${tags} heat=21.5`, expect.stringMatching(/^latency,.*count,.* stale$/)]);
    expect(context.dropped).toEqual(new Map());
  });

  it('counts those that are none, and those that come twice', async () => {
    const server = await target(
      page({ histogram: { ...histogram, count: 9 } }, { labels: { a: 'b' }, histogram }, { labels: { a: 'b' }, histogram }),
    );
    const { scrape, context } = job({ urls: [server.url], scrape_native_histograms: true });
    expect((await scrape()).samples).toEqual([expect.stringMatching(/^prometheus,.* heat=/), expect.stringMatching(/^latency,a=b/)]);
    expect(context.dropped).toEqual(
      new Map([
        ['duplicate', 1],
        ['bad_histogram', 1],
      ]),
    );
  });

  it('takes a page that is damaged for none, one in OpenMetrics as ever, and counts histograms for its limit', async () => {
    const whole = page({ histogram });
    const cut = { ...whole, body: (whole.body as Buffer).subarray(0, 20) };
    const server = await target(cut, 'a 1\n', page({ histogram }));
    const { scrape, context } = job({ urls: [server.url], scrape_native_histograms: true, sample_limit: 1 });
    expect((await scrape()).report).toMatchObject({ up: 0 });
    expect(context.logged[0].details).toMatchObject({ reason: expect.stringContaining('no exposition in protobuf') as string });
    expect((await scrape()).report).toMatchObject({ up: 1, scrape_samples_scraped: 1 });
    expect((await scrape()).report).toMatchObject({ up: 0, scrape_samples_scraped: 2 });
  });
});

describe('labels and timestamps of a job', () => {
  const body = 'a{job="own",instance="",zone="z"} 1\nb 2 1700000000000\n';

  it('belong to the target; those of a sample become exported_', async () => {
    const server = await target(body);
    const { samples, ms } = await job({ urls: [server.url] }).scrape();
    expect(samples).toEqual([
      `prometheus,exported_job=own,instance=${host(server)},job=node,zone=z a=1`,
      `prometheus,instance=${host(server)},job=node b=2`,
    ]);
    expect(ms[1]).toBe(1_700_000_000_000);
  });

  it('are those of the sample with honor_labels, an empty one meaning none', async () => {
    const server = await target(body);
    const { samples } = await job({ urls: [server.url], honor_labels: true }).scrape();
    expect(samples).toEqual(['prometheus,job=own,zone=z a=1', `prometheus,instance=${host(server)},job=node b=2`]);
  });

  it('are those of the scrape without honor_timestamps, and then series end', async () => {
    const server = await target(body, '');
    const withOwn = job({ urls: [server.url] });
    await withOwn.scrape();
    expect((await withOwn.scrape()).samples).toEqual([expect.stringMatching(/a stale$/)]);
    const other = await target(body, '');
    const without = job({ urls: [other.url], honor_timestamps: false });
    expect(new Set((await without.scrape()).ms)).toEqual(new Set([without.context.clock.ms]));
    expect((await without.scrape()).samples).toHaveLength(2);
  });

  it('leave nothing behind of a series that is gone, whose end is not told for its timestamp', async () => {
    const server = await target('a 1 1000\n', 'b 1\n', 'a 2 2000\n');
    const { scrape } = job({ urls: [server.url] });
    await scrape();
    await scrape();
    const { samples, report } = await scrape();
    expect(samples).toEqual([expect.stringMatching(/ a=2$/), expect.stringMatching(/ b stale$/)]);
    expect(report).toMatchObject({ scrape_series_added: 1 });
  });

  it('tell the end of a series that goes on with timestamps of its own, since that is another matter', async () => {
    const server = await target('a 1\n', 'a 2 2000\n', '');
    const { scrape } = job({ urls: [server.url] });
    await scrape();
    expect((await scrape()).samples).toEqual([expect.stringMatching(/ a=2$/), expect.stringMatching(/ a stale$/)]);
    expect((await scrape()).samples).toEqual([]);
  });
});

describe('the limits of a job', () => {
  const gzip = { 'content-encoding': 'gzip' };
  const many = Array.from({ length: 100 }, (_, at) => `m{n="${at}"} ${at}\n`).join('');

  it.each<[string, object, Reply | string]>([
    ['as many samples as allowed', { sample_limit: 100 }, many],
    ['a body that is as large as allowed', { body_size_limit: many.length }, many],
    ['a gzip body whose header shouts', {}, { status: 200, headers: { 'content-encoding': 'GZIP' }, body: gzipSync(many) }],
    ['a gzip body', {}, { status: 200, headers: gzip, body: gzipSync(many) }],
  ])('let %s through', async (_name, options, reply) => {
    const server = await target(reply);
    const { samples, report } = await job({ urls: [server.url], ...options }).scrape();
    expect(samples).toHaveLength(100);
    expect(report).toMatchObject({ up: 1 });
  });

  it.each<[string, object, Reply | string, RegExp]>([
    ['more samples than allowed', { sample_limit: 99 }, many, /100 samples, more than the sample_limit of 99/],
    ['a body that is too large', { body_size_limit: many.length - 1 }, many, /the body is larger than/],
    [
      'a gzip body that grows too large',
      { body_size_limit: '1MB' },
      { status: 200, headers: gzip, body: gzipSync('x'.repeat(100_000_000)) },
      /the body is larger than 1000000 bytes/,
    ],
    ['a gzip body that is none', {}, { status: 200, headers: gzip, body: many }, /incorrect header check/],
    [
      'an encoding that was not asked for',
      {},
      { status: 200, headers: { 'content-encoding': 'br' }, body: many },
      /encoding is br; only gzip/,
    ],
    ['a redirection to itself', {}, { status: 302, headers: { location: '/metrics' } }, /redirects to where it was asked already/],
    ['a refusal', {}, { status: 401, body: 'who are you' }, /status 401: who are you/],
  ])('fail a scrape for %s', async (_name, options, reply, problem) => {
    const server = await target(reply);
    const { scrape, context } = job({ urls: [server.url], ...options });
    const { samples, report } = await scrape();
    expect(samples).toEqual([]);
    expect(report).toMatchObject({ up: 0 });
    expect(context.logged).toMatchObject([{ details: { reason: expect.stringMatching(problem) as string } }]);
  });

  it('a target that never answers, and one that is not there', async () => {
    const absent = await startFakeServer(() => ({ status: 200 }));
    await absent.stop();
    const silent = await target({ status: 200, headers: { 'content-length': '100' }, body: 'a 1\n' });
    const gone = await job({ urls: [absent.url] }).scrape();
    expect(gone.report).toMatchObject({ up: 0 });
    const slow = job({ urls: [silent.url], timeout: '100ms' });
    expect((await slow.scrape()).report).toMatchObject({ up: 0 });
  });
});

describe('the files of file_sd', () => {
  async function files(
    contents: Readonly<Record<string, string>>,
  ): Promise<{ folder: string; write: (name: string, text: string) => Promise<void> }> {
    const folder = await mkdtemp(join(tmpdir(), 'wattbridge-sd-'));
    cleanups.push(() => rm(folder, { recursive: true }));
    const write = (name: string, text: string) => writeFile(join(folder, name), text);
    for (const [name, text] of Object.entries(contents)) await write(name, text);
    return { folder, write };
  }

  it('name targets and their labels, in YAML and JSON, and how to ask them', async () => {
    const [one, two] = [await target('a 1\n'), await target('a 2\n')];
    const { folder } = await files({
      'a.yml': `- targets: ["${host(one)}"]\n  labels: { site: pau, rack: 7, __metrics_path__: /probe, __param_module: http, __meta_x: y }\n`,
      'b.json': JSON.stringify([{ targets: [host(two)], labels: { job: 'other', instance: 'kvm-0' } }]),
    });
    const { samples } = await job({ file_sd: ['*.yml', '*.json'] }, folder).scrape();
    expect(samples.toSorted()).toEqual([
      `prometheus,instance=${host(one)},job=node,rack=7,site=pau a=1`,
      'prometheus,instance=kvm-0,job=other a=2',
    ]);
    expect(one.asked[0].path).toBe('/probe?module=http');
  });

  it('say that a target has no interval of its own, once for a file as it is', async () => {
    const one = await target('a 1\n');
    const { folder } = await files({ 'a.yml': `- targets: ["${host(one)}"]\n  labels: { __scrape_interval__: 1m }\n` });
    const { scrape, context } = job({ file_sd: ['*.yml'] }, folder);
    for (let times = 0; times < 2; times++) expect((await scrape()).samples).toHaveLength(1);
    expect(context.logged.map(({ message }) => message)).toEqual([expect.stringMatching(/^__scrape_interval__ of a target is not taken/)]);
  });

  it('are read again when they change; one that is broken keeps its targets and is told of once', async () => {
    const [one, two] = [await target('a 1\n'), await target('a 2\n')];
    const { folder, write } = await files({ 'a.yml': `- targets: ["${host(one)}"]\n` });
    const { scrape, context } = job({ file_sd: ['a.yml'] }, folder);
    expect((await scrape()).samples).toHaveLength(1);
    await write('a.yml', `- targets: ["${host(one)}", "${host(two)}", "no host/"]\n`);
    expect((await scrape()).samples).toHaveLength(2);
    await write('a.yml', '- targets: {');
    for (let times = 0; times < 3; times++) expect((await scrape()).samples).toHaveLength(2);
    expect(context.logged.map(({ message }) => message)).toEqual([
      'a target of a file can not be scraped',
      'a file of targets can not be used; the targets that it named before stay',
    ]);
  });

  it('end the series of a target that they name no more, at its next moment', async () => {
    const server = await target('a 1\n');
    const { folder, write } = await files({ 'a.yml': `- targets: ["${host(server)}"]\n` });
    const context = testContext({ intervalMs: 100, baseDirectory: folder });
    context.clock.now = () => ({ ms: Date.now(), ns: 0 });
    const input = createService(prometheus, { job: 'node', file_sd: ['*.yml'] }, context);
    cleanups.push(() => input.stop());
    const sink = new ScrapeSink(context.interner);
    await input.start(sink);
    const until = async (wanted: RegExp): Promise<string[]> => {
      for (const all: string[] = []; ;) {
        all.push(...sink.take().samples);
        if (all.some((text) => wanted.test(text))) return all;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    };
    await until(/ a=1$/);
    await write('a.yml', '');
    const last = await until(/up stale$/);
    expect(last.slice(-2)).toEqual([expect.stringMatching(/ a stale$/), expect.stringMatching(/scrape_duration_seconds.*,up stale$/)]);
    const asked = server.asked.length;
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect([sink.take().samples, server.asked.length]).toEqual([[], asked]);
  });
});
