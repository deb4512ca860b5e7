import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatDiagnostics } from '../../../../../src/config/diagnostics.ts';
import { loadSources } from '../../../../../src/config/load.ts';
import { textSource } from '../../../../../src/config/source.ts';
import { parseAddress } from '../../../../../src/plugins/inputs/prometheus/address.ts';
import { prometheus } from '../../../../../src/plugins/inputs/prometheus/plugin.ts';
import { sampleTags } from '../../../../../src/plugins/inputs/prometheus/sample-tags.ts';
import { discoveredTarget, scrapeOffsetMs, urlTarget } from '../../../../../src/plugins/inputs/prometheus/target.ts';
import { registry } from '../../../../../src/plugins/registry.generated.ts';
import { testContext } from '../../../../support/context.ts';

function refusal(options: object, intervalMs = 10_000): string {
  try {
    prometheus.create(prometheus.schema.parse(options), testContext({ intervalMs }));
    return 'accepted';
  } catch (error) {
    return (error as Error).message;
  }
}

describe('the options of prometheus', () => {
  it.each<[string, object, RegExp]>([
    ['nothing to scrape', {}, /nothing to scrape; name a target in urls/],
    ['no URL', { urls: ['127.0.0.1:9100'] }, /can't be scraped; write for example/],
    ['a file of targets without job', { file_sd: ['a.yml'], urls: ['http://a'] }, /file_sd works only with job/],
    ['a limit without job', { sample_limit: 0, urls: ['http://a'] }, /sample_limit works only with job/],
    [
      'native histograms without job',
      { scrape_native_histograms: true, urls: ['http://a'] },
      /scrape_native_histograms works only with job/,
    ],
    ["Telegraf's versions with job", { metric_version: 2, job: 'a', urls: ['http://a'] }, /metric_version does not work with job/],
    ['a timeout beyond the interval', { timeout: '11s', job: 'a', urls: ['http://a'] }, /timeout is longer than the interval of 10s/],
    ['half a certificate', { tls_cert: 'a.pem', urls: ['http://a'] }, /tls_key is missing/],
  ])('refuse %s', (_name, options, message) => {
    expect(refusal(options)).toMatch(message);
  });

  it('take a timeout that is left out for no longer than a short interval', () => {
    expect(refusal({ job: 'a', urls: ['http://a'] }, 1000)).toBe('accepted');
  });

  it('name what Telegraf has and Wattbridge has not, all at once', () => {
    const toml = `[[inputs.prometheus]]\n  urls = ["http://a"]\n  monitor_kubernetes_pods = true\n  kubernetes_services = ["b"]\n[inputs.prometheus.consul]\n  enabled = true\n[[outputs.discard]]\n`;
    const result = loadSources([textSource('telegraf.conf', toml)], registry, { env: {} });
    const text = 'diagnostics' in result ? formatDiagnostics(result.diagnostics) : '';
    for (const name of ['monitor_kubernetes_pods', 'kubernetes_services', 'consul']) {
      expect(text).toContain(`${name}: Telegraf has this option, Wattbridge has not`);
    }
  });

  it("take what Telegraf has and Wattbridge has not where it is off, as in Telegraf's samples", () => {
    const off = {
      monitor_kubernetes_pods: false,
      kubernetes_services: [],
      content_type_override: '',
      max_idle_conn: 0,
      idle_conn_timeout: '0s',
    };
    const tables = { consul: { enabled: false, agent: 'http://a' }, http_service_discovery: [{ enabled: false, url: 'http://a' }] };
    expect(refusal({ urls: ['http://a'], ...off, ...tables })).toBe('accepted');
  });
});

describe('an address', () => {
  it.each([
    ['http://a:9100', 'http://a:9100/metrics', 'a:9100'],
    ['http://a/', 'http://a/', 'a:80'],
    ['https://[::1]/x?y=1', 'https://[::1]/x?y=1', '[::1]:443'],
    ['http://u:p@a:1/x', 'http://a:1/x', 'a:1'],
    ['http://a?collect[]=cpu', 'http://a/metrics?collect[]=cpu', 'a:80'],
  ])('%s', (text, url, instance) => {
    expect(parseAddress(text)).toMatchObject({ url, shown: url, instance });
  });

  it.each(['', 'a:9100', 'ftp://a', 'unix:', 'http://'])('is none: %s', (text) => {
    expect(parseAddress(text)).toBeUndefined();
  });
});

describe('a target of a file', () => {
  it.each([
    ['a/b', {}, /"a\/b" is no host/],
    ['http://a:1', {}, /no host with a port/],
    ['a b', {}, /no host/],
    ['a:1', { 'no-name': 'x' }, /"no-name" is no name of a label/],
    ['a:1', { __scheme__: 'unix' }, /no host/],
  ])('is refused: %s %j', (address, labels, problem) => {
    expect(discoveredTarget(address, labels, 'j')).toEqual({ problem: expect.stringMatching(problem) as string });
  });

  it('is the same target whatever the order of its labels', () => {
    const [one, two] = [discoveredTarget('a:1', { x: '1', y: '2' }, 'j'), discoveredTarget('a:1', { y: '2', x: '1' }, 'j')];
    expect(one).toEqual(two);
  });

  it('has its own moment, and many of them are spread over the interval', () => {
    const offsets = Array.from({ length: 1000 }, (_, at) => {
      const target = discoveredTarget(`host-${at}:9100`, {}, 'j');
      return 'problem' in target ? -1 : scrapeOffsetMs(target, 10_000);
    });
    const tenths = Array.from({ length: 10 }, (_, tenth) => offsets.filter((offset) => Math.floor(offset / 1000) === tenth).length);
    expect(Math.min(...tenths)).toBeGreaterThan(60);
    expect(Math.max(...tenths)).toBeLessThan(140);
  });
});

describe('the labels of a sample and its target', () => {
  const name = fc.constantFrom('job', 'instance', 'exported_job', 'exported_exported_job', 'a');
  const labels = fc.uniqueArray(fc.tuple(name, fc.constantFrom('', 'x', 'y')), { selector: ([key]) => key });

  it('never share a name, and none is lost', () => {
    const address = parseAddress('http://t:1');
    const target = address === undefined ? [] : urlTarget(address, 'j').tags;
    fc.assert(
      fc.property(labels, (sample) => {
        const kept = sample.filter(([, value]) => value !== '');
        const tags = sampleTags(sample, target, false);
        expect(new Set(tags.map(([key]) => key)).size).toBe(tags.length);
        expect(tags).toHaveLength(kept.length + target.length);
        expect(tags).toEqual(expect.arrayContaining([...target]));
        const honored = sampleTags(sample, target, true);
        expect(honored).toEqual(expect.arrayContaining(sample));
        expect(new Set(honored.map(([key]) => key)).size).toBe(honored.length);
      }),
    );
  });
});
