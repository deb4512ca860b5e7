/** The memory of a body is given back once its points are committed: no processor, aggregator or output may read one of them after that. */
import { beforeAll, describe, expect, it } from 'vitest';
import { formatDiagnostics } from '../../src/config/diagnostics.ts';
import { loadSources } from '../../src/config/load.ts';
import { textSource } from '../../src/config/source.ts';
import type { Interner } from '../../src/metric/interner.ts';
import { freeMemory } from '../../src/metric/memory.ts';
import type { Point } from '../../src/metric/point.ts';
import { LineParser } from '../../src/formats/line-protocol/parse.ts';
import { registry } from '../../src/plugins/registry.generated.ts';
import { testContext } from '../support/context.ts';
import { process, toLines } from '../support/points.ts';

const START_MS = 1_760_000_000_000;
const BATCHES = 4;

/** The same lines in every batch, 10 s later each time, and repeats of some: what holds points back or compares them has reason to. */
function lines(batch: number): string {
  const ms = START_MS + batch * 10_000;
  return [
    `cpu,cpu=cpu-total,host=a usage_user=${batch}.5,usage_idle=97.25,value=${batch},state="on" ${ms}000000`,
    `cpu,cpu=cpu-total,host=a usage_user=${batch}.5,usage_idle=97.25,value=${batch},state="on" ${ms}000000`,
    `cpu,cpu=cpu-total,host=b usage_user=1,usage_idle=97.25,value=1,state="on" ${ms}000000`,
    `powerstat_package,package_id=0,host=a current_power_consumption_watts=${40 + batch}.5,thermal_design_power_watts=150 ${ms}000000`,
    `net,interface=eth0,host=a bytes_sent=${1000 * batch}i,bytes_recv=${2000 * batch}i ${ms}000000`,
    '',
  ].join('\n');
}

/** Hands `use` the points of each batch and takes their memory away after it. */
function eachBatch(interner: Interner, use: (points: readonly Point[]) => void): void {
  const parser = new LineParser(interner);
  for (let batch = 0; batch < BATCHES; batch++) {
    const text = lines(batch);
    const body = Buffer.allocUnsafeSlow(text.length);
    body.write(text);
    use(parser.parse(body, { precision: 'ns', now: { ms: 0, ns: 0 } }).points);
    freeMemory(body);
  }
}

/** A plugin's options in its example, as the loader reads them. */
function optionsOf(group: 'processors' | 'aggregators', id: string, example: string): object | undefined {
  const rest = 'inputs: [{ influxdb_listener: {} }]\noutputs: [{ discard: {} }]\n';
  const loaded = loadSources([textSource('example.yaml', example), textSource('rest.yaml', rest)], registry, { env: {} });
  if (!('config' in loaded)) throw new Error(formatDiagnostics(loaded.diagnostics));
  return loaded.config[group].find((plugin) => plugin.id === id)?.options;
}

it('notices a point that was kept', () => {
  const { interner } = testContext();
  const kept: Point[] = [];
  eachBatch(interner, (points) => kept.push(...points));
  expect(() => kept[0].values).toThrow('kept beyond its batch');
  expect(() => toLines(interner, kept)).toThrow('kept beyond its batch');
});

beforeAll(async () => {
  for (const definition of registry.processors.values()) await definition.prepare?.();
});

describe.each([...registry.processors])('processors.%s', (id, definition) => {
  it('keeps no point of a batch that is over', async () => {
    await definition.prepare?.();
    const context = testContext({ nowMs: START_MS });
    const processor = definition.create(optionsOf('processors', id, definition.example), context);
    eachBatch(context.interner, (points) => toLines(context.interner, process(processor, points)));
    const held: Point[] = [];
    processor.flush?.(held);
    expect(() => toLines(context.interner, held)).not.toThrow();
  });
});

describe.each([...registry.aggregators])('aggregators.%s', (id, definition) => {
  it('keeps no point of a batch that is over', async () => {
    await definition.prepare?.();
    const context = testContext({ nowMs: START_MS });
    const aggregator = definition.create(optionsOf('aggregators', id, definition.example), context);
    eachBatch(context.interner, (points) => {
      for (const point of points) {
        const binding = aggregator.bind(point.shape);
        if (typeof binding === 'function') binding(point);
      }
    });
    const out: Point[] = [];
    aggregator.push(out, false);
    aggregator.push(out, true);
    expect(() => toLines(context.interner, out)).not.toThrow();
  });
});
