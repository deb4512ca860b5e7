import { describe, expect, it } from 'vitest';
import { influxdb } from '../../../../../src/plugins/outputs/influxdb/plugin.ts';
import type { Output } from '../../../../../src/pipeline/plugin.ts';
import { Point } from '../../../../../src/metric/point.ts';
import type { StateSpec } from '../../../../../src/queue/store.ts';
import { testContext, type TestContext } from '../../../../support/context.ts';
import { createOutput, pointsOf } from '../../../../support/output.ts';
import { RestartableState } from '../../../../support/restartable-state.ts';

function open(options: object = {}): { output: Output; context: TestContext } {
  const context = testContext();
  return { context, output: createOutput(influxdb, options, context) };
}

function written(output: Output, context: TestContext, lines: string): string[] {
  const payloads = output.encode(pointsOf(context, lines), 1000);
  return payloads.flatMap(({ body }) => body.toString().split('\n').slice(0, -1));
}

describe('the kind of a number', () => {
  it('is that in which its field came first', () => {
    const { output, context } = open();
    expect(written(output, context, 'm v=1.5,n=1i 1\nm v=2i,n=2 2\nm,t=a v=-3i,n=-0 3\nm n=7i,v=2.5 4')).toEqual([
      'm v=1.5,n=1i 1',
      'm n=2i,v=2 2',
      'm,t=a n=0i,v=-3 3',
      'm n=7i,v=2.5 4',
    ]);
  });

  it('becomes a float for good with the first fraction', () => {
    const { output, context } = open();
    expect(written(output, context, 'm v=1i 1\nm v=2 2\nm v=2.5 3\nm v=3i 4\nm,t=b v=4i 5')).toEqual([
      'm v=1i 1',
      'm v=2i 2',
      'm v=2.5 3',
      'm v=3 4',
      'm,t=b v=4 5',
    ]);
  });

  it('never changes a number', () => {
    const { output, context } = open();
    const lines = ['m v=1.5 1', 'm v=9007199254740993i 2', 'm v=9007199254740992i 3', 'n v=1i 1', 'n v=1e300 2'];
    expect(written(output, context, lines.join('\n'))).toEqual([
      'm v=1.5 1',
      'm v=9007199254740993i 2',
      'm v=9007199254740992 3',
      'n v=1i 1',
      'n v=1e300 2',
    ]);
  });

  it('is remembered for each database and measurement by itself', () => {
    const { output, context } = open({ database_tag: 'db' });
    const lines = ['m v=1.5 1', 'n v=1i 1', 'm,db=other v=1i 1', 'm v=2i 2'];
    expect(written(output, context, lines.join('\n'))).toEqual(['m v=1.5 1', 'n v=1i 1', 'm v=2 2', 'm,db=other v=1i 1']);
  });

  it('leaves strings, booleans, staleness markers and unsigned integers of their own alone', () => {
    const { output, context } = open({ influx_uint_support: true });
    expect(written(output, context, 'm v=1.5 1\nm v="a" 2\nm v=t 3\nm v=4u 4')).toEqual(['m v=1.5 1', 'm v="a" 2', 'm v=t 3', 'm v=4u 4']);
    const [integer] = pointsOf(context, 'm v=1i 1');
    expect(output.encode([Point.stale(integer.shape, 1, 0)], 10)).toEqual([]);
    expect(context.dropped.size).toBe(0);
  });

  it('is as it comes where the options say so', () => {
    const { output, context } = open({ number_kinds: 'as_they_come' });
    expect(written(output, context, 'm v=1.5 1\nm v=2i 2')).toEqual(['m v=1.5 1', 'm v=2i 2']);
  });

  it('outlives a restart', () => {
    let states = new RestartableState();
    const start = (): { output: Output; context: TestContext } => {
      const context = { ...testContext(), state: <T>(spec: StateSpec<T>) => states.state('outputs.influxdb', spec) };
      return { context, output: createOutput(influxdb, {}, context) };
    };
    const first = start();
    written(first.output, first.context, 'm v=1.5 1');
    states = states.restarted();
    const second = start();
    expect(written(second.output, second.context, 'm v=2i 2')).toEqual(['m v=2 2']);
  });
});
