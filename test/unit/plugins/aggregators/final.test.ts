import { describe, expect, it } from 'vitest';
import { FinalPoints } from '../../../../src/plugins/aggregators/final/final-points.ts';
import { final } from '../../../../src/plugins/aggregators/final/plugin.ts';
import { driveAggregator } from '../../../support/aggregators.ts';
import { testContext, type TestContext } from '../../../support/context.ts';
import { RestartableState } from '../../../support/restartable-state.ts';

/** The tests' clock stands at 1760000000 s. */
function setUp(options: object = {}, context: TestContext = testContext()) {
  return { context, ...driveAggregator(final.create(final.schema.parse(options), context), context) };
}

describe('final', () => {
  it('tells the last point of a series once it is older than the timeout, with its own time, and once', () => {
    const { context, add, push } = setUp();
    add('m,t=1 a=1i 1759999699999999999\nm,t=2 a=2i 1759999700000000000\n');
    expect(push()).toEqual(['m,t=1 a_final=1i 1759999699999999999']);
    expect(push()).toEqual([]);
    context.clock.ns = 1;
    expect(push()).toEqual(['m,t=2 a_final=2i 1759999700000000000']);
  });

  it('takes the point that came last, not the newest, and only that', () => {
    const { add, push } = setUp();
    add('m a=1,b=1 20\nm a=2 10\n');
    expect(push()).toEqual(['m a_final=2 10']);
  });

  it('waits for the end of a series also at a shutdown', () => {
    const { add, push } = setUp();
    add('m a=1 1760000000000000000\n');
    expect(push(true)).toEqual([]);
  });

  it('tells every series that got a point in every period, if it is asked to', () => {
    const { add, push } = setUp({ output_strategy: 'periodic' });
    add('m a=1 1760000000000000000\nm a="x",b=true 1760000000000000001\n');
    expect(push()).toEqual(['m a_final="x",b_final=true 1760000000000000001']);
    expect(push()).toEqual([]);
  });

  it('leaves names alone, if it is asked to', () => {
    const { add, push } = setUp({ keep_original_field_names: true, series_timeout: '1s' });
    add('m a=1 1759999998000000000\n');
    expect(push()).toEqual(['m a=1 1759999998000000000']);
  });

  it('refuses and counts series beyond its bound', () => {
    const context = testContext();
    const { add } = driveAggregator(new FinalPoints({ timeoutMs: 0, keepsNames: false, maxSeries: 1 }, context), context);
    expect(add('m a=1 1\nn a=1 1\nm a=2 2\n')).toBe(1);
    expect(context.dropped).toEqual(new Map([['too_many_series', 1]]));
  });

  it('goes on after a restart with what has not ended', () => {
    const states = new RestartableState();
    const withState = (state: RestartableState): TestContext => ({ ...testContext(), state: (spec) => state.state('final', spec) });
    const line = String.raw`m\ x,t=ü f=-0,i=-9223372036854775808i,u=18446744073709551615u,b=false,s="a \"b\" \\ é" 1759999999000000001`;
    const before = setUp({}, withState(states));
    before.add(line);
    expect(before.push(true)).toEqual([]);
    const after = setUp({}, withState(states.restarted()));
    after.context.clock.ms += 300_000;
    expect(after.push()).toEqual([
      String.raw`m\ x,t=ü b_final=false,f_final=-0,i_final=-9223372036854775808i,s_final="a \"b\" \\ é",u_final=18446744073709551615u 1759999999000000001`,
    ]);
  });
});
