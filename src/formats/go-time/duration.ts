/** Durations as Go's package `time` reads and prints them, in nanoseconds of an int64. */
const UNITS: Readonly<Record<string, number>> = { ns: 1, us: 1e3, µs: 1e3, μs: 1e3, ms: 1e6, s: 1e9, m: 60e9, h: 3600e9 };
const MAX = 2n ** 63n - 1n;

/** Go's `time.ParseDuration`: numbers with units (`1h30m`, `-1.5s`); undefined for anything else, and for what an int64 can't hold. */
export function parseGoDuration(text: string): bigint | undefined {
  const [, sign, rest] = /^([+-]?)([^]*)$/.exec(text) ?? ['', '', ''];
  if (rest === '0') return 0n;
  if (!/^(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+$/.test(rest)) return undefined;
  let total = 0n;
  for (const [, whole, fraction = '', unit] of rest.matchAll(/(\d*)(?:\.(\d*))?(ns|us|µs|μs|ms|s|m|h)/g)) {
    total += BigInt(whole || '0') * BigInt(UNITS[unit]) + BigInt(Math.trunc(Number(`0.${fraction}0`) * UNITS[unit]));
  }
  if (total > MAX) return undefined;
  return sign === '-' ? -total : total;
}

/** As Go prints it: `1h2m3.5s`, `1.5ms`, `0s`. */
export function goDurationText(nanoseconds: bigint): string {
  const sign = nanoseconds < 0n ? '-' : '';
  const size = nanoseconds < 0n ? -nanoseconds : nanoseconds;
  if (size === 0n) return '0s';
  if (size < 1000n) return `${sign}${size}ns`;
  if (size < 1_000_000n) return `${sign}${decimal(size, 1000n)}µs`;
  if (size < 1_000_000_000n) return `${sign}${decimal(size, 1_000_000n)}ms`;
  const minutes = size / 60_000_000_000n;
  const seconds = `${decimal(size % 60_000_000_000n, 1_000_000_000n)}s`;
  if (minutes === 0n) return sign + seconds;
  return minutes < 60n ? `${sign}${minutes}m${seconds}` : `${sign}${minutes / 60n}h${minutes % 60n}m${seconds}`;
}

/** A number of units with as many decimals as it needs. */
function decimal(value: bigint, unit: bigint): string {
  const fraction = String(value % unit).padStart(String(unit).length - 1, '0');
  return `${value / unit}.${fraction}`.replace(/\.?0*$/, '');
}
