import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { get } from 'node:https';
import { createServer, type AddressInfo } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { z } from 'zod';
import { floatField, textField } from '../../../src/plugins/shared/fields.ts';
import { makePoint } from '../../../src/plugins/shared/make-point.ts';
import type { MetricType } from '../../../src/metric/metadata.ts';
import { PrometheusClientOutput } from '../../../src/plugins/outputs/prometheus_client/output.ts';
import { prometheusClient } from '../../../src/plugins/outputs/prometheus_client/plugin.ts';
import { makeCertificates } from '../../support/certificates.ts';
import { testContext, type TestContext } from '../../support/context.ts';
import { createOutput, deliver, pointsOf } from '../../support/output.ts';
import { requireProgram } from '../../support/process.ts';
import { startPrometheus } from '../../support/servers.ts';

type Options = Partial<z.input<typeof prometheusClient.schema>>;

let context: TestContext;
let output: PrometheusClientOutput | undefined;

beforeEach(() => {
  context = testContext({ name: 'outputs.prometheus_client', nowMs: Date.now() });
});
afterEach(async () => {
  await output?.close();
  output = undefined;
});

function create(options: Options = {}): PrometheusClientOutput {
  const made = createOutput(prometheusClient, { listen: '127.0.0.1:0', ...options }, context);
  if (!(made instanceof PrometheusClientOutput)) throw new Error('another output');
  return made;
}

async function start(options: Options = {}): Promise<string> {
  output = create(options);
  await output.connect();
  return `http://127.0.0.1:${output.port}`;
}

async function add(lines: string): Promise<void> {
  if (output === undefined) throw new Error('not started');
  await deliver(output, pointsOf(context, lines));
}

const note = (name: string, type: MetricType, help = ''): void => context.metadata.note(name, { type, help, unit: '' });

/** The page's lines. */
async function page(url: string, init: RequestInit = {}): Promise<string[]> {
  const answer = await fetch(`${url}/metrics`, init);
  expect(answer.status).toBe(200);
  return (await answer.text()).split('\n').slice(0, -1);
}

const samples = async (url: string): Promise<string[]> => (await page(url)).filter((line) => !line.startsWith('#'));

function logged(level: string): string[] {
  return context.logged.filter((entry) => entry.level === level).map(({ message }) => message);
}

/** What Prometheus' own parser says of a page: the status, and its words unless they are only advice on names (status 3). */
function checkWithPromtool(text: string): { status: number | null; complaint: string } {
  requireProgram('promtool', 'prometheus');
  const { status, stderr } = spawnSync('promtool', ['check', 'metrics'], { input: text, encoding: 'utf8' });
  return { status: status === 3 ? 0 : status, complaint: status === 3 ? '' : stderr };
}

const LINES = `cpu,cpu=cpu0,host=kvm-0 usage_idle=98.5,usage_user=1i,online=true 1760000000000000000
mem,host=kvm-0 value=7u 1760000000000000000
gas\\ meter,serial-no=4711,le\\ x="y" m³=12.5,state="open" 1760000000000000000
`;

describe('outputs.prometheus_client', () => {
  it('names metrics as version 1 does', async () => {
    const url = await start();
    await add(LINES);
    expect(await page(url)).toEqual([
      '# HELP cpu_usage_idle Telegraf collected metric',
      '# TYPE cpu_usage_idle untyped',
      'cpu_usage_idle{cpu="cpu0",host="kvm-0"} 98.5',
      '# HELP cpu_usage_user Telegraf collected metric',
      '# TYPE cpu_usage_user untyped',
      'cpu_usage_user{cpu="cpu0",host="kvm-0"} 1',
      '# HELP gas_meter_m_ Telegraf collected metric',
      '# TYPE gas_meter_m_ untyped',
      'gas_meter_m_{le_x="\\"y\\"",serial_no="4711",state="open"} 12.5',
      '# HELP mem Telegraf collected metric',
      '# TYPE mem untyped',
      'mem{host="kvm-0"} 7',
    ]);
  });

  it('names metrics as version 2 does, with booleans', async () => {
    const url = await start({ metric_version: 2, string_as_label: false });
    await add(`${LINES}prometheus,job=x up=1 1760000000000000000\n`);
    expect(await samples(url)).toEqual([
      'cpu_online{cpu="cpu0",host="kvm-0"} 1',
      'cpu_usage_idle{cpu="cpu0",host="kvm-0"} 98.5',
      'cpu_usage_user{cpu="cpu0",host="kvm-0"} 1',
      'gas_meter_m{le_x="\\"y\\"",serial_no="4711"} 12.5',
      'mem_value{host="kvm-0"} 7',
      'up{job="x"} 1',
    ]);
  });

  it('says what types metrics have, by their sources and by the options', async () => {
    const url = await start({ metric_types: { counter: ['net_*'], gauge: ['net_speed', 'load*'] } });
    note('c', 'counter', 'Things counted.');
    note('g', 'gauge');
    note('mem_used', 'gauge');
    await add('c counter=1 1\ng gauge=2 1\nc gauge=3 1\nmem used=4 1\nnet bytes=5,speed=6 1\nload1 value=7 1\n');
    expect((await page(url)).filter((line) => line.startsWith('# TYPE') || line.includes('counted'))).toEqual([
      '# HELP c Things counted.',
      '# TYPE c counter',
      '# TYPE c_gauge untyped',
      '# TYPE g gauge',
      '# TYPE load1 gauge',
      '# TYPE mem_used gauge',
      '# TYPE net_bytes counter',
      '# TYPE net_speed counter',
    ]);
  });

  it('puts histograms and summaries together again, in both versions', async () => {
    note('h', 'histogram');
    note('s', 'summary');
    const expected = [
      'h_bucket{code="200",le="0.1"} 3',
      'h_bucket{code="200",le="+Inf"} 5',
      'h_sum{code="200"} 1.5',
      'h_count{code="200"} 5',
      's{quantile="0.5"} 0.2',
      's_sum 9',
      's_count 4',
    ];
    const url = await start();
    await add('h,code=200 sum=1.5,count=5,0.1=3 1\ns sum=9,count=4,0.5=0.2 1\n');
    expect(await samples(url)).toEqual(expected);
    await output?.close();
    const second = await start({ metric_version: 2 });
    await add(`prometheus,code=200 h_sum=1.5,h_count=5 1
prometheus,code=200,le=0.1 h_bucket=3 1
prometheus,code=200,le=+Inf h_bucket=5 1
prometheus s_sum=9,s_count=4 1
prometheus,quantile=0.5 s=0.2 1
`);
    expect(await samples(second)).toEqual(expected);
  });

  it('leaves strings out where they are not to be labels, and counts what has no number', async () => {
    const url = await start({ string_as_label: false });
    await add('m a=1,s="x" 1\nonly s="x" 1\nflag b=true 1\n1x v=1 1\n');
    expect(await samples(url)).toEqual(['m_a 1']);
    expect(context.dropped.get('no_number')).toBe(3);
  });

  it('makes series of the strings, each with its own value', async () => {
    const url = await start();
    await add('m,t=1 v=1,s="a" 1\nm,t=1 v=2,s="b" 2\nm,t=1 v=3,t="tag wins" 3\n');
    expect(await samples(url)).toEqual(['m_v{s="a",t="1"} 1', 'm_v{s="b",t="1"} 2', 'm_v{t="1"} 3']);
  });

  it('shows the latest of a batch, and times where it is asked to', async () => {
    const url = await start({ export_timestamp: true });
    await add('m v=2 1760000002000000000\nm v=1 1760000001000000000\n');
    expect(await samples(url)).toEqual(['m_v 2 1760000002000']);
  });

  it('forgets what nothing more comes of', async () => {
    const url = await start({ expiration_interval: '100ms' });
    await add('m v=1 1\n');
    expect(await samples(url)).toEqual(['m_v 1']);
    await vi.waitFor(async () => expect(await samples(url)).toEqual([]), { timeout: 5000, interval: 50 });
  });

  it('is read by promtool, whatever is in tags, strings and names', async () => {
    const hostile = ['a"b', 'a\\', 'x\\ny', '} 1', '{', '# TYPE x counter', 'é\u2028', '__name__', 'le', '\0'];
    const url = await start();
    note('http', 'histogram', 'quoted "help" \\ and\nlines');
    const points = hostile.map((text, index) =>
      makePoint(context.interner, {
        measurement: `m${text}`,
        tags: [
          [`t${text}`, text],
          ['n', String(index)],
        ],
        fields: [floatField(`f${text}`, 1), textField('s', text)],
        time: { ms: 1, ns: 0 },
      }),
    );
    if (output !== undefined) await deliver(output, points);
    await add('http,path="/" sum=1,count=2,0.5=1,+Inf=2 1\n');
    const text = (await page(url)).join('\n') + '\n';
    expect(text.split('\n').filter((line) => line.startsWith('m')).length).toBe(hostile.length);
    expect(checkWithPromtool(text)).toEqual({ status: 0, complaint: '' });
    expect(checkWithPromtool(`${text}m{ 1\n`).status).toBe(1);
  });

  it('is scraped by Prometheus', async () => {
    const url = await start({ metric_version: 2 });
    await add(`cpu,host=kvm-0 usage_idle=98.5 ${Date.now()}000000\n`);
    const target = url.replace('http://', '');
    const prometheus = await startPrometheus({
      scrapeConfigs: `[{ job_name: bridge, scrape_interval: 1s, static_configs: [{ targets: ['${target}'] }] }]`,
    });
    try {
      await vi.waitFor(
        async () => {
          const [series] = await prometheus.query('cpu_usage_idle');
          expect(series?.value?.[1]).toBe('98.5');
          expect(series?.metric).toMatchObject({ host: 'kvm-0', job: 'bridge' });
        },
        { timeout: 30_000, interval: 250 },
      );
      expect((await prometheus.query('up{job="bridge"}'))[0].value?.[1]).toBe('1');
    } finally {
      await prometheus.stop();
    }
  });

  it('answers GET alone, and tells where the page is', async () => {
    const url = await start({ path: 'energy', http_headers: { 'X-Site': 'pau' } });
    const statusOf = async (path: string, init: RequestInit = {}): Promise<number> => (await fetch(`${url}${path}`, init)).status;
    expect(await statusOf('/energy')).toBe(200);
    expect(await statusOf('/energy?x=1', { method: 'HEAD' })).toBe(200);
    expect(await statusOf('/metrics')).toBe(404);
    expect(await statusOf('/energy', { method: 'POST', body: 'x' })).toBe(405);
    const index = await fetch(`${url}/`);
    expect([await index.text(), index.headers.get('x-site')]).toEqual([expect.stringContaining('the page is at /energy'), 'pau']);
    expect((await fetch(`${url}/energy`)).headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
  });

  it('compresses a long page for who can read it', async () => {
    const url = await start();
    await add(Array.from({ length: 100 }, (_, index) => `m,n=${index} v=${index} 1\n`).join(''));
    const answer = await fetch(`${url}/metrics`, { headers: { 'accept-encoding': 'gzip' } });
    expect(answer.headers.get('content-encoding')).toBe('gzip');
    expect((await answer.text()).split('\n').length).toBe(103);
    const plain = await fetch(`${url}/metrics`, { headers: { 'accept-encoding': 'identity' } });
    expect(plain.headers.get('content-encoding')).toBeNull();
  });

  it('asks for a user and a password', async () => {
    const url = await start({ basic_username: 'ada', basic_password: 'x:y' });
    const statusWith = async (credentials: string): Promise<number> => {
      const authorization = `Basic ${Buffer.from(credentials).toString('base64')}`;
      return (await fetch(`${url}/metrics`, { headers: { authorization } })).status;
    };
    expect(await statusWith('ada:x:y')).toBe(200);
    expect(await statusWith('ada:x')).toBe(401);
    const without = await fetch(`${url}/metrics`);
    expect([without.status, without.headers.get('www-authenticate')]).toEqual([401, 'Basic realm="wattbridge"']);
  });

  it('answers only the networks that it is to', async () => {
    expect((await fetch(`${await start({ ip_range: ['10.0.0.0/8', '::1'] })}/metrics`)).status).toBe(403);
    await output?.close();
    expect((await fetch(`${await start({ ip_range: ['10.0.0.0/8', '127.0.0.0/30'] })}/metrics`)).status).toBe(200);
  });

  it('speaks TLS', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'wattbridge-page-'));
    await makeCertificates(folder);
    await start({ tls_cert: join(folder, 'server.pem'), tls_key: join(folder, 'server.key') });
    await add('m v=1 1\n');
    const options = {
      host: '127.0.0.1',
      port: output?.port,
      path: '/metrics',
      ca: readFileSync(join(folder, 'ca.pem')),
      servername: 'bridge.test',
    };
    const request = get({ ...options, agent: false });
    const [response] = (await once(request, 'response')) as [AsyncIterable<Buffer>];
    expect(Buffer.concat(await Array.fromAsync(response)).toString()).toContain('m_v 1');
    await rm(folder, { recursive: true });
  });

  it('warns where other machines reach it', async () => {
    expect(Object.keys(networkInterfaces()).length).toBeGreaterThan(0);
    await start({ listen: ':0' });
    expect(logged('warn')).toEqual([
      expect.stringMatching(
        /^ATTENTION: .* it does not encrypt .* and anyone may read \(set ip_range, or basic_username and basic_password\)$/,
      ),
    ]);
    await output?.close();
    context.logged.length = 0;
    await start();
    expect(logged('warn')).toEqual([]);
  });

  it('says what is in the way when it can not listen', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    output = create({ listen: `127.0.0.1:${port}` });
    await expect(output.connect()).rejects.toThrow(`cannot listen on 127.0.0.1:${port}`);
    other.close();
  });

  it.each([
    [{ path: '/a b' }, 'is no path'],
    [{ ip_range: ['10.0.0.0/40'] }, 'is no network'],
    [{ ip_range: ['example.org'] }, 'is no network'],
    [{ basic_username: 'ada' }, 'needs both'],
    [{ metric_version: 3 }, 'Invalid'],
    [{ name_sanitization: 'utf8' }, 'use prometheus_remote_write with `names: utf8`'],
    [{ tls_cert: 'x' }, 'tls_key is missing'],
  ])('refuses %j', (options, message) => {
    expect(() => create(options as Options)).toThrow(message);
  });
});
