import { describe, expect, it } from 'vitest';
import { discard } from '../../../../../src/plugins/outputs/discard/plugin.ts';
import { testContext } from '../../../../support/context.ts';
import { createOutput, pointsOf } from '../../../../support/output.ts';

describe('discard', () => {
  it('counts every point, in payloads of no bytes and of the size asked for', () => {
    const context = testContext();
    const points = pointsOf(context, 'm v=1 3000000\nm v=2 1000000\nm v=3 2000000');
    const payloads = createOutput(discard, {}, context).encode(points, 2);
    expect(payloads.map(({ body, points: count, firstMs, lastMs }) => [body.length, count, firstMs, lastMs])).toEqual([
      [0, 2, 1, 3],
      [0, 1, 2, 2],
    ]);
  });
});
