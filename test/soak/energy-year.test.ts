import { describe, expect, it } from 'vitest';
import { simulate } from '../support/simulated-energy.ts';

const DAY = 86_400;

describe('a year of two hypervisors at 10 s', () => {
  it('with outages, reboots, wraps, a clock that is set back and both changes of the clocks, is what was used, month by month, to the microjoule', () => {
    // From new year to new year in Paris; what happens, happens in the middle of a month.
    const start = Date.parse('2025-12-31T23:00:00Z');
    const weekly = Array.from({ length: 52 }, (_, week) => week * 7 * DAY + 3.5 * DAY).filter((at) => (at / DAY) % 30 > 2);
    const outages = weekly.flatMap((at, index) => [
      { host: 0, from: at, to: at + 20 + 10 * (index % 8) },
      { host: 1, from: at + 5000, to: at + 5000 + 600 * (1 + (index % 6)) },
    ]);
    const rebooted = weekly.filter((_, index) => index % 5 === 0).map((at) => at + 20_000);
    const reboots = rebooted.map((at) => ({ host: 0, at: at + 200 }));
    const silences = rebooted.map((at) => ({ host: 0, from: at, to: at + 300 }));
    const clockSteps = [
      { host: 0, from: 100 * DAY, to: 100 * DAY + 40_000, back: 600 },
      { host: 1, from: 200 * DAY, to: 200 * DAY + 40_000, back: 600 },
    ];
    const { truth, windows, hosts } = simulate(start, 365, { outages: [...outages, ...silences], reboots, clockSteps }, 6 * 24 * 250);
    expect(truth.size).toBe(8 * 12);
    for (const name of ['hours', 'days', 'months']) expect(Object.fromEntries(windows[name])).toEqual(Object.fromEntries(truth));
    for (const [key, value] of hosts) {
      const [host, , month] = key.split(' ');
      const parts = [...truth].filter(([part]) => part.startsWith(host) && part.endsWith(month));
      expect(value).toBe(parts.reduce((sum, [, micros]) => sum + micros, 0));
    }
  }, 1_200_000);
});
