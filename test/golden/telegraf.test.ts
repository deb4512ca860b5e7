import { describe, expect, it } from 'vitest';
import { comparable, comparableStdout, expectedLog, goldenCases, goldenGroups, runCase } from '../support/golden-case.ts';

describe.each(goldenGroups())("Telegraf's golden cases: %s", { timeout: 60_000 }, (group) => {
  it.concurrent.each(goldenCases(group))('$name', async (golden) => {
    const run = await runCase(golden);

    expect({ exit: run.exit, printed: run.printed }).toMatchObject({ exit: golden.exit });
    expect(comparable(run.written, golden.keys, run)).toEqual(comparable(golden.expected, golden.keys));
    const stdout = golden.stdout === undefined ? undefined : comparableStdout(run.stdout);
    expect(stdout).toEqual(golden.stdout && comparableStdout(golden.stdout));
    const log = run.printed.split('\n');
    const missing = expectedLog(golden.keys).filter((parts) => !log.some((line) => parts.every((part) => line.includes(part))));
    expect({ missing, log: missing.length === 0 ? undefined : log }).toEqual({ missing: [], log: undefined });
  });
});

describe('the golden cases', () => {
  it('are all there', () => {
    const counts = Object.fromEntries(goldenGroups().map((group) => [group, goldenCases(group).length]));
    expect(counts).toEqual({ aggregators: 14, config: 52, filters: 23, inputs: 16, lineprotocol: 33, pipeline: 15, processors: 34, prometheus: 25 });
  });
});
