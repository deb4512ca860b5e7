import type { Interner } from '../../../metric/interner.ts';
import { Kind } from '../../../metric/kind.ts';
import { safeInteger } from '../../../metric/number-text.ts';
import type { Shape } from '../../../metric/shape.ts';
import { NS_PER_MS, toNanoseconds } from '../../../metric/time.ts';
import type { Binding } from '../../../pipeline/plugin.ts';
import { FieldDraft } from '../../shared/field-draft.ts';
import type { TypedValue } from '../../shared/field-literal.ts';
import type { DateText } from './date-text.ts';

/** What is written of a time. */
export type DateValue = (ms: number, ns: number) => TypedValue;

/** The units of times that are counted, in nanoseconds. */
const UNITS: Readonly<Record<string, bigint>> = { unix_ms: 1_000_000n, unix_us: 1000n, unix_ns: 1n };

/** The number of a format that counts since 1970, as Telegraf has it: seconds are rounded down, all others towards zero. Undefined for a layout. */
export function countedDate(format: string): DateValue | undefined {
  if (format === 'unix') return (ms) => ({ kind: Kind.Int, value: Math.floor(ms / 1000) });
  const unit = UNITS[format];
  if (unit === undefined) return undefined;
  // An offset may lead out of what int64 holds; as in Go it then begins at the other end.
  return (ms, ns) => ({ kind: Kind.Int, value: safeInteger(BigInt.asIntN(64, toNanoseconds(ms, ns)) / unit) });
}

/** A time later by milliseconds and nanoseconds. */
export function laterBy(offsetMs: number): (ms: number, ns: number) => [ms: number, ns: number] {
  const whole = Math.floor(offsetMs);
  const rest = Math.round((offsetMs - whole) * NS_PER_MS);
  return (ms, ns) => {
    const nanoseconds = ns + rest;
    return nanoseconds < NS_PER_MS ? [ms + whole, nanoseconds] : [ms + whole + 1, nanoseconds - NS_PER_MS];
  };
}

/** Sets a tag to the text of the time. Points of one text become one series. */
export function bindTag(shape: Shape, key: string, text: DateText, interner: Interner): Binding {
  const { measurement, tags } = shape.series;
  let last: { readonly value: string; readonly shape: Shape } | undefined;
  return (point, out) => {
    // What has ended is the series of the last text, even if another would be due by now.
    const value = point.stale && last !== undefined ? last.value : text(point.ms, point.ns);
    if (last === undefined || value !== last.value) {
      last = { value, shape: interner.reshape(shape, interner.series(measurement, [...tags, [key, value]])) };
    }
    out.push(point.withShape(last.shape));
  };
}

/** Sets a field to the value of the time. */
export function bindField(shape: Shape, key: string, value: DateValue, interner: Interner): Binding {
  const draft = new FieldDraft({ interner, shape, series: shape.series });
  const slot = draft.slot(key);
  return (point, out) => {
    if (point.stale) return draft.stale(point, out);
    draft.begin(point);
    const date = value(point.ms, point.ns);
    draft.set(slot, date.kind, date.value);
    draft.finish(point, out);
  };
}
