import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startFakeServer, type FakeServer } from '../../support/fake-server.ts';
import { readSamples, VERDICTS } from '../../support/exposition.ts';
import { startPrometheus, type Prometheus } from '../../support/servers.ts';

const CONTENT_TYPES = { text: 'text/plain; version=0.0.4', openmetrics: 'application/openmetrics-text; version=1.0.0; charset=utf-8' };

/** Each text is a target of a real Prometheus: what it thinks of it is in `up`. */
describe('a real Prometheus', () => {
  let targets: FakeServer;
  let prometheus: Prometheus;

  beforeAll(async () => {
    targets = await startFakeServer(({ path }) => {
      const { dialect, text } = VERDICTS[Number(path.slice(1))];
      return { status: 200, headers: { 'content-type': CONTENT_TYPES[dialect] }, body: text };
    });
    const host = targets.url.slice('http://'.length);
    const targetsOf = VERDICTS.map((_, index) => ({ targets: [host], labels: { __metrics_path__: `/${index}`, verdict: String(index) } }));
    // JSON is YAML.
    prometheus = await startPrometheus({ scrapeConfigs: JSON.stringify([{ job_name: 'verdicts', static_configs: targetsOf }]) });
  });
  afterAll(async () => {
    await prometheus?.stop();
    await targets?.stop();
  });

  async function verdicts(): Promise<Map<number, string | undefined>> {
    for (;;) {
      const up = await prometheus.query('up{job="verdicts"}');
      if (up.length === VERDICTS.length) return new Map(up.map(({ metric, value }) => [Number(metric['verdict']), value?.[1]]));
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }

  it('takes and refuses what our parser does, but for the differences that are stated', async () => {
    const up = await verdicts();
    const wrong = VERDICTS.filter(({ refused, differs }, index) => {
      const agrees = (up.get(index) === '1') === (refused === undefined);
      return agrees !== (differs === undefined);
    });

    expect(wrong).toEqual([]);
  });

  it('exposes itself, and every sample is read as one of a family with a type', async () => {
    const response = await fetch(`${prometheus.url}/metrics`);
    const samples = readSamples(await response.text());

    expect(samples.length).toBeGreaterThan(300);
    expect(samples.filter(({ type }) => type === 'unknown').map(({ name }) => name)).toEqual([]);
    expect(new Set(samples.map(({ type }) => type))).toEqual(new Set(['counter', 'gauge', 'histogram', 'summary']));
  });
});
