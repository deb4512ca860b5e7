import { describe, expect, it, vi } from 'vitest';
import { ConfigError } from '../../../../../src/config/diagnostics.ts';
import { influxdb } from '../../../../../src/plugins/outputs/influxdb/plugin.ts';
import { Point } from '../../../../../src/metric/point.ts';
import { testContext } from '../../../../support/context.ts';
import { startFakeServer } from '../../../../support/fake-server.ts';
import { createOutput, deliver, pointsOf } from '../../../../support/output.ts';

describe('the options of influxdb', () => {
  it.each([
    [{ urls: ['http://a', 'udp://b:8089'] }, ['urls', 1], 'no http or https URL'],
    [{ token: 't' }, ['bucket'], 'bucket is missing'],
    [{ bucket: 'b', retention_policy: 'raw' }, ['retention_policy'], 'for InfluxDB 1.x'],
    [{ urls: ['https://a'], http_proxy: 'socks5://p' }, ['http_proxy'], 'no http or https URL'],
    [{ tls_cert: 'c.pem' }, [], 'tls_key is missing'],
  ])('refuse %o', (options, option, message) => {
    const create = (): unknown => createOutput(influxdb, options, testContext());
    expect(create).toThrow(ConfigError);
    expect(create).toThrow(expect.objectContaining({ option, message: expect.stringContaining(message) }));
  });

  it.each(['30m', 'a while', '-1h'])('refuse a retention policy of %s', (duration) => {
    const { error } = influxdb.schema.safeParse({ retention_policies: { raw: duration } });
    expect(error?.issues).toMatchObject([{ path: ['retention_policies', 'raw'], message: expect.stringContaining('is not how long') }]);
  });

  it('take no timeout of 0 for one without an end', async () => {
    const asked = Promise.withResolvers<void>();
    const server = await startFakeServer(() => {
      asked.resolve();
      return new Promise(() => undefined);
    });
    const context = testContext();
    const output = createOutput(influxdb, { urls: [server.url], skip_database_creation: true, timeout: '0s' }, context);
    await output.connect?.(new AbortController().signal);
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const results = deliver(output, pointsOf(context, 'm v=1 1'));
    await asked.promise;
    vi.advanceTimersByTime(5000);
    vi.useRealTimers();
    expect(await results).toMatchObject([{ status: 'retry', reason: expect.stringContaining('no answer in time') }]);
    await server.stop();
  });

  it('never print the password or the token', () => {
    expect(JSON.stringify(influxdb.schema.parse({ password: 'hidden', token: 'hidden' }))).not.toContain('hidden');
  });
});

describe('the encoder of influxdb', () => {
  it('makes payloads of so many points, by destination, in order', () => {
    const context = testContext();
    const output = createOutput(
      influxdb,
      { database: 'd', retention_policy: 'raw', retention_policy_tag: 'rp', write_consistency: 'all' },
      context,
    );
    const lines = ['m v=1 1000000', 'm,rp=a&b v=2 9000000', 'm v=3 3000000', 'm v=4 2000000'];
    const payloads = output.encode(pointsOf(context, lines.join('\n')), 2);
    expect(payloads.map(({ body, ...rest }) => ({ ...rest, body: body.toString() }))).toEqual([
      { destination: '/write?db=d&rp=raw&consistency=all', body: 'm v=1 1000000\nm v=3 3000000\n', points: 2, firstMs: 1, lastMs: 3 },
      { destination: '/write?db=d&rp=raw&consistency=all', body: 'm v=4 2000000\n', points: 1, firstMs: 2, lastMs: 2 },
      { destination: '/write?db=d&rp=a%26b&consistency=all', body: 'm,rp=a&b v=2 9000000\n', points: 1, firstMs: 9, lastMs: 9 },
    ]);
  });

  it('writes to telegraf when the database is empty, as Telegraf does', () => {
    const context = testContext();
    expect(createOutput(influxdb, { database: '' }, context).encode(pointsOf(context, 'm v=1 1'), 1)[0].destination).toBe(
      '/write?db=telegraf',
    );
  });

  it('writes uints as they are only when asked', () => {
    const context = testContext();
    const [point] = pointsOf(context, 'm v=1u 1');
    const bodies = [false, true].map((support) =>
      createOutput(influxdb, { influx_uint_support: support }, context).encode([point], 1)[0].body.toString(),
    );
    expect(bodies).toEqual(['m v=1i 1\n', 'm v=1u 1\n']);
  });

  it('leaves out what line protocol has no word for, and counts a point of which nothing is left', () => {
    const context = testContext();
    const [both] = pointsOf(context, 'm v=1,w=2 1');
    const [one] = pointsOf(context, 'm v=1 2');
    const points = [Point.fromValues(both.shape, 1, 0, [Number.NaN, 2]), Point.fromValues(one.shape, 2, 0, [Number.POSITIVE_INFINITY])];
    const payloads = createOutput(influxdb, {}, context).encode(points, 10);
    expect(payloads.map(({ body, points: count }) => [body.toString(), count])).toEqual([['m w=2 1000000\n', 1]]);
    expect(context.dropped).toEqual(new Map([['not_writable', 1]]));
  });

  it('compresses as hard as it is told', async () => {
    const sizes: number[] = [];
    const server = await startFakeServer(({ body }) => {
      sizes.push(body.length);
      return { status: 204 };
    });
    const lines = Array.from({ length: 500 }, (_, at) => `powerstat_core,core=${at % 7} watts=${(at * 7919) % 1000}.25 ${at}`).join('\n');
    for (const gzip_level of [1, 9]) {
      const context = testContext();
      const output = createOutput(influxdb, { urls: [server.url], bucket: 'b', gzip_level }, context);
      await output.connect?.(new AbortController().signal);
      await deliver(output, pointsOf(context, lines));
      await output.close?.();
    }
    await server.stop();
    expect(sizes[1]).toBeLessThan(sizes[0]);
  });
});
