import { describe, expect, it } from 'vitest';
import { comparable, expectedLog, goldenCases, runCase } from '../support/golden-case.ts';

const GROUPS = ['filters', 'lineprotocol', 'prometheus'];

describe.each(GROUPS)("Telegraf's golden cases: %s", { timeout: 60_000 }, (group) => {
  it.concurrent.each(goldenCases(group))('$name', async (golden) => {
    const run = await runCase(golden);

    expect({ exit: run.exit, printed: run.printed }).toMatchObject({ exit: Number(golden.keys.get('ours-exit')?.[0] ?? 0) });
    expect(comparable(run.written, golden.keys, run)).toEqual(comparable(golden.expected, golden.keys));
    const log = run.printed.split('\n');
    const missing = expectedLog(golden.keys).filter((parts) => !log.some((line) => parts.every((part) => line.includes(part))));
    expect({ missing, log: missing.length === 0 ? undefined : log }).toEqual({ missing: [], log: undefined });
  });
});

describe('the golden cases', () => {
  it('are all there', () => {
    expect(GROUPS.map((group) => goldenCases(group).length)).toEqual([23, 33, 25]);
  });
});
