const UNIT_MS: Record<string, number> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  μs: 1e-3,
  ms: 1,
  s: 1e3,
  m: 60e3,
  h: 3600e3,
  d: 86_400e3,
  w: 604_800e3,
};

const PART = /(\d+(?:\.\d*)?|\.\d+)(ns|us|µs|μs|ms|s|m|h|d|w)/g;

/**
 * The milliseconds of a duration in Go's notation (`1h30m`, `250ms`, `-5s`), with days and weeks, or of a number of seconds.
 * The empty text is 0, as for Telegraf. Undefined when it is none.
 */
export function parseDuration(value: string | number): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value * 1000 : undefined;
  const text = value.trim();
  if (text === '' || text === '0') return 0;
  if (/^[+-]?\d+(\.\d+)?$/.test(text)) return Number(text) * 1000;
  const negative = text.startsWith('-');
  const body = text.replace(/^[+-]/, '');
  if (body.replaceAll(PART, '') !== '') return undefined;
  let ms = 0;
  for (const [, amount, unit] of body.matchAll(PART)) ms += Number(amount) * UNIT_MS[unit];
  return negative ? -ms : ms;
}
