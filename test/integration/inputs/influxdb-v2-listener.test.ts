import { InfluxDB, Point } from '@influxdata/influxdb-client';
import { afterEach, describe, expect, it } from 'vitest';
import { convertToYaml } from '../../../src/config/convert/convert.ts';
import type { ListenAddress } from '../../../src/config/listen-address.ts';
import { loadSources } from '../../../src/config/load.ts';
import { textSource, type Source } from '../../../src/config/source.ts';
import { registry } from '../../../src/plugins/registry.generated.ts';
import { configOf } from '../../support/config.ts';
import { testContext } from '../../support/context.ts';
import { startedListener, startV2Listener, type RunningListener } from '../../support/listener.ts';

const ANY_PORT: ListenAddress = { host: '127.0.0.1', port: 0 };

/** As in Telegraf's sample of this input, with what is commented out there. */
const TELEGRAF_CONF = `[[inputs.influxdb_v2_listener]]
  service_address = ":8086"
  max_undelivered_metrics = 5000
  read_timeout = "10s"
  write_timeout = "10s"
  max_body_size = "32MiB"
  bucket_tag = "bucket"
  token = "insecure"
  parser_type = "internal"
  use_internal_statistics = false
[[outputs.discard]]
`;

let running: RunningListener | undefined;
afterEach(async () => {
  await running?.listener.stop();
  running = undefined;
});

async function start(...options: Parameters<typeof startV2Listener>): Promise<RunningListener> {
  running = await startV2Listener(...options);
  return running;
}

const write = (url: string, body: string, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(`${url}/api/v2/write?org=pau&bucket=site`, { method: 'POST', body, headers });

describe('inputs.influxdb_v2_listener', () => {
  it("takes what InfluxDB's own client library pushes, with its token", async () => {
    const { url, sink } = await start({ token: 'secret', bucket_tag: 'bucket' });
    const api = new InfluxDB({ url, token: 'secret' }).getWriteApi('pau', 'site', 's', { maxRetries: 0 });
    api.writePoint(new Point('cpu').tag('host', 'kvm-0').floatField('usage_idle', 98.5).timestamp(1_760_000_000));
    await api.close();

    expect(sink.lines).toEqual(['cpu,bucket=site,host=kvm-0 usage_idle=98.5 1760000000000000000']);
    for (const headers of [{}, { Authorization: 'Token wrong' }] as Record<string, string>[]) {
      const refused = await write(url, 'm v=1', headers);
      expect([refused.status, await refused.json()]).toEqual([401, { code: 'unauthorized', message: expect.any(String) }]);
    }
    expect(sink.lines).toHaveLength(1);
  });

  it('has the endpoints of InfluxDB 2.x alone, and refuses in their form', async () => {
    const { url } = await start();
    for (const path of ['/health', '/api/v2/health', '/ready', '/api/v2/ready']) expect((await fetch(url + path)).status).toBe(200);
    const ping = await fetch(`${url}/ping`);
    expect([ping.status, ping.headers.has('x-influxdb-build')]).toEqual([204, true]);
    for (const path of ['/write?db=x', '/query?q=x', '/elsewhere']) {
      const answer = await fetch(url + path, { method: 'POST', body: 'm v=1' });
      expect([answer.status, await answer.json()]).toEqual([404, { code: 'not found', message: expect.stringContaining('/api/v2/write') }]);
    }
  });

  it('keeps the good lines, and says what became of the others', async () => {
    const { url, sink, context } = await start();
    const answer = await write(url, 'm v=1 1\nbad\n');
    expect([answer.status, await answer.json()]).toEqual([
      400,
      { code: 'invalid', message: expect.stringMatching(/^partial write: .* dropped=1$/) },
    ]);
    expect(sink.lines).toEqual(['m v=1 1']);
    expect(context.dropped.get('parse_error')).toBe(1);
  });

  it('has no more metrics on their way than max_undelivered_metrics says', async () => {
    const { url, sink, context } = await start({ max_undelivered_metrics: 3 });
    const tooLarge = await write(url, 'm v=1 1\nm v=2 2\nm v=3 3\nm v=4 4\n');
    expect([tooLarge.status, await tooLarge.json()]).toEqual([
      413,
      { code: 'request too large', message: expect.stringContaining('has 4 metrics, max_undelivered_metrics allows 3') },
    ]);
    const errors = context.errors();

    const gate = Promise.withResolvers<void>();
    const arrived = Promise.withResolvers<void>();
    const deliver = sink.deliver.bind(sink);
    sink.deliver = (points) => {
      arrived.resolve();
      return deliver(points);
    };
    sink.hold = gate.promise;
    const first = write(url, 'm v=1 1\nm v=2 2\n');
    await arrived.promise;
    const second = await write(url, 'm v=3 3\nm v=4 4\n');
    expect([second.status, second.headers.get('retry-after'), await second.json()]).toEqual([
      429,
      '1',
      { code: 'too many requests', message: expect.stringContaining('2 metrics are on their way') },
    ]);
    gate.resolve();
    expect((await first).status).toBe(204);
    expect((await write(url, 'm v=3 3\nm v=4 4\n')).status).toBe(204);
    expect(sink.lines).toHaveLength(4);
    expect(context.errors()).toBe(errors);
  });

  it.each([false, true])("starts from Telegraf's own configuration, converted: %s", async (isConverted) => {
    const load = (source: Source) => configOf(loadSources([source], registry, { env: {} }));
    const { yaml = '' } = convertToYaml(textSource('telegraf.conf', TELEGRAF_CONF), registry, { env: {} });
    const { inputs } = load(isConverted ? textSource('telegraf.yaml', yaml) : textSource('telegraf.conf', TELEGRAF_CONF));
    expect(inputs[0]).toMatchObject({ id: 'influxdb_v2_listener', options: { max_undelivered_metrics: 5000 } });
    const context = testContext({ name: 'inputs.influxdb_v2_listener' });
    const input = registry.inputs.get('influxdb_v2_listener')?.create({ ...inputs[0].options, service_address: ANY_PORT }, context);
    if (input === undefined) throw new Error('no such input');
    running = await startedListener(input, context);
    const { url, sink } = running;

    expect((await write(url, 'm v=1 1')).status).toBe(401);
    expect((await write(url, 'm v=1 1', { Authorization: 'Token insecure' })).status).toBe(204);
    expect(sink.lines).toEqual(['m,bucket=site v=1 1']);
  });
});
