import { z } from 'zod';
import { parseDuration } from '../../../config/duration.ts';

/** The shortest that InfluxDB takes. */
const MIN_MS = 3_600_000;

/** How long a retention policy keeps data: milliseconds, Infinity for `inf`. */
export const retentionDuration = z.string().transform((text, context) => {
  if (/^inf(inite)?$/i.test(text.trim())) return Infinity;
  const ms = parseDuration(text);
  if (ms !== undefined && ms >= MIN_MS) return ms;
  context.addIssue({
    code: 'custom',
    message: `"${text}" is not how long a retention policy can keep data; write for example 52w, 720h (at least 1h) or inf`,
  });
  return z.NEVER;
});
