import type { Dialect } from './exposition.ts';

/** How a body with this Content-Type is written. Anything but OpenMetrics, and no Content-Type at all (Scaphandre), is text 0.0.4. */
export function dialectOf(contentType: string | undefined): Dialect {
  const mediaType = contentType?.split(';', 1)[0].trim().toLowerCase();
  return mediaType === 'application/openmetrics-text' ? 'openmetrics' : 'text';
}
