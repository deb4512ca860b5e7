import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { SelfMetrics } from '../../../src/telemetry/self-metrics.ts';

it('docs/operations.md lists every metric of ours with its type and meaning, and no other', async () => {
  const metrics = new SelfMetrics({ version: '1' });
  metrics.describeProcess();
  const page = readFileSync(new URL('../../../docs/operations.md', import.meta.url), 'utf8');
  const documented = [...page.matchAll(/^\| `(wattbridge_\w+)` \| (\w+) \|.*\| (.+) \|$/gm)].map(([, name, type, help]) => ({
    name,
    type,
    help,
  }));
  const actual = (await metrics.registry.getMetricsAsJSON())
    .filter(({ name }) => name.startsWith('wattbridge_'))
    .map(({ name, type, help }) => ({ name, type: String(type), help }));
  const byName = (one: { name?: string | undefined }, other: { name?: string | undefined }): number =>
    (one.name ?? '') < (other.name ?? '') ? -1 : 1;
  expect(documented.sort(byName)).toEqual(actual.sort(byName));
});
