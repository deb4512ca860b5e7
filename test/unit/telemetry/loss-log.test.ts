import { expect, it } from 'vitest';
import { createLogger } from '../../../src/telemetry/log.ts';
import { LossLog } from '../../../src/telemetry/loss-log.ts';

it('tells of a loss when it begins, and every ten minutes while it goes on, for each output and reason', () => {
  const lines: string[] = [];
  let nowMs = 0;
  const log = new LossLog(createLogger({ write: (line) => lines.push(line.replace(/^\S+ /, '')), limitRepeats: false }), () => nowMs);
  for (; nowMs < 601_000; nowMs += 1000) log.note('outputs.a', 'overflow', 2);
  log.note('outputs.a', 'expired', 1);
  log.note('outputs.b', 'overflow', 7);

  expect(lines).toEqual([
    'W! [outputs.a] the queue is full, and points are given up, as overflow says points=2 reason=overflow',
    'W! [outputs.a] the queue is full, and points are given up, as overflow says points=1200 reason=overflow',
    'W! [outputs.a] points have waited longer than queue_max_age, and are given up points=1 reason=expired',
    'W! [outputs.b] the queue is full, and points are given up, as overflow says points=7 reason=overflow',
  ]);
});
