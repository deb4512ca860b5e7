/** What becomes of a staleness marker on its way from an input to the servers. */
import { describe, expect, it } from 'vitest';
import { InputCommon } from '../../../src/config/common.ts';
import { LineWriter } from '../../../src/formats/line-protocol/write.ts';
import { Kind } from '../../../src/metric/kind.ts';
import { Point } from '../../../src/metric/point.ts';
import { AggregatorStage } from '../../../src/pipeline/aggregator-stage.ts';
import { MetricFilter } from '../../../src/pipeline/filter.ts';
import type { Processor } from '../../../src/pipeline/plugin.ts';
import { createProcessorStage } from '../../../src/pipeline/processor-stage.ts';
import { minmax } from '../../../src/plugins/aggregators/minmax/plugin.ts';
import { decodePart } from '../../../src/plugins/outputs/prometheus_remote_write/parts.ts';
import { prometheusRemoteWrite } from '../../../src/plugins/outputs/prometheus_remote_write/plugin.ts';
import { converter } from '../../../src/plugins/processors/converter/plugin.ts';
import { energy } from '../../../src/plugins/processors/energy/plugin.ts';
import { rename } from '../../../src/plugins/processors/rename/plugin.ts';
import { LineEncoder } from '../../../src/plugins/shared/line-payload.ts';
import { testContext, type TestContext } from '../../support/context.ts';
import { createOutput } from '../../support/output.ts';
import { process } from '../../support/points.ts';

function marker(context: TestContext, measurement: string, fields: readonly string[]): Point {
  const shape = context.interner.shape(
    context.interner.series(measurement, [['host', 'a']]),
    fields.map((name) => ({ name, kind: Kind.Float })),
  );
  return Point.stale(shape, context.clock.ms, 0);
}

function names(points: readonly Point[]): string[] {
  return points.flatMap(({ stale, shape }) => (stale ? shape.fields.map(({ key }) => key.name) : ['not stale']));
}

describe('a staleness marker', () => {
  it('stays one when its time, tags, names or fields change', () => {
    const context = testContext();
    const point = marker(context, 'm', ['a', 'b']);
    const filter = new MetricFilter({ fieldexclude: ['b'] }, context);
    const modified = filter.modify(point.shape);
    const renamer = rename.create(rename.schema.parse({ replace: [{ field: 'a', dest: 'z' }] }), context);
    const toInteger = converter.create(converter.schema.parse({ fields: { integer: ['a'] } }), context);

    expect(point.withTime(1, 0).stale).toBe(true);
    expect(names(typeof modified === 'string' ? [] : [modified.apply(point)])).toEqual(['a']);
    expect(names(process(renamer, [point]))).toEqual(['b', 'z']);
    expect(names(process(toInteger, [point]))).toEqual(['a', 'b']);
  });

  it('passes where values are asked for, and is not aggregated', () => {
    const context = testContext();
    const point = marker(context, 'm', ['a']);
    const filter = new MetricFilter({ metricpass: 'fields.a > 5.0' }, context);
    const passed: Point[] = [];
    const unused: Processor = { bind: () => 'drop' };
    createProcessorStage(context.interner, filter, { bind: () => 'pass' }).run([point], passed);
    createProcessorStage(context.interner, filter, unused).run([point], passed);
    expect(passed).toEqual([point]);

    const options = { ...InputCommon.parse({}), period: 10_000, delay: 0, grace: 0, drop_original: false };
    const stage = new AggregatorStage(
      minmax.create({}, context),
      {
        interner: context.interner,
        filter: new MetricFilter({}, context),
        common: options,
        roundInterval: true,
        precisionNs: 1,
        drop: () => undefined,
      },
      context.clock.ms,
    );
    expect(stage.add(point)).toBe(false);
    const out: Point[] = [];
    stage.push(out, context.clock.ms, 'last');
    expect(out).toEqual([]);
  });

  it('adds no energy and refuses none', () => {
    const context = testContext();
    const point = marker(context, 'powerstat_package', ['current_power_consumption_watts']);
    const processor = energy.create(energy.schema.parse({}), context);
    expect(process(processor, [point])).toEqual([point]);
    expect(context.dropped.size).toBe(0);
  });

  it('reaches Prometheus as the NaN that ends a series', () => {
    const context = testContext();
    const output = createOutput(prometheusRemoteWrite, { url: 'http://127.0.0.1:9/' }, context);
    const [payload] = output.encode([marker(context, 'prometheus', ['a', 'b'])], 10);
    expect(decodePart(payload.body).flatMap(({ samples }) => samples.map(({ stale }) => stale))).toEqual([true, true]);
  });

  it('is nothing in line protocol, and no loss there', () => {
    const context = testContext();
    const point = marker(context, 'm', ['a']);
    expect(new LineEncoder(new LineWriter(context.interner), context).encode('', [point], 1)).toEqual([]);
    expect(context.dropped.size).toBe(0);
  });
});
