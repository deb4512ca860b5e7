/** Numbers as `wattbridge queue` shows them. */
const KIB = 1024;
const UNITS = ['B', 'KiB', 'MiB', 'GiB'] as const;

/** `1,234 points`, `1 point`. */
export function pointsText(points: number): string {
  return `${points.toLocaleString('en')} ${points === 1 ? 'point' : 'points'}`;
}

/** `12 B`, `3.4 MiB`. */
export function bytesText(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= KIB && unit < UNITS.length - 1) {
    value /= KIB;
    unit++;
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${UNITS[unit]}`;
}

/** `42 s`, `3 min`, `5 h`, `2 days`: one unit, rounded down. */
export function ageText(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 7200) return `${Math.floor(seconds / 60)} min`;
  return seconds < 172_800 ? `${Math.floor(seconds / 3600)} h` : `${Math.floor(seconds / 86_400)} days`;
}
