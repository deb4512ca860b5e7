import { describe, expect, it } from 'vitest';
import { comparable, expectedLog, goldenCases, runCase } from '../support/golden-case.ts';

const GROUPS = ['filters', 'lineprotocol'];

describe.each(GROUPS)("Telegraf's golden cases: %s", (group) => {
  it.concurrent.each(goldenCases(group))('$name', async (golden) => {
    const run = await runCase(golden);

    expect({ exit: run.exit, printed: run.printed }).toMatchObject({ exit: Number(golden.keys.get('ours-exit')?.[0] ?? 0) });
    expect(comparable(run.written, golden.keys, run)).toEqual(comparable(golden.expected, golden.keys));
    for (const { plugin, reason } of expectedLog(golden.keys)) {
      const lines = run.printed.split('\n').filter((line) => line.includes(plugin));
      expect(lines).toContainEqual(expect.stringContaining(reason));
    }
  });
});

describe('the golden cases', () => {
  it('are all there', () => {
    expect(GROUPS.map((group) => goldenCases(group).length)).toEqual([23, 33]);
  });
});
