import { describe, expect, it } from 'vitest';
import { swapSpace, swapTraffic } from '../../../../../src/plugins/inputs/swap/swap-usage.ts';

const values = (fields: ReturnType<typeof swapSpace>): unknown => Object.fromEntries(fields.map(({ name, value }) => [name, value]));

describe('swap', () => {
  it('says how much there is and is used', () => {
    expect(values(swapSpace('SwapTotal: 8388604 kB\nSwapFree: 8000000 kB\n'))).toEqual({
      total: 8_589_930_496,
      used: 397_930_496,
      free: 8_192_000_000,
      used_percent: 4.632522884618227,
    });
  });

  it('has no per cent of nothing', () => {
    expect(values(swapSpace('SwapTotal: 0 kB\nSwapFree: 0 kB\n'))).toEqual({ total: 0, used: 0, free: 0, used_percent: 0 });
  });

  it('counts what was moved in bytes', () => {
    expect(values(swapTraffic('pgpgin 5\npswpin 3\npswpout 9007199254740993\npswpin_x 4\n'))).toEqual({
      in: 12_288,
      out: 36_893_488_147_419_107_328n,
    });
    expect(values(swapTraffic(''))).toEqual({ in: 0, out: 0 });
  });
});
