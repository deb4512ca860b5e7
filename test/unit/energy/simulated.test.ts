import { describe, expect, it } from 'vitest';
import { simulate } from '../../support/simulated-energy.ts';

describe('eight days of two hypervisors', () => {
  it('with outages, a reboot, wraps, a clock that is set back, summer time and restarts, are what was used, to the microjoule', () => {
    const start = Date.parse('2026-03-25T23:00:00Z');
    const { truth, windows, hosts } = simulate(
      start,
      8,
      {
        outages: [
          { host: 0, from: 50_000, to: 50_090 },
          { host: 1, from: 60_000, to: 63_600 },
          { host: 0, from: 500_000, to: 500_300 },
        ],
        reboots: [{ host: 0, at: 500_200 }],
        clockSteps: [{ host: 0, from: 300_000, to: 310_000, back: 420 }],
      },
      6 * 500,
    );
    expect(truth.size).toBe(16);
    for (const name of ['hours', 'days', 'months']) expect(Object.fromEntries(windows[name])).toEqual(Object.fromEntries(truth));
    for (const host of ['kvm-0', 'kvm-1']) {
      for (const month of ['2026-03', '2026-04']) {
        const parts = [...truth].filter(([key]) => key.startsWith(host) && key.endsWith(month));
        expect(hosts.get(`${host} host ${month}`)).toBe(parts.reduce((sum, [, value]) => sum + value, 0));
      }
    }
  });
});
