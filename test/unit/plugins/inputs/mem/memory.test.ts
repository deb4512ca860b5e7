import { describe, expect, it } from 'vitest';
import { memoryFields } from '../../../../../src/plugins/inputs/mem/memory.ts';

/** The fields by name. */
function fields(text: string, isExtended = false): Record<string, unknown> {
  return Object.fromEntries(memoryFields(text, isExtended).map(({ name, value }) => [name, value]));
}

describe('memoryFields', () => {
  it('counts what the kernel can give back as cache, and the rest of what is not available as used', () => {
    const text = 'MemTotal: 1000 kB\nMemFree: 100 kB\nMemAvailable: 600 kB\nCached: 300 kB\nSReclaimable: 50 kB\nActive(anon): 7 kB\n';
    expect(fields(text)).toMatchObject({ total: 1_024_000, used: 409_600, cached: 358_400, used_percent: 40, available_percent: 60 });
    expect(fields(text)).not.toHaveProperty('active_anon');
    expect(fields(text, true)).toMatchObject({ active_anon: 7168, percpu: 0 });
  });

  it('takes free and cached memory for available where the kernel does not say', () => {
    expect(fields('MemTotal: 1000 kB\nMemFree: 100 kB\nCached: 300 kB\n')).toMatchObject({ available: 409_600, used: 614_400 });
  });

  it('never says that less than nothing is used', () => {
    expect(fields('MemTotal: 1000 kB\nMemAvailable: 1500 kB\n')).toMatchObject({ used: 0, used_percent: 0, available_percent: 150 });
  });

  it('keeps amounts that are beyond exact doubles', () => {
    expect(fields('MemTotal: 18014398509481983 kB\nMemAvailable: 1 kB\n')).toMatchObject({ total: 18_446_744_073_709_550_592n });
  });

  it.each(['', 'MemFree: 1 kB\n', 'MemTotal: x kB\n'])('can make nothing of %j', (text) => {
    expect(() => memoryFields(text, false)).toThrow('it names no MemTotal');
  });
});
