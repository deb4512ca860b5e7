import { describe, expect, it } from 'vitest';
import { summaryText } from '../../../src/cli/summary.ts';

describe('the last line of a run', () => {
  it.each([
    [
      { seconds: 42.2, pointsIn: 1234, pointsOut: 1300, dropped: 0, unsent: 0, undeliverable: 0 },
      'stopped after 42 s: 1,234 points in, 1,300 out, 0 dropped',
    ],
    [
      { seconds: 0.43, pointsIn: 1, pointsOut: 0, dropped: 0, unsent: 1, undeliverable: 0 },
      'stopped after 0.4 s: 1 point in, 0 out, 0 dropped, 1 not delivered',
    ],
    [
      { seconds: 200, pointsIn: 0, pointsOut: 0, dropped: 0, unsent: 0, undeliverable: 0 },
      'stopped after 3 min 20 s: 0 points in, 0 out, 0 dropped',
    ],
    [
      { seconds: 7500, pointsIn: 0, pointsOut: 0, dropped: 7, unsent: 0, undeliverable: 0 },
      'stopped after 2 h 5 min: 0 points in, 0 out, 7 dropped',
    ],
  ])('says %j as %s', (summary, text) => {
    expect(summaryText('stopped', summary)).toBe(text);
  });

  it('says of what is not delivered that it is not lost, where it waits on the disk', () => {
    const summary = { seconds: 6.4, pointsIn: 8, pointsOut: 44, dropped: 0, unsent: 64, undeliverable: 0 };
    const text = 'stopped after 6.4 s: 8 points in, 44 out, 0 dropped, 64 not delivered yet: kept for the next start';
    expect(summaryText('stopped', summary, true)).toBe(text);
  });
});
